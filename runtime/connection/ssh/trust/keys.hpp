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

/// Callable from any branch; a key is only read once it is there, so that branches may sign with it side by side.
class SshKeys {
  public:
    using Ask = std::function<std::optional<std::string>(const std::string& prompt)>;
    explicit SshKeys(Ask ask) : ask_(std::move(ask)) {}

    struct Loaded {
        SshKey key;       ///< none: `why` says why
        std::string why;  ///< "…: no such file", "…: others may read it: chmod 600 …"
    };
    /// Asks for the passphrase if there is one, three times at most.
    Loaded load(const std::string& path);
    /// Without asking: the public half where the private one is locked, so that the server can be asked first whether it wants it.
    SshKey locked(const std::string& path);

    /// A user certificate, without a private key; none where the file has none.
    static SshKey certificate(const std::string& path);
    /// The key as the certificate speaks for it; none where it is another key's.
    static SshKey certified(const SshKey& key, const SshKey& certificate);

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
