// Private keys, read and unlocked once a process however many hosts they open.
#pragma once

#include <libssh/libssh.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace runtime {

struct FreeKey {
    void operator()(ssh_key key) const { ssh_key_free(key); }
};
using SshKey = std::shared_ptr<ssh_key_struct>;

/// The public half, or the certificate, as bytes; empty where it has none.
std::string blob_of(const SshKey& key);

/// Callable from any branch; a key is only read once it is there, so that branches may sign with it side by side.
class SshKeys {
  public:
    using Ask = std::function<std::optional<std::string>(const std::string& prompt)>;
    explicit SshKeys(Ask ask) : ask_(std::move(ask)) {}

    struct Loaded {
        SshKey key;       ///< none: `why` says why
        std::string why;  ///< "No such file or directory", "others may read it: chmod 600 …"
    };
    /// Asks for the passphrase if there is one, three times at most.
    Loaded load(const std::string& path);
    /// Without asking: the public half where the private one cannot be had by itself, because it has a passphrase or the file holds no
    /// more than the public half. So the server can be asked first whether it wants the key, and an agent whether it has it.
    SshKey locked(const std::string& path);
    /// Out of PATH.pub or, where that does not tell it, PATH; none where neither does.
    static SshKey public_half(const std::string& path);

    /// The file of the key that opened the last door: it may open the next one.
    std::string last_good();
    void was_good(const std::string& path);

  private:
    Loaded read(const std::string& path);

    Ask ask_;
    std::mutex mutex_;
    std::map<std::string, Loaded> loaded_;
    std::size_t asked_ = 0;  ///< how often a person was asked
    std::string last_good_;
};

}  // namespace runtime
