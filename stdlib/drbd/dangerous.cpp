// Verbs that throw data away, as their manuals warn. None of them is a variant of another verb: nobody gets here by an option.
#include <fmt/format.h>

#include "stdlib/drbd/actions.hpp"
#include "stdlib/drbd/judge.hpp"
#include "stdlib/drbd/read/status.hpp"
#include "stdlib/pcs/read/values.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::drbd {

namespace {

using lang::Kind;
using lang::Value;
using runtime::Action;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::Verdict;
using State = runtime::Verdict::State;

// ---- primary --force

Verdict judge_force(const Value& seen, const Context& context) {
    if (seen.is_unknown()) return {State::Unclear, seen.plain()};
    const Value& status = seen.field("status");
    if (const auto verdict = unclear(status, {"role", "disk", "connection"})) return *verdict;
    if (word(status, "role") == "Primary") return {State::Reached, {}};
    if (word(status, "role") == "Down") return refused(down_here(context));
    if (const auto verdict = owned(seen)) return *verdict;
    if (word(status, "disk") == "Diskless") return refused("there is no disk here to go on with");
    if (word(status, "connection") == "Connected" && word(status, "peer_role") != "Secondary") {
        return refused(fmt::format("the peer is {}: make it Secondary first", word(status, "peer_role")));
    }
    return {State::Needed, {}};
}

// ---- connect --discard-my-data

Verdict judge_discard(const Value& status, const Context& context) {
    if (status.is_unknown()) return {State::Unclear, status.plain()};
    if (const auto verdict = unclear(status, {"connection", "role"})) return *verdict;
    const std::string connection = word(status, "connection");
    if (connection == "Connected") return {State::Reached, {}};
    if (connection == "Down") return refused(down_here(context));
    if (connection != "StandAlone") {
        return refused(fmt::format(
            "it is {}, and what it was told when it began to look for its peer is not to be seen: disconnect it first", connection));
    }
    if (word(status, "role") == "Primary") return refused("it is Primary here: the data that are to be discarded may still be written");
    return {State::Needed, {}};
}

/// The other side may be StandAlone still. What counts is that this one has begun to look for it, and is not sent away.
Verdict discard_arrived(const Value&, const Value& now, const Context&) {
    if (now.is_unknown()) return {State::Moving, now.plain()};
    const std::string connection = word(now, "connection");
    if (connection == "Connected") return {State::Reached, {}};
    if (connection == "StandAlone") return {State::Failed, "StandAlone again: the two sides refuse each other; the kernel log tells why"};
    return {State::Reached, connection + ": connect the other side too"};
}

// ---- invalidate

Verdict judge_invalidate(const Value& status, const Context& context) {
    if (status.is_unknown()) return {State::Unclear, status.plain()};
    if (const auto verdict = unclear(status, {"role", "connection"})) return *verdict;
    if (word(status, "role") == "Down") return refused(down_here(context));
    if (word(status, "connection") != "Connected") {
        return refused(fmt::format("the connection is {}: there is no other side to copy from", word(status, "connection")));
    }
    if (const auto verdict = unclear(status, {"replication", "peer_disk"})) return *verdict;
    if (word(status, "replication") == "SyncTarget") return {State::Reached, "it is being overwritten"};
    if (word(status, "peer_disk") != "UpToDate") return refused(fmt::format("the peer's disk is {}", word(status, "peer_disk")));
    if (word(status, "role") == "Primary") return refused("it is Primary here: make it Secondary first");
    if (word(status, "replication") != "Established")
        return refused(fmt::format("a synchronisation runs: {}", word(status, "replication")));
    return {State::Needed, {}};
}

Verdict invalidate_arrived(const Value&, const Value& now, const Context&) {
    if (now.is_unknown()) return {State::Moving, now.plain()};
    const std::string disk = word(now, "disk"), replication = word(now, "replication");
    if (disk == "Inconsistent" || replication == "SyncTarget") return {State::Reached, {}};
    return {State::Needed, fmt::format("its disk is {}, and no synchronisation runs", disk)};
}

struct Verb {
    const char* name;
    std::vector<std::string> words;  ///< of drbdadm, before the resource
    const char* doc;
    const char* done;
    const char* example;
    const char* danger;
    runtime::Read probe;
    Verdict (*judge)(const Value&, const Context&);
    std::function<Verdict(const Value&, const Value&, const Context&)> arrived;
};

Builtin dangerous(Verb verb) {
    return {{.name = verb.name,
             .effect = lang::Effect::Action,
             .hosts = lang::HostKind::Linux,
             .parameters = {resource_parameter()},
             .result = Kind::Nothing,
             .doc = verb.doc,
             .done = verb.done,
             .example = verb.example,
             .deadline = std::chrono::minutes(1),
             .danger = verb.danger},
            Action{.probe = std::move(verb.probe),
                   .judge = verb.judge,
                   .command =
                       [words = std::move(verb.words)](const Value&, const Context& context) {
                           std::vector<std::string> all{"drbdadm"};
                           all.insert(all.end(), words.begin(), words.end());
                           all.push_back(context.arguments.text("resource"));
                           return Command::program(all);
                       },
                   .complaint = complaint,
                   .arrived = std::move(verb.arrived),
                   .poll = std::chrono::seconds(1),
                   .ends_link = false,
                   .touches = support::object("drbd", "resource")},
            {std::string(kernel_version), std::string(utils_version_name), std::string(pcs::pacemaker_version)},
            {{runtime::Evidence::How::Manual, "DRBD 8.4, and of DRBD 9 with drbd-utils 8.9.3 to 9.25"}}};
}

}  // namespace

std::vector<Builtin> dangerous_actions() {
    std::vector<Builtin> all;
    all.push_back(
        dangerous({.name = "force_primary",
                   .words = {"primary", "--force"},
                   .doc = "Makes the resource Primary on the current host whatever its disk holds: the last way out when the other "
                          "side is lost for good. Refused where a connected peer is not Secondary, and where Pacemaker moves the "
                          "roles.",
                   .done = "its role is Primary",
                   .example = "drbd.force_primary(\"r0\")",
                   .danger = "makes this side's data the right ones, old or half copied as they may be; where the other side still "
                             "lives, the two part for good (split brain)",
                   .probe = owned_probe(false),
                   .judge = judge_force,
                   .arrived = has_role("Primary")}));
    all.push_back(
        dangerous({.name = "discard",
                   .words = {"connect", "--discard-my-data"},
                   .doc = "Ends a split brain at the cost of the current host: it connects, and what it has written since the two "
                          "sides parted is overwritten by the other side, which must be connected too: "
                          "`drbd.connect(\"r0\", peer_unchanged: true)` there. Refused on a Primary.",
                   .done = "it looks for the other side, or has found it",
                   .example = "drbd.discard(\"r0\")",
                   .danger = "throws away all that was written on this side since the two sides parted",
                   .probe = status_probe(),
                   .judge = judge_discard,
                   .arrived = discard_arrived}));
    all.push_back(dangerous({.name = "invalidate",
                             .words = {"invalidate"},
                             .doc = "Copies the whole resource anew from the other side to the current host. Wait for "
                                    "drbd.in_sync behind it. Refused on a Primary, without a connection, and where the other side is not "
                                    "UpToDate.",
                             .done = "the copy runs: its disk is Inconsistent",
                             .example = "drbd.invalidate(\"r0\")",
                             .danger = "overwrites the whole disk of this side; until that is done only the other side has the data",
                             .probe = status_probe(),
                             .judge = judge_invalidate,
                             .arrived = invalidate_arrived}));
    return all;
}

}  // namespace stdlib::drbd
