#include "stdlib/drbd/actions.hpp"

#include <fmt/format.h>

#include "stdlib/drbd/judge.hpp"
#include "stdlib/drbd/preview.hpp"
#include "stdlib/drbd/read/status.hpp"
#include "stdlib/pcs/read/values.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::drbd {

namespace {

using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Parameter;
using lang::Value;
using runtime::Action;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::Verdict;
using State = runtime::Verdict::State;

// ---- roles

/// May it become Primary, as far as this host can tell? Only a peer that is seen to be Secondary rules a split brain out.
Verdict may_promote(const Value& status, const Context& context) {
    if (const auto verdict = unclear(status, {"disk", "connection", "replication"})) return *verdict;
    const std::string disk = word(status, "disk"), connection = word(status, "connection"), replication = word(status, "replication");
    if (disk != "UpToDate") return refused(fmt::format("its disk here is {}: wait until drbd.in_sync", disk));
    if (replication == "Behind") return refused("it is Behind: the peer has data that is not here yet");
    if (connection != "Connected") {
        if (context.arguments.boolean("alone")) return {State::Needed, {}};
        return refused(
            fmt::format("the connection is {}: the peer may be Primary too, and that would be a split brain. Where the peer is known to "
                        "be off, say `alone: true`",
                        connection));
    }
    if (const auto verdict = unclear(status, {"peer_role"})) return *verdict;
    if (word(status, "peer_role") == "Primary" && !context.arguments.boolean("dual")) {
        return refused("the peer is Primary: make it Secondary first; where both are meant to be Primary, say `dual: true`");
    }
    return {State::Needed, {}};
}

Verdict judge_primary(const Value& seen, const Context& context) {
    if (seen.is_unknown()) return {State::Unclear, seen.plain()};
    const Value& status = seen.field("status");
    if (const auto verdict = unclear(status, {"role"})) return *verdict;
    if (word(status, "role") == "Primary") return {State::Reached, {}};
    if (word(status, "role") == "Down") return refused(down_here(context));
    if (const auto verdict = owned(seen)) return *verdict;
    return may_promote(status, context);
}

Verdict judge_secondary(const Value& seen, const Context& context) {
    if (seen.is_unknown()) return {State::Unclear, seen.plain()};
    const Value& status = seen.field("status");
    if (const auto verdict = unclear(status, {"role"})) return *verdict;
    if (word(status, "role") == "Secondary") return {State::Reached, {}};
    if (word(status, "role") == "Down") return refused(down_here(context));
    if (const auto verdict = owned(seen)) return *verdict;
    return {State::Needed, {}};
}

// ---- the connection

Verdict judge_connect(const Value& status, const Context& context) {
    if (status.is_unknown()) return {State::Unclear, status.plain()};
    if (const auto verdict = unclear(status, {"connection"})) return *verdict;
    const std::string connection = word(status, "connection");
    if (connection == "Connected") return {State::Reached, {}};
    if (connection == "Down") return refused(down_here(context));
    if (connection != "StandAlone") return {State::Moving, "it waits for the peer: " + connection};
    if (context.arguments.boolean("peer_unchanged")) return {State::Needed, {}};
    if (const auto verdict = unclear(status, {"split_brain_suspected"})) return *verdict;
    if (status.field("split_brain_suspected").boolean()) {
        return refused(
            "a split brain is suspected: StandAlone, with data that the peer lacks. Look at the kernel log of both sides. Where the peer "
            "is known to have written nothing since the connection ended, say `peer_unchanged: true`");
    }
    return {State::Needed, {}};
}

Verdict connect_arrived(const Value&, const Value& now, const Context&) {
    if (now.is_unknown()) return {State::Moving, now.plain()};
    const std::string connection = word(now, "connection");
    if (connection == "Connected") return {State::Reached, {}};
    if (connection == "StandAlone") {
        return {State::Failed, "StandAlone again: the two sides refuse each other, most likely a split brain; the kernel log tells"};
    }
    return {State::Moving, connection};
}

Verdict judge_disconnect(const Value& status, const Context&) {
    if (status.is_unknown()) return {State::Unclear, status.plain()};
    if (const auto verdict = unclear(status, {"connection", "replication"})) return *verdict;
    const std::string connection = word(status, "connection"), replication = word(status, "replication");
    if (connection == "StandAlone" || connection == "Down") return {State::Reached, {}};
    if (connection == "Connected" && replication != "Established") {
        return refused(
            fmt::format("a synchronisation runs ({}): ended now, one side stays Inconsistent. Wait until drbd.in_sync", replication));
    }
    return {State::Needed, {}};
}

Verdict disconnect_arrived(const Value&, const Value& now, const Context&) {
    if (now.is_unknown()) return {State::Moving, now.plain()};
    const std::string connection = word(now, "connection");
    return connection == "StandAlone" ? Verdict{State::Reached, {}} : Verdict{State::Needed, connection};
}

Builtin action(const std::string& verb, std::vector<Parameter> options, std::string doc, std::string done, std::string example,
               runtime::Read probe, std::function<Verdict(const Value&, const Context&)> judge,
               std::function<Verdict(const Value&, const Value&, const Context&)> arrived) {
    std::vector<Parameter> parameters{resource_parameter()};
    parameters.insert(parameters.end(), options.begin(), options.end());
    return {{.name = verb,
             .effect = Effect::Action,
             .hosts = HostKind::Linux,
             .parameters = std::move(parameters),
             .result = Kind::Nothing,
             .doc = std::move(doc),
             .done = std::move(done),
             .example = std::move(example),
             .deadline = std::chrono::minutes(1)},
            Action{.probe = std::move(probe),
                   .judge = std::move(judge),
                   .command =
                       [verb](const Value&, const Context& context) {
                           return Command::program({"drbdadm", verb, context.arguments.text("resource")});
                       },
                   .complaint = complaint,
                   .arrived = std::move(arrived),
                   .poll = std::chrono::seconds(1),
                   .ends_link = false,
                   .touches = support::object("drbd", "resource")},
            {std::string(kernel_version), std::string(utils_version_name), std::string(pcs::pacemaker_version)}};
}

}  // namespace

