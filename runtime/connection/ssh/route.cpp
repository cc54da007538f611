#include "runtime/connection/ssh/route.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/connection/ssh/configuration/libssh.hpp"
#include "runtime/connection/ssh/configuration/openssh.hpp"
#include "runtime/connection/ssh/tunnel/words.hpp"

namespace runtime {

namespace {

/// The signature algorithms of a key's type; empty where libssh has none.
std::string_view algorithms(std::string_view type) {
    if (type == "ssh-rsa") return "rsa-sha2-512,rsa-sha2-256";
    for (const std::string_view plain : {"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"})
        if (type == plain) return plain;
    return {};
}

bool is_in_list(std::string_view list, std::string_view name) {
    return list.empty() || fmt::format(",{},", list).find(fmt::format(",{},", name)) != std::string::npos;
}

/// The names of a list with commas between them.
template <typename Use>
void for_each_name(std::string_view list, const Use& use) {
    while (!list.empty()) {
        const std::string_view name = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), name.size() + 1));
        if (!name.empty()) use(name);
    }
}

/// First the algorithms of keys that we know, so that the server shows one of those; then what else the configuration allows. libssh would
/// ask for host certificates, too, and cannot read them.
std::string host_key_algorithms(const std::vector<HostKey>& known, const std::string& allowed) {
    std::string wanted;
    const auto add = [&](std::string_view name) {
        if (name.find("-cert-") != std::string_view::npos || (!wanted.empty() && is_in_list(wanted, name))) return;
        wanted.append(wanted.empty() ? "" : ",").append(name);
    };
    for (const HostKey& key : known)
        for_each_name(algorithms(key.type), [&](std::string_view name) {
            if (is_in_list(allowed, name)) add(name);
        });
    for_each_name(allowed, add);
    return wanted;
}

/// Nothing, or which of the configuration's algorithms leave none that libssh has.
std::optional<std::string> set_algorithms(ssh_session session, const SshAlgorithms& algorithms, const std::vector<HostKey>& known) {
    const std::string host_keys = host_key_algorithms(known, algorithms.host_keys);
    struct Setting {
        std::string_view keyword;
        const std::string& names;
        std::vector<ssh_options_e> options;
    };
    for (const Setting& one : {Setting{"Ciphers", algorithms.ciphers, {SSH_OPTIONS_CIPHERS_C_S, SSH_OPTIONS_CIPHERS_S_C}},
                               Setting{"MACs", algorithms.macs, {SSH_OPTIONS_HMAC_C_S, SSH_OPTIONS_HMAC_S_C}},
                               Setting{"KexAlgorithms", algorithms.key_exchanges, {SSH_OPTIONS_KEY_EXCHANGE}},
                               Setting{"HostKeyAlgorithms", host_keys, {SSH_OPTIONS_HOSTKEYS}},
                               Setting{"PubkeyAcceptedAlgorithms", algorithms.keys, {SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES}}})
        for (const ssh_options_e which : one.options)
            if (!one.names.empty() && ssh_options_set(session, which, one.names.c_str()) != SSH_OK)
                return fmt::format("the configuration of ssh says {} {}, and libssh has none of them: add one for it", one.keyword,
                                   one.names);
    if (algorithms.compression) ssh_options_set(session, SSH_OPTIONS_COMPRESSION, "yes");
    if (algorithms.smallest_rsa > 0) ssh_options_set(session, SSH_OPTIONS_RSA_MIN_SIZE, &algorithms.smallest_rsa);
    return std::nullopt;
}

}  // namespace

std::string SshRoute::describe(const std::string& name) const {
    const std::string address = port == 22 ? host : fmt::format("{} port {}", host, port);
    return name == address ? name : fmt::format("{} ({})", name, address);
}

std::string SshRoute::known_name() const {
    return settings.known_as.empty() ? known_hosts_name(host, port) : known_hosts_name(settings.known_as, 22);
}

