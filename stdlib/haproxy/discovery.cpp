#include "stdlib/haproxy/discovery.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "stdlib/support/findings.hpp"

namespace stdlib::haproxy {

namespace {

using lang::Value;
using runtime::FoundCluster;
using runtime::FoundMachine;

struct BackEnd {
    std::string name;
    std::vector<std::string> servers;
    std::vector<std::string> nodes = {};  ///< that have it so
};

/// All servers of all back ends, as `haproxy.servers` tells them.
runtime::Finding look(runtime::AskedMachine& machine) {
    const Value servers = machine.query("servers");
    if (servers.is_unknown()) {
        const bool runs = machine.ask(runtime::Command::program({"pidof", "haproxy"}).as_login_user()).ok();
        return runs ? support::not_known("HAProxy, which runs", servers.why_unknown().why) : runtime::Finding{};
    }
    return {.what = servers.items().empty() ? Value() : servers};
}

std::vector<BackEnd> back_ends_in(const Value& servers) {
    std::vector<BackEnd> all;
    for (const Value& server : servers.items()) {
        const std::string& name = server.field("backend").text();
        auto it = std::find_if(all.begin(), all.end(), [&](const BackEnd& one) { return one.name == name; });
        if (it == all.end()) it = all.insert(it, {name, {}});
        it->servers.push_back(server.field("server").text());
    }
    return all;
}

/// A back end that several load balancers have alike is one.
std::vector<BackEnd> back_ends_of(std::span<const FoundMachine> machines) {
    std::vector<BackEnd> all;
    for (const FoundMachine& machine : machines) {
        const Value servers = machine.found_by("haproxy");
        if (servers.is_nothing()) continue;
        for (BackEnd& found : back_ends_in(servers)) {
            const auto same = [&](const BackEnd& one) { return one.name == found.name && one.servers == found.servers; };
            auto it = std::find_if(all.begin(), all.end(), same);
            if (it == all.end()) it = all.insert(it, std::move(found));
            it->nodes.push_back(machine.name);
        }
    }
    return all;
}

std::vector<FoundCluster> clusters(std::span<const FoundMachine> machines) {
    std::vector<FoundCluster> found;
    for (const BackEnd& back_end : back_ends_of(machines)) {
        FoundCluster& cluster = found.emplace_back();
        std::vector<std::string> servers;
        for (const std::string& server : back_end.servers) {
            // It is asked for by its name in HAProxy, which must be the host's.
            const FoundMachine* host = runtime::find_machine(machines, server);
            if (host != nullptr && host->name == server) {
                servers.push_back(server);
            } else {
                cluster.remarks.push_back(fmt::format("server {} of the back end {} is none of these hosts", server, back_end.name));
            }
        }
        if (servers.empty()) continue;
        cluster.name = "web_" + back_end.name;
        cluster.nodes = back_end.nodes;
        cluster.entries = {{"backend", {back_end.name}}, {"servers", std::move(servers)}};
    }
    return found;
}

std::string summary(const Value& servers) {
    const std::size_t count = back_ends_in(servers).size();
    return fmt::format("HAProxy with {} back end{}", count, count == 1 ? "" : "s");
}

}  // namespace

runtime::Discovery discovery() {
    return {.layer = runtime::Discovery::Layer::LoadBalancer,
            .look = look,
            .summary = summary,
            .clusters = clusters,
            .looks_for = "back ends of HAProxy"};
}

}  // namespace stdlib::haproxy
