// Replicated block devices: DRBD 8.4 and 9.
#include <fmt/format.h>

#include <algorithm>

#include "stdlib/drbd/actions.hpp"
#include "stdlib/drbd/cross_check.hpp"
#include "stdlib/drbd/discovery.hpp"
#include "stdlib/drbd/holders.hpp"
#include "stdlib/drbd/read/status.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::drbd {

namespace {

using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Type;
using lang::Value;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::Reply;

Builtin query(std::string name, Type result, std::string doc, std::string example, Value (*from_views)(const Views&, const Context&)) {
    return {{.name = std::move(name),
             .effect = Effect::Query,
             .hosts = HostKind::Linux,
             .parameters = {resource_parameter()},
             .result = std::move(result),
             .doc = std::move(doc),
             .example = std::move(example),
             .deadline = std::chrono::seconds(20)},
            runtime::Query{{.commands = status_commands,
                            .value = [from_views](std::span<const Reply> replies,
                                                  const Context& context) { return from_views(read_views(replies, context), context); }},
                           support::object("drbd", "resource")},
            {std::string(kernel_version), std::string(utils_version_name)}};
}

Builtin status() {
    return query(
        "status", Type::of(types().status),
        "A resource as the current host sees it. Of several volumes or peers the worst is told. What the peer does is unknown while it is "
        "not seen: then both sides must be asked. A resource that is configured but not up has the role Down; one that is not configured "
        "is unknown.",
        "require drbd.status(\"r0\").role on acd-store2 == Primary",
        [](const Views& views, const Context&) { return drbd::status(views); });
}

Builtin in_sync() {
    Builtin synced = query(
        "in_sync", Kind::Bool,
        "Both sides, or all, have the same data: connected, every disk UpToDate, and nothing out of sync (a verify may have found "
        "differences). Unknown where DRBD does not say how much is out of sync. A peer without a disk on purpose, as a tiebreaker "
        "of DRBD 9 is, does not count: neither is it waited for, nor is it a copy of the data. Where it is false, what is missing is told; "
        "a "
        "StandAlone that no waiting ends is told as that.",
        "wait_until all s in stores: drbd.in_sync(\"r0\") on s  within 4h  holding 10s", [](const Views& views, const Context& context) {
            return against_sync(views, context.arguments.text("resource"), context.host->name);
        });
    std::get<runtime::Query>(synced.parts).lists_failings = true;
    return synced;
}

Builtin safe_to_promote() {
    Builtin safe = query(
        "safe_to_promote", Kind::Bool,
        "Nothing speaks against making the resource Primary on the current host: its disks are UpToDate and have quorum, and every peer is "
        "connected, Secondary and has the same data (but one that has no disk on purpose). Where it fails, everything that is wrong is "
        "told, volume by volume and peer by peer. What a peer "
        "says of itself is asked on the peer: use it for all nodes together, once the old Primary is Secondary.",
        "require all s in stores: drbd.safe_to_promote(\"r0\") on s", [](const Views& views, const Context& context) {
            return against_promotion(views, context.arguments.text("resource"), context.host->name);
        });
    std::get<runtime::Query>(safe.parts).lists_failings = true;
    return safe;
}

runtime::Detection detected(std::string_view name, Value (*read)(std::string_view)) {
    return {std::string(name),
            {.commands =
                 [](const Context&) {
                     return std::vector{Command::program({"drbdadm", "--version"})};
                 },
             .value = [read](std::span<const Reply> replies, const Context&) -> Value {
                 if (!replies.front().ok()) return Value::unknown("drbdadm --version: " + replies.front().describe());
                 return read(replies.front().out);
             }}};
}

/// A node of a cluster that may have DRBD under it, or a host whose fact `drbd` names resources.
bool may_have_drbd(const lang::Host& host, const lang::Site& site) {
    for (const lang::Cluster& cluster : site.clusters) {
        const bool here = std::find(cluster.nodes.begin(), cluster.nodes.end(), &host) != cluster.nodes.end();
        if (here && cluster.kind == "pacemaker") return true;
    }
    return host.facts.contains("drbd");
}

Value states_left(std::span<const Reply> replies, const Context& context) {
    const Reply& reply = replies.front();
    constexpr int no_such_command = 127;
    if (reply.code == no_such_command) return Value::list({});
    if (reply.code != 0) return Value::unknown("drbdsetup: " + reply.describe());
    const auto summary = summary_from_events(reply.out);
    if (!summary)
        return Value::unknown("`drbdsetup events2 --now` wrote no whole list of what exists: " + support::quoted_output(reply.out));
    std::vector<Value> found;
    for (const Summary& one : *summary) {
        const std::string line = fmt::format("{}: {}", one.resource, one.states);
        found.push_back(runtime::thing(fmt::format("DRBD on {}, {}", context.host->name, line), line, {one.resource}));
    }
    return Value::list(std::move(found));
}

runtime::Residue states() {
    return {.name = "roles, disks and connections",
            .query = {.read = {.commands =
                                   [](const Context&) {
                                       return std::vector{Command::program({"drbdsetup", "events2", "--now"})};
                                   },
                               .value = states_left},
                      .reads = support::everything("drbd")},
            .applies = may_have_drbd};
}

}  // namespace

runtime::Module module() {
    std::vector<Builtin> builtins{status(), in_sync(), safe_to_promote(), holders_query()};
    for (Builtin& action : actions()) builtins.push_back(std::move(action));
    for (Builtin& action : dangerous_actions()) builtins.push_back(std::move(action));
    return {
        .name = "drbd",
        .doc =
            "Replicated block devices: DRBD 8.4 (from /proc/drbd) and 9 (from drbdsetup's JSON, or its events where drbd-utils are older "
            "than "
            "8.9.8). A split brain is reported, and never resolved but by a verb that two persons sign off. `procedures/drbd/switch.proc` "
            "has the order of a switch by hand. A host "
            "outside of a Pacemaker cluster says by a fact `drbd` that it has resources.",
        .builtins = std::move(builtins),
        .detections = {detected(kernel_version, version), detected(utils_version_name, utils_version)},
        .residues = {states()},
        .cross_checks = {role_by_drbdadm()},
        .sources = {"DRBD 8.4 and 9 User's Guides (LINBIT), manual pages drbdadm(8), drbdsetup(8)",
                    "recorded outputs of DRBD 8.4.11 with drbd-utils 9.22"},
        .evidence = {{runtime::Evidence::How::Real, "DRBD 8.4.11 with drbd-utils 9.22"},
                     {runtime::Evidence::How::Recorded, "DRBD 8.4.11 with drbd-utils 9.22"},
                     {runtime::Evidence::How::Manual, "DRBD 9 with drbd-utils 8.9.3 to 9.25"}},
        .discovery = discovery(),
        .rights = runtime::programs_only,
        .paths = {{"drbdadm", "/usr/sbin/drbdadm"}, {"drbdsetup", "/usr/sbin/drbdsetup"}}};
}

}  // namespace stdlib::drbd