SshRoute find_route(SshClient& client, const SshTarget& target, Time until) {
    SshRoute route;
    SshHandle handle(ssh_new());
    ssh_session session = handle.get();
    const auto refuse = [&](std::string why) {
        route.why = fmt::format("{}: {}", target.name, why);
        return std::move(route);
    };
    if (target.port < 0 || target.port > 65535) return refuse(fmt::format("{} is not a port: 1 to 65535", target.port));
    if (const auto why = why_no_host(target.address)) return refuse(fmt::format("the address \"{}\" {}", target.address, *why));
    const std::string& directory = client.settings.directory;
    const bool always = true, never = false;
    ssh_options_set(session, SSH_OPTIONS_SSH_DIR, directory.c_str());
    ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &never);  // by itself, when it connects
    if (ssh_options_set(session, SSH_OPTIONS_HOST, target.address.c_str()) != SSH_OK)
        return refuse(fmt::format("\"{}\" is not an address of a machine", target.address));
    route.usual_known_hosts = directory + "/known_hosts";
    if (client.openssh.is_installed()) {
        if (!target.user.empty())
            if (const auto why = why_no_user(target.user)) return refuse(fmt::format("its user \"{}\" {}", target.user, *why));
        OpenSsh::Answer answer = client.openssh.ask(target, until);
        route.out_of_time = answer.out_of_time;
        if (answer.why_not) return refuse(*answer.why_not);
        route.settings = std::move(answer.settings);
        if (const std::string why = route.settings.told(SshRemedy::When::Always); !why.empty()) return refuse(why.substr(2));
    } else if (const auto why = read_with_libssh(session, directory, target, route.settings)) {
        return refuse(*why);
    }

    // From here on the site's word, which wins over the configuration's.
    const HostSettings& settings = route.settings;
    route.host = settings.host;
    route.port = target.port != 0 ? target.port : settings.port;
    route.user = target.user.empty() ? settings.user : target.user;
    route.jump = target.jump;
    // `Host *` with a ProxyJump means every machine but that one.
    if (route.jump.empty() && !settings.jump.empty() && last_hop(settings.jump).address != target.address) route.jump = settings.jump;
    if (!route.jump.empty() && std::find(target.way.begin(), target.way.end(), last_hop(route.jump).address) != target.way.end())
        return refuse("the jump hosts on the way to it point at each other");
    if (const auto why = why_no_host(route.host)) return refuse(fmt::format("its HostName \"{}\" {}", route.host, *why));
    if (const auto why = why_no_user(route.user)) return refuse(fmt::format("its user \"{}\" {}", route.user, *why));

    if (route.jump.empty() && !settings.proxy_command.empty()) {
        const ProxyLine proxy = expand_proxy_command(settings.proxy_command,
                                                     {.host = route.host, .port = route.port, .user = route.user, .named = target.address});
        if (proxy.why_not) return refuse(fmt::format("the ProxyCommand that the configuration of ssh sets for it {}", *proxy.why_not));
        route.proxy_command = proxy.line;
    }

    const int strict = 1;
    // Ours is the socket; libssh uses name and port to look into known_hosts.
    const auto known_port = static_cast<unsigned>(settings.known_as.empty() ? route.port : 22);
    ssh_options_set(session, SSH_OPTIONS_NODELAY, &always);
    ssh_options_set(session, SSH_OPTIONS_STRICTHOSTKEYCHECK, &strict);
    ssh_options_set(session, SSH_OPTIONS_HOST, (settings.known_as.empty() ? route.host : settings.known_as).c_str());
    ssh_options_set(session, SSH_OPTIONS_PORT, &known_port);
    ssh_options_set(session, SSH_OPTIONS_USER, route.user.c_str());
    if (const auto why = client.known_hosts.obstacle(settings.known_hosts))
        return refuse(fmt::format("the known host keys cannot be read: {}", *why));
    route.known = client.known_hosts.keys(settings.known_hosts, route.known_name());
    if (const auto why = set_algorithms(session, settings.algorithms, route.known)) return refuse(*why);
    if (route.known.empty()) {
        route.user_text = std::make_shared<KnownHostsText>(settings.known_hosts.user);
        route.global_text = std::make_shared<KnownHostsText>(settings.known_hosts.global);
    }
    // libssh would read them several times: it gets none where we know the answer.
    ssh_options_set(session, SSH_OPTIONS_KNOWNHOSTS, route.user_text ? route.user_text->path().c_str() : "/dev/null");
    ssh_options_set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, route.global_text ? route.global_text->path().c_str() : "/dev/null");
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

}  // namespace runtime
