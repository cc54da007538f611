#include "runtime/connection/ssh/trust/verify.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace runtime {

namespace {

struct Seen {
    HostKey key;
    std::string fingerprint;  ///< "SHA256:…"
};

std::optional<Seen> key_of(ssh_session session) {
    ssh_key key = nullptr;
    if (ssh_get_server_publickey(session, &key) != SSH_OK) return std::nullopt;
    Seen seen;
    seen.key.type = ssh_key_type_to_char(ssh_key_type(key));
    char* base64 = nullptr;
    if (ssh_pki_export_pubkey_base64(key, &base64) == SSH_OK) seen.key.base64 = base64;
    ssh_string_free_char(base64);
    unsigned char* hash = nullptr;
    std::size_t size = 0;
    if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &size) == SSH_OK) {
        char* text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size);
        seen.fingerprint = text;
        ssh_string_free_char(text);
        ssh_clean_pubkey_hash(&hash);
    }
    ssh_key_free(key);
    return seen;
}

/// libssh's own check: it reads the files anew, so that a line which was added a minute ago counts.
ssh_known_hosts_e ask_libssh(ssh_session session, const KnownHosts::Files& files) {
    const KnownHostsText user(files.user), global(files.global);
    ssh_options_set(session, SSH_OPTIONS_KNOWNHOSTS, user.path().c_str());
    ssh_options_set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, global.path().c_str());
    return ssh_session_is_known_server(session);
}

/// A file of known hosts that no line can be added to.
bool keeps_nothing(const std::string& path) { return path == "/dev/null"; }

/// The command that puts its key into known_hosts, under the name that is looked for there.
std::string keyscan(const SshRoute& route, const std::string& file) {
    const std::string& alias = route.settings.known_as;
    const std::string renamed = alias.empty() ? "" : fmt::format(" | sed 's/^[^ #]*/{}/'", alias);
    return fmt::format("ssh-keyscan -p {} {}{} >> {}", route.port, route.host, renamed, file);
}

/// What a person does where the key is unknown; `shows` is the key.
std::string unknown_key(const SshRoute& route, const std::string& shows, KnownHosts& known_hosts) {
    const KnownHosts::Files& files = route.settings.known_hosts;
    auto authority = known_hosts.with_authority(files, route.known_name());
    if (!authority) authority = known_hosts.with_authority(files, known_hosts_name(route.host, 22));
    if (authority)
        return fmt::format(
            "its host key stands in no line of its own: it shows {}, and {} has an @cert-authority line for it. Certificates of hosts are "
            "not checked, as libssh cannot; the key itself has to be known. OpenSSH, which checks the authority, tells whether it is this "
            "key: ssh -p {} {}@{} 'cat /etc/ssh/ssh_host_*_key.pub' | ssh-keygen -lf -; then: {}",
            shows, *authority, route.port, route.user, route.host,
            keyscan(route, keeps_nothing(files.to_add_to()) ? route.usual_known_hosts : files.to_add_to()));
    if (keeps_nothing(files.to_add_to()))
        return fmt::format(
            "its host key is not known: it shows {}, and its UserKnownHostsFile is {}, where no key can stand. Only known machines are "
            "logged in to, whatever StrictHostKeyChecking says: take UserKnownHostsFile for {} out of the configuration of ssh, compare "
            "the fingerprint with the machine's own, then: {}",
            shows, files.to_add_to(), route.host, keyscan(route, route.usual_known_hosts));
    return fmt::format(
        "its host key is not known: it shows {}, and {} has no line for {}. Compare the fingerprint with the machine's own, then: {} (or "
        "log in once with ssh)",
        shows, fmt::join(files.user, ", "), route.known_name(), keyscan(route, files.to_add_to()));
}

}  // namespace

std::optional<std::string> refuse_host_key(ssh_session session, const SshRoute& route, const std::string& name, KnownHosts& known_hosts) {
    const std::string who = route.describe(name);
    const KnownHosts::Files& files = route.settings.known_hosts;
    const auto seen = key_of(session);
    if (!seen) return fmt::format("{}: its host key cannot be read: {}", who, ssh_get_error(session));
    const std::string shows = fmt::format("{} {}", seen->key.type, seen->fingerprint);
    if (known_hosts.revoked(files, seen->key))
        return fmt::format("{}: its host key {} is REVOKED in one of {}: do not log in to it", who, shows, fmt::join(files.all(), ", "));
    if (std::find(route.known.begin(), route.known.end(), seen->key) != route.known.end()) return std::nullopt;

    switch (ask_libssh(session, files)) {
        case SSH_KNOWN_HOSTS_OK:
            return std::nullopt;
        case SSH_KNOWN_HOSTS_CHANGED:
        case SSH_KNOWN_HOSTS_OTHER:
            return fmt::format(
                "{}: its host key has CHANGED: it shows {}, and {} has another one. Somebody may stand between us and it. Only if you know "
                "that it was installed anew: ssh-keygen -R '{}' -f {}, then as for a new machine: {}",
                who, shows, fmt::join(files.user, ", "), route.known_name(), files.to_add_to(), keyscan(route, files.to_add_to()));
        case SSH_KNOWN_HOSTS_UNKNOWN:
        case SSH_KNOWN_HOSTS_NOT_FOUND:
            return fmt::format("{}: {}{}", who, unknown_key(route, shows, known_hosts), route.settings.told(SshRemedy::When::HostKey));
        case SSH_KNOWN_HOSTS_ERROR:
            break;
    }
    return fmt::format("{}: its host key {} cannot be checked: {}", who, shows, ssh_get_error(session));
}

}  // namespace runtime
