// A request that reached a port of a simulated machine, taken apart.
#pragma once

#include <optional>
#include <string>

#include "rehearsal/core/answer.hpp"

namespace rehearsal {

struct PortRequest {
    int port = 0;
    std::string method;  ///< empty: a dialogue over TCP
    std::string target;  ///< "/urs/console?backup"
    bool is_tcp() const { return method.empty(); }
};

/// Nothing where it is a command for a shell.
std::optional<PortRequest> read_port_request(const Invocation&);

}  // namespace rehearsal
