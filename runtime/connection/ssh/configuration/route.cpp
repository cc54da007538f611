#include "runtime/connection/ssh/configuration/route.hpp"

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

/// The signature algorithms of a key's type; empty where libssh has none.
std::string_view algorithms(std::string_view type) {
    if (type == "ssh-rsa") return "rsa-sha2-512,rsa-sha2-256";
    for (const std::string_view plain : {"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"})
        if (type == plain) return plain;
    return {};
}

/// Asks the server for a key that we know, and keeps libssh from reading files whose answer is here already.
void use_shortcut(ssh_session session, const std::vector<HostKey>& known) {
    std::string wanted;
    for (const HostKey& key : known)
        if (const auto names = algorithms(key.type); !names.empty() && wanted.find(names) == std::string::npos)
            wanted.append(wanted.empty() ? "^" : ",").append(names);
    if (wanted.empty()) return;
    ssh_options_set(session, SSH_OPTIONS_HOSTKEYS, wanted.c_str());
    ssh_options_set(session, SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
    ssh_options_set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
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

/// Nothing, or why the configuration cannot be used.
std::optional<std::string> read_configuration(ssh_session session, SshRoute& route, const std::string& directory, const SshTarget& target) {
    const std::array<SshConfig, 2> files{SshConfig::read(directory + "/config", directory),
                                         SshConfig::read("/etc/ssh/ssh_config", "/etc/ssh")};
    // libssh would read the usual files itself where it was given none.
    ssh_options_parse_config(session, "/dev/null");
    for (const SshConfig& file : files) {
        if (file.why_not()) return file.why_not();
        if (!file.file().empty() && ssh_options_parse_config(session, file.file().c_str()) != SSH_OK)
            return fmt::format("{} cannot be read: {}", file.path(), ssh_get_error(session));
    }
    route.certificate = expand(setting("CertificateFile", files, directory, target), directory);
    const char* usual = std::getenv("SSH_AUTH_SOCK");
    const std::string agent = expand(setting("IdentityAgent", files, directory, target), directory);
    const bool is_usual = agent.empty() || agent == "SSH_AUTH_SOCK" || agent == "$SSH_AUTH_SOCK" || agent == "${SSH_AUTH_SOCK}";
    route.agent = is_usual ? (usual == nullptr ? "" : usual) : agent == "none" ? "" : agent;
    return std::nullopt;
}

}  // namespace

std::string SshRoute::describe(const std::string& name) const {
    const std::string address = port == 22 ? host : fmt::format("{} port {}", host, port);
    return name == address ? name : fmt::format("{} ({})", name, address);
}

SshRoute find_route(SshClient& client, const SshTarget& target) {
    SshRoute route;
    SshHandle handle(ssh_new());
    ssh_session session = handle.get();
    const auto refuse = [&](std::string why) {
        route.why = std::move(why);
        return std::move(route);
    };
    ssh_options_set(session, SSH_OPTIONS_SSH_DIR, client.settings.directory.c_str());
    if (ssh_options_set(session, SSH_OPTIONS_HOST, target.address.c_str()) != SSH_OK)
        return refuse(fmt::format("{}: \"{}\" is not an address of a machine", target.name, target.address));
    if (auto why = read_configuration(session, route, client.settings.directory, target))
        return refuse(fmt::format("{}: {}", target.name, *why));

    // From here on the site's word, which wins over the configuration's.
    const bool always = true;
    ssh_options_set(session, SSH_OPTIONS_NODELAY, &always);
    const int strict = 1;
    ssh_options_set(session, SSH_OPTIONS_STRICTHOSTKEYCHECK, &strict);
    if (!target.user.empty()) ssh_options_set(session, SSH_OPTIONS_USER, target.user.c_str());
    const auto site_port = static_cast<unsigned>(target.port);
    if (target.port != 0) ssh_options_set(session, SSH_OPTIONS_PORT, &site_port);
    if (option(session, SSH_OPTIONS_USER).empty()) ssh_options_set(session, SSH_OPTIONS_USER, nullptr);  // whoever runs us

    if (target.port < 0 || target.port > 65535) return refuse(fmt::format("{}: {} is not a port: 1 to 65535", target.name, target.port));
    unsigned port = 22;
    ssh_options_get_port(session, &port);
    route.host = option(session, SSH_OPTIONS_HOST);
    route.port = static_cast<int>(port == 0 ? 22 : port);
    route.user = option(session, SSH_OPTIONS_USER);
    route.identity = expand(option(session, SSH_OPTIONS_IDENTITY), client.settings.directory);

    route.jump = target.jump;
    if (const std::string proxy = option(session, SSH_OPTIONS_PROXYCOMMAND); route.jump.empty() && !proxy.empty()) {
        const auto jump = jump_of_proxy_command(proxy);
        if (!jump)
            return refuse(
                fmt::format("{}: {}/config sets a ProxyCommand for it, which is not supported: use ProxyJump, or `jump` in the site",
                            target.name, client.settings.directory));
        // `Host *` with a ProxyJump means every machine but that one.
        if (last_hop(*jump).address != target.address) route.jump = *jump;
    }
    if (!route.jump.empty() && std::find(target.way.begin(), target.way.end(), last_hop(route.jump).address) != target.way.end())
        return refuse(fmt::format("{}: the jump hosts on the way to it point at each other", target.name));

    route.files.user = expand(option(session, SSH_OPTIONS_KNOWNHOSTS), client.settings.directory);
    route.files.global = expand(option(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS), client.settings.directory);
    if (route.files.user.empty()) route.files.user = client.settings.directory + "/known_hosts";
    if (route.files.global.empty()) route.files.global = "/etc/ssh/ssh_known_hosts";
    if (const auto why = client.known_hosts.obstacle(route.files))
        return refuse(fmt::format("{}: the known host keys cannot be read: {}", target.name, *why));
    route.usual_known_hosts = client.settings.directory + "/known_hosts";
    route.known = client.known_hosts.keys(route.files, known_hosts_name(route.host, route.port));
    use_shortcut(session, route.known);
    route.handle = std::move(handle);
    return route;
}

SshTarget last_hop(std::string_view jump) {
    std::string_view hop = jump.substr(jump.rfind(',') + 1);
    SshTarget target;
    if (const auto at = hop.rfind('@'); at != std::string_view::npos) {
        target.user = hop.substr(0, at);
        hop.remove_prefix(at + 1);
    }
    const auto closing = hop.find(']');
    const auto colon = hop.find(':', closing == std::string_view::npos ? 0 : closing);
    const bool has_port = colon != std::string_view::npos && hop.find(':', colon + 1) == std::string_view::npos;
    if (has_port) {
        target.port = std::atoi(std::string(hop.substr(colon + 1)).c_str());
        hop = hop.substr(0, colon);
    }
    if (hop.starts_with('[') && hop.ends_with(']')) hop = hop.substr(1, hop.size() - 2);
    target.address = hop;
    target.name = fmt::format("jump host {}", hop);
    return target;
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
