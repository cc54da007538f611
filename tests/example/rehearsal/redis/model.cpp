#include "tests/example/rehearsal/redis/model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rehearsal/core/coreutils.hpp"
#include "rehearsal/core/roles.hpp"
#include "rehearsal/core/unnamed.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using Words = std::vector<std::string>;

/// The lines that a reader needs, in the order and with the line ends of Redis 7.0.
std::string replication(const RedisServer& server, bool linked) {
    if (server.master == nullptr) return "# Replication\r\nrole:master\r\n";
    return fmt::format(
        "# Replication\r\nrole:slave\r\nmaster_host:{}\r\nmaster_port:{}\r\nmaster_link_status:{}\r\nmaster_sync_in_progress:{}\r\n",
        server.master->address, server.port, linked ? "up" : "down", server.copying ? 1 : 0);
}

}  // namespace

Redis Redis::healthy(const lang::Site& site, lang::Time) {
    Redis redis;
    for (const lang::Cluster& cluster : site.clusters) {
        if (cluster.kind != "redis") continue;
        for (const lang::Host* host : cluster.nodes) {
            const lang::Host* master = host == cluster.nodes.front() ? nullptr : cluster.nodes.front();
            redis.servers_[host->name] = {.port = setting_text(cluster, "port", "6379"), .configured = master, .master = master};
        }
    }
    return redis;
}

std::optional<Answer> Redis::answer(const Invocation& call, World& world) {
    if (!asks_for(call, {"redis-cli"})) return std::nullopt;
    const auto it = servers_.find(call.host.name);
    if (it == servers_.end()) return command_not_found("redis-cli");
    if (call.words.back() == "--version") return Answer{.out = "redis-cli 7.0.15\n"};
    RedisServer& server = it->second;
    const Words address{"redis-cli", "-h", call.host.address, "-p", server.port};
    if (call.words.size() < address.size() || !std::equal(address.begin(), address.end(), call.words.begin())) return std::nullopt;
    const Words order(call.words.begin() + static_cast<std::ptrdiff_t>(address.size()), call.words.end());
    if (order == Words{"INFO", "replication"}) {
        const bool linked = server.master != nullptr && world.machines.is_on(*server.master) && !server.copying;
        return Answer{.out = replication(server, linked)};
    }
    if (order == Words{"REPLICAOF", "NO", "ONE"}) {
        server.master = nullptr;
        return Answer{.out = "OK\n"};
    }
    return std::nullopt;
}

void Redis::power_on(const lang::Host& host, lang::Time, World&) {
    const auto it = servers_.find(host.name);
    if (it != servers_.end()) it->second.master = it->second.configured;
}

TroublesOf Redis::troubles() {
    return {
        .system = "redis",
        .troubles = {{.form = "redis copying", .doc = "The first copy of the replica is not complete.", .example = "r2: redis copying"}}};
}

std::optional<std::string> Redis::inject(const lang::Host& host, std::string_view trouble, lang::Time, World&, Fault fault) {
    if (trouble != "redis copying") return std::nullopt;
    const auto it = servers_.find(host.name);
    if (it == servers_.end() || it->second.master == nullptr) return host.name + " is no replica of a redis cluster";
    it->second.copying = fault == Fault::Begins;
    return "";
}

void Redis::snapshot(std::map<std::string, std::string>& out) const {
    for (const auto& [host, server] : servers_)
        out[host + " redis"] = server.master == nullptr ? "master" : "replica of " + server.master->name;
}

std::optional<std::string> Redis::unnamed(const Invocation& call, const World& world) const {
    return asks_for(call, {"redis-cli"}) ? no_part(call.host, *world.site, "Redis", "redis") : std::nullopt;
}

std::vector<std::string> Redis::units(const lang::Site& site, const lang::Host& host) {
    return lang::is_of_cluster(site, host, "redis") ? Words{"redis-server"} : Words{};
}

}  // namespace rehearsal
