// UNIX sockets, and messages over them that survive being cut at any byte.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/connection/descriptor.hpp"

namespace rehearsal {

using runtime::Descriptor;

/// Throws std::system_error where that cannot be; a socket file that nobody listens on any more is replaced. Mode 0600.
Descriptor listen_at(const std::string& path);
/// Without a descriptor where nobody listens. Who is silent for a minute is taken for gone.
Descriptor connect_to(const std::string& path);

/// A list of texts. On the wire a netstring ("5:hello,") of netstrings.
using Message = std::vector<std::string>;
std::string pack(const Message&);

/// Takes bytes as they come and gives messages as they are complete.
class Unpacker {
  public:
    void feed(std::string_view bytes) { buffer_ += bytes; }
    std::optional<Message> next();
    /// What came can never become a message.
    bool is_broken() const { return broken_; }

  private:
    std::string buffer_;
    bool broken_ = false;
};

}  // namespace rehearsal
