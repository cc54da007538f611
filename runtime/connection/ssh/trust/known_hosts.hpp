// The host keys that we may believe in: known_hosts, read anew whenever it has changed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/connection/descriptor.hpp"

namespace runtime {

/// A public key as known_hosts writes it.
struct HostKey {
    std::string type;    ///< "ssh-ed25519"
    std::string base64;  ///< the key itself

    auto operator<=>(const HostKey&) const = default;
};

/// What of a known_hosts file can be read at a glance: lines that name their hosts in the clear. It only ever says *known* (and
/// *revoked*); hashed names, patterns and all that is not found here are left to libssh, which reads the file anew.
/// It is worth having because libssh reads the whole file several times for each host.
class KnownHostsFile {
  public:
    static KnownHostsFile parse(std::string_view text);

    /// `host` as known_hosts writes it: "10.1.1.5", "[10.1.1.5]:2222".
    const std::vector<HostKey>& keys(const std::string& host) const;
    /// libssh does not look at `@revoked` lines. A key that is revoked for one host is good for none.
    bool revokes(const HostKey& key) const { return revoked_.contains(key); }
    /// Does an `@cert-authority` line speak for it? libssh knows neither such lines nor host certificates.
    bool has_authority(std::string_view host) const;

  private:
    void add_line(std::string_view line);

    std::map<std::string, std::vector<HostKey>, std::less<>> keys_;
    std::set<HostKey> revoked_;
    std::vector<std::string> authorities_;  ///< whom each speaks for: names and patterns, in lower case
};

/// All files that hosts use, each read when a host needs it and it is not what was read before: a watch lasts for months, and a key that is
/// revoked meanwhile is good for no log-in that comes after. Callable from any branch.
class KnownHosts {
  public:
    /// The files of one host: the user's, of which the first is the one that ssh adds to, and the machine's.
    struct Files {
        std::vector<std::string> user, global;

        std::vector<std::string> all() const;
        const std::string& to_add_to() const { return user.front(); }
    };
    /// Why nobody can be believed: one of the files is there and cannot be read, so that what it revokes is unknown.
    std::optional<std::string> obstacle(const Files&);
    std::vector<HostKey> keys(const Files&, const std::string& host);
    bool revoked(const Files&, const HostKey&);
    /// The file with a line that lets an authority speak for `host` by certificates; nothing where there is none.
    std::optional<std::string> with_authority(const Files&, const std::string& host);

  private:
    /// Which text it was: another one has another size, time or place on the disk.
    struct Stamp {
        std::int64_t device = 0, inode = 0, size = -1, written = 0, changed = 0;
        bool operator==(const Stamp&) const = default;
        static Stamp of(const std::string& path);
    };
    struct Read {
        Stamp stamp;
        KnownHostsFile hosts = {};
        std::optional<std::string> why_not = std::nullopt;
    };
    const Read& file(const std::string& path);

    std::mutex mutex_;
    std::map<std::string, Read, std::less<>> files_;
};

/// Files for libssh, which takes one: the only one that is there, or what all of them say, in memory.
class KnownHostsText {
  public:
    explicit KnownHostsText(const std::vector<std::string>& files);
    const std::string& path() const { return path_; }

  private:
    Descriptor memory_;
    std::string path_;
};

/// "10.1.1.5" for port 22, "[10.1.1.5]:2222" else; lower case.
std::string known_hosts_name(std::string_view host, int port);

}  // namespace runtime
