// Redis: who is the master, and who becomes it.
#include "runtime/module.hpp"

#include "stdlib/support/findings.hpp"
#include "stdlib/support/readers.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"
#include "tests/example/stdlib/redis/discovery.hpp"
#include "tests/example/stdlib/redis/status.hpp"

namespace stdlib::redis {

namespace {

using namespace std::chrono_literals;
using lang::Effect;
using lang::Type;
using lang::Value;
using runtime::Builtin;
using runtime::Context;
using runtime::Verdict;
using State = runtime::Verdict::State;

Builtin status() {
    return {{.name = "status",
             .parameters = {},
             .result = Type::of(status_type()),
             .doc = "How the server on this host replicates.",
             .example = "require redis.status().linked",
             .deadline = 20s},
            runtime::Query{read_status(), support::everything("redis")}};
}

Verdict may_promote(const Value& seen, const Context& context) {
    if (seen.field("master").boolean()) return {State::Reached, "it is the master"};
    const Value& copying = seen.field("copying");
    if (copying.is_unknown()) return {State::Unclear, copying.why_unknown().why};
    if (!copying.boolean()) return {State::Needed, "it replicates from " + seen.field("source").text()};
    return {State::Refused, "the first copy from " + seen.field("source").text() + " is not complete on " + context.host->name +
                                ": what is missing would be lost; wait until `copying` is false, or promote another replica"};
}

Verdict is_master(const Value&, const Value& now, const Context&) {
    if (now.field("master").boolean()) return {State::Reached, "it is the master"};
    return {State::Moving, "it still replicates from " + now.field("source").text()};
}

/// redis-cli ends with 0 whatever the server says; "OK" is its word for what it has done.
std::optional<std::string> complaint(const runtime::Reply& reply, const Context&) {
    if (reply.ok() && support::trimmed(reply.out) == "OK") return std::nullopt;
    return reply.ok() ? support::said(reply.out) : reply.describe();
}

Builtin promote() {
    return {{.name = "promote",
             .effect = Effect::Action,
             .parameters = {},
             .result = {},
             .doc = "Makes a replica a master. Refused while its first copy of the data is not complete. The master that it had is not "
                    "told: stop its writers first.",
             .done = "its role is master",
             .example = "redis.promote()  within 30s",
             .deadline = 30s},
            runtime::Action{.probe = read_status(),
                            .judge = may_promote,
                            .command =
                                [](const Value&, const Context& context) {
                                    return redis_cli(context, {"REPLICAOF", "NO", "ONE"});
                                },
                            .complaint = complaint,
                            .arrived = is_master,
                            .touches = support::everything("redis")}};
}

std::optional<std::string> no_port(std::string_view text) {
    const auto port = support::integer(text);
    if (port && *port >= 1 && *port <= 65535) return std::nullopt;
    return "a port is a number from 1 to 65535, and this is \"" + std::string(text) + "\"";
}

}  // namespace

runtime::Module module() {
    return {.name = "redis",
            .doc = "Replication of Redis, asked and ordered through redis-cli on each machine.",
            .builtins = {status(), promote()},
            .sources = {"redis.io: commands INFO and REPLICAOF"},
            .evidence = {{runtime::Evidence::How::Recorded, "Redis 7.0"}},
            .cluster = "redis",
            .cluster_kinds = {{.name = "redis", .entries = {{.name = "port", .reads = support::text_reader(no_port)}}}},
            .discovery = discovery(),
            .rights = runtime::programs_only};
}

}  // namespace stdlib::redis
