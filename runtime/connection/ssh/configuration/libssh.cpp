#include "runtime/connection/ssh/configuration/libssh.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "runtime/connection/ssh/configuration/files.hpp"

namespace runtime {

namespace {

std::string option(ssh_session session, ssh_options_e which) {
    char* value = nullptr;
    if (ssh_options_get(session, which, &value) != SSH_OK || value == nullptr) return {};
    std::string text = value;
    ssh_string_free_char(value);
    return text;
}

/// `~/x` and libssh's `%d/x`; a path with other placeholders stays as it is, and is libssh's own business.
std::string expand(std::string path, const std::string& directory) {
    const char* home = std::getenv("HOME");
    if (path.starts_with("~/") && home != nullptr) return home + path.substr(1);
    if (path.starts_with("%d/")) return directory + path.substr(2);
    return path;
}

/// What the first of the files says that says anything, for the host of `target`; as ssh takes it.
std::string setting(std::string_view which, const std::array<SshConfig, 2>& files, const std::string& directory, const SshTarget& target) {
    if (std::none_of(files.begin(), files.end(), [&](const SshConfig& file) { return file.mentions(which); })) return {};
    const SshHandle aside(ssh_new());
    ssh_options_set(aside.get(), SSH_OPTIONS_SSH_DIR, directory.c_str());
    ssh_options_set(aside.get(), SSH_OPTIONS_HOST, target.address.c_str());
    for (const SshConfig& file : files) {
        const SshConfig asking = file.asking_for(which);
        if (!asking.file().empty()) ssh_options_parse_config(aside.get(), asking.file().c_str());
    }
    return option(aside.get(), SSH_OPTIONS_KNOWNHOSTS);
}

/// Those of libssh, in its order. Asked for by name, so that a key that we know can stand in front.
constexpr std::string_view usual_host_keys =
    "ssh-ed25519,ecdsa-sha2-nistp521,ecdsa-sha2-nistp384,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256";

/// The user who runs us, as libssh finds him.
std::string who_runs_us() {
    const SshHandle aside(ssh_new());
    ssh_options_set(aside.get(), SSH_OPTIONS_USER, nullptr);
    return option(aside.get(), SSH_OPTIONS_USER);
}

}  // namespace

std::optional<std::string> read_with_libssh(ssh_session session, const std::string& directory, const SshTarget& target,
                                            HostSettings& settings) {
    const std::array<SshConfig, 2> files{SshConfig::read(directory + "/config", directory),
                                         SshConfig::read("/etc/ssh/ssh_config", "/etc/ssh")};
    for (const SshConfig& file : files) {
        if (file.why_not()) return file.why_not();
        if (!file.file().empty() && ssh_options_parse_config(session, file.file().c_str()) != SSH_OK)
            return fmt::format("{} cannot be read: {}", file.path(), ssh_get_error(session));
    }
    unsigned port = 0;
    ssh_options_get_port(session, &port);
    settings.host = option(session, SSH_OPTIONS_HOST);
    settings.port = static_cast<int>(port == 0 ? 22 : port);
    settings.user = option(session, SSH_OPTIONS_USER);
    if (settings.user.empty()) settings.user = who_runs_us();
    settings.proxy_command = option(session, SSH_OPTIONS_PROXYCOMMAND);
    if (const auto jump = jump_of_proxy_command(settings.proxy_command)) {
        settings.jump = *jump;
        settings.proxy_command.clear();
    }
    const std::string identity = expand(option(session, SSH_OPTIONS_IDENTITY), directory);
    if (!identity.empty()) settings.identities.push_back(identity);
    for (const char* usual : {"id_ed25519", "id_ecdsa", "id_rsa"}) settings.identities.push_back(fmt::format("{}/{}", directory, usual));
    if (const std::string file = expand(setting("CertificateFile", files, directory, target), directory); !file.empty() && file != "none")
        settings.certificates.push_back(file);
    settings.take_agent(expand(setting("IdentityAgent", files, directory, target), directory));
    settings.only_identities = setting("IdentitiesOnly", files, directory, target) == "yes";
    const auto known_hosts = [&](ssh_options_e which, std::string usual) {
        const std::string file = expand(option(session, which), directory);
        return std::vector<std::string>{file.empty() ? std::move(usual) : file == "none" ? "/dev/null" : file};
    };
    const std::string host_keys = setting("HostKeyAlgorithms", files, directory, target);
    settings.algorithms.host_keys = host_keys.empty() ? std::string(usual_host_keys) : host_keys;
    settings.known_hosts = {.user = known_hosts(SSH_OPTIONS_KNOWNHOSTS, directory + "/known_hosts"),
                            .global = known_hosts(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/etc/ssh/ssh_known_hosts")};
    return std::nullopt;
}

std::optional<std::string> jump_of_proxy_command(std::string_view command) {
    // "ssh -l USER -p PORT -J REST -W '[%h]:%p' HOST", each option only where it is needed
    const auto word = [&] {
        command.remove_prefix(std::min(command.size(), command.find_first_not_of(' ')));
        const auto found = command.substr(0, command.find(' '));
        command.remove_prefix(found.size());
        return std::string(found);
    };
    if (word() != "ssh") return std::nullopt;
    std::string user, port, rest;
    for (;;) {
        const std::string option = word();
        if (option == "-l") {
            user = word() + "@";
        } else if (option == "-p") {
            port = ":" + word();
        } else if (option == "-J") {
            rest = "," + word();
        } else if (option == "-W" && word() == "'[%h]:%p'") {
            std::string host = word();
            if (host.empty() || !word().empty()) return std::nullopt;
            if (host.find(':') != std::string::npos) host = "[" + host + "]";
            return user + host + port + rest;
        } else {
            return std::nullopt;
        }
    }
}

}  // namespace runtime
