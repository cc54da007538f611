#include "tests/example/stdlib/redis/discovery.hpp"

#include "stdlib/support/findings.hpp"

namespace stdlib::redis {

namespace {

using lang::Value;
using runtime::FoundCluster;
using runtime::FoundMachine;

/// What `redis.status` says.
runtime::Finding look(runtime::AskedMachine& machine) {
    if (support::is_absent(machine.ask(runtime::Command::program({"redis-cli", "--version"})))) return {};
    const Value status = machine.query("status");
    return status.is_unknown() ? support::not_known("Redis", status.why_unknown().why) : runtime::Finding{.what = status};
}

/// A cluster is a master, and the replicas that name it as their source.
std::vector<FoundCluster> clusters(std::span<const FoundMachine> all) {
    std::vector<FoundCluster> found;
    for (const FoundMachine& master : all) {
        const Value status = master.found_by("redis");
        if (status.is_nothing() || !status.field("master").boolean()) continue;
        FoundCluster& cluster = found.emplace_back(FoundCluster{.name = "cache", .nodes = {master.name}});
        for (const FoundMachine& other : all) {
            const Value replica = other.found_by("redis");
            if (!replica.is_nothing() && master.is_called(replica.field("source").text())) cluster.nodes.push_back(other.name);
        }
    }
    return found;
}

}  // namespace

runtime::Discovery discovery() {
    return {.layer = runtime::Discovery::Layer::Database,
            .look = look,
            .summary = [](const Value& status) { return status.field("master").boolean() ? "Redis, a master" : "Redis, a replica"; },
            .clusters = clusters,
            .looks_for = "replication of Redis"};
}

}  // namespace stdlib::redis
