#include "tests/example/stdlib/redis/status.hpp"

#include <algorithm>

#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::redis {

namespace {

using lang::Kind;
using lang::Type;
using lang::Value;
using runtime::Context;

/// As the site's cluster says, or Redis' own.
std::string port_of(const Context& context) {
    for (const lang::Cluster& cluster : context.site->clusters) {
        const bool is_node = std::find(cluster.nodes.begin(), cluster.nodes.end(), context.host) != cluster.nodes.end();
        const auto port = cluster.settings.find("port");
        if (cluster.kind == "redis" && is_node && port != cluster.settings.end()) return port->second.text();
    }
    return "6379";
}

/// Behind "NAME:" of a line; empty where there is none.
std::string_view field(std::string_view output, std::string_view name) {
    for (const std::string_view line : support::lines(output)) {
        if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == ':') return line.substr(name.size() + 1);
    }
    return {};
}

/// A word that is neither is unknown.
Value truth(std::string_view word, std::string_view yes, std::string_view no) {
    if (word == yes) return true;
    if (word == no) return false;
    return support::unreadable(std::string(yes) + " or " + std::string(no) + " was expected", word);
}

Value status_from(std::string_view output) {
    const std::string_view role = field(output, "role");
    if (role != "master" && role != "slave")
        return support::unreadable("`INFO replication` tells no role; " + support::quoted_output(output), output);
    const bool is_master = role == "master";
    const auto of_replica = [&](Value value) { return is_master ? Value(false) : std::move(value); };
    return support::record(status_type(), {{"master", is_master},
                                           {"source", field(output, "master_host")},
                                           {"linked", of_replica(truth(field(output, "master_link_status"), "up", "down"))},
                                           {"copying", of_replica(truth(field(output, "master_sync_in_progress"), "1", "0"))}});
}

}  // namespace

const std::shared_ptr<const lang::RecordType>& status_type() {
    static const auto type =
        support::record_type("redis.Status", {{"master", Kind::Bool, "it takes writes, and replicates from nobody"},
                                              {"source", Kind::Text, "the address of its master; empty of a master"},
                                              {"linked", Kind::Bool, "of a replica: it hears its master"},
                                              {"copying", Kind::Bool, "of a replica: its first copy of all data is not complete"}});
    return type;
}

runtime::Command redis_cli(const Context& context, std::vector<std::string> order) {
    order.insert(order.begin(), {"redis-cli", "-h", context.host->address, "-p", port_of(context)});
    return runtime::Command::program(std::move(order));
}

runtime::Read read_status() {
    return {.commands =
                [](const Context& context) {
                    return std::vector{redis_cli(context, {"INFO", "replication"})};
                },
            .value = [](std::span<const runtime::Reply> replies, const Context&) -> Value {
                const runtime::Reply& reply = replies.front();
                return reply.ok() ? status_from(reply.out) : Value::unknown("redis-cli: " + reply.describe());
            }};
}

}  // namespace stdlib::redis
