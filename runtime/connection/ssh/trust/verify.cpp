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
    ssh_options_set(session, SSH_OPTIONS_KNOWNHOSTS, files.user.c_str());
    ssh_options_set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, files.global.c_str());
    return ssh_session_is_known_server(session);
}

/// A file of known hosts that no line can be added to.
bool keeps_nothing(const std::string& path) { return path == "/dev/null" || path == "none"; }

}  // namespace

std::optional<std::string> refuse_host_key(ssh_session session, const SshRoute& route, const std::string& name, KnownHosts& known_hosts) {
    const std::string who = route.describe(name);
    const auto seen = key_of(session);
    if (!seen) return fmt::format("{}: its host key cannot be read: {}", who, ssh_get_error(session));
    if (known_hosts.revoked(route.files, seen->key))
        return fmt::format("{}: its host key {} {} is REVOKED in {} or {}: do not log in to it", who, seen->key.type, seen->fingerprint,
                           route.files.user, route.files.global);
    if (std::find(route.known.begin(), route.known.end(), seen->key) != route.known.end()) return std::nullopt;

    const std::string in_known_hosts = known_hosts_name(route.host, route.port);
    switch (ask_libssh(session, route.files)) {
        case SSH_KNOWN_HOSTS_OK:
            return std::nullopt;
        case SSH_KNOWN_HOSTS_CHANGED:
        case SSH_KNOWN_HOSTS_OTHER:
            return fmt::format(
                "{0}: its host key has CHANGED: it shows {1} {2}, and {3} has another one. Somebody may stand between us and it. Only if "
                "you "
                "know that it was installed anew: ssh-keygen -R '{4}' -f {3}, then as for a new machine: {5}",
                who, seen->key.type, seen->fingerprint, route.files.user, in_known_hosts,
                fmt::format("ssh-keyscan -p {} {} >> {}", route.port, route.host, route.files.user));
        case SSH_KNOWN_HOSTS_UNKNOWN:
        case SSH_KNOWN_HOSTS_NOT_FOUND:
            if (keeps_nothing(route.files.user))
                return fmt::format(
                    "{}: its host key is not known: it shows {} {}, and its UserKnownHostsFile is {}, where no key can stand. Only known "
                    "machines are logged in to, whatever StrictHostKeyChecking says: take UserKnownHostsFile for {} out of the "
                    "configuration of ssh, compare the fingerprint with the machine's own, then: ssh-keyscan -p {} {} >> {}",
                    who, seen->key.type, seen->fingerprint, route.files.user, route.host, route.port, route.host, route.usual_known_hosts);
            return fmt::format(
                "{}: its host key is not known: it shows {} {}, and {} has no line for {}. Compare the fingerprint with the machine's own, "
                "then: ssh-keyscan -p {} {} >> {} (or log in once with ssh)",
                who, seen->key.type, seen->fingerprint, route.files.user, in_known_hosts, route.port, route.host, route.files.user);
        case SSH_KNOWN_HOSTS_ERROR:
            break;
    }
    return fmt::format("{}: its host key {} {} cannot be checked: {}", who, seen->key.type, seen->fingerprint, ssh_get_error(session));
}

}  // namespace runtime