std::vector<Builtin> actions() {
    const Parameter dual{"dual", Kind::Bool, "the peer may be Primary already: a Primary/Primary construct", Value(false)};
    const Parameter alone{"alone", Kind::Bool, "the peer is known to be off: no connection is needed", Value(false)};
    const Parameter peer_unchanged{"peer_unchanged", Kind::Bool, "the peer is known to have written nothing since the connection ended",
                                   Value(false)};
    Builtin connect =
        action("connect", {peer_unchanged},
               "Connects a StandAlone resource to its peer. What was missed is then synchronised: wait for drbd.in_sync. Refused when a "
               "split brain is suspected; it is never resolved from here. A plan tells which way the data would "
               "flow, "
               "and what DRBD is configured to do after a split brain.",
               "the two sides are connected", "drbd.connect(\"r0\")  within 2m", status_probe(), judge_connect, connect_arrived);
    std::get<Action>(connect.parts).preview = after_connect();
    return {
        action("primary", {dual, alone},
               "Makes the resource Primary on the current host. Refused unless its disk is UpToDate and a connected peer is seen to be "
               "Secondary, "
               "and where Pacemaker moves the roles. Never forces.",
               "its role is Primary", "drbd.primary(\"r0\")", owned_probe(false), judge_primary, has_role("Primary")),
        action("secondary", {},
               "Makes the resource Secondary on the current host. Everything that uses the device must have ended before. Refused where "
               "Pacemaker "
               "moves the roles.",
               "its role is Secondary", "drbd.secondary(\"r0\")", owned_probe(true), judge_secondary, has_role("Secondary")),
        std::move(connect),
        action("disconnect", {}, "Ends the connection: nothing is replicated until `connect`. Refused while a synchronisation runs.",
               "its connection is StandAlone", "drbd.disconnect(\"r0\")  undo drbd.connect(\"r0\")", status_probe(), judge_disconnect,
               disconnect_arrived),
    };
}

}  // namespace stdlib::drbd
