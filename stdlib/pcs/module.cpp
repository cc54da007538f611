// Pacemaker clusters, read by crm_mon and moved by pcs.
#include <fmt/format.h>

#include "stdlib/pcs/actions.hpp"
#include "stdlib/pcs/cross_check.hpp"
#include "stdlib/pcs/discovery.hpp"
#include "stdlib/pcs/preview.hpp"
#include "stdlib/pcs/read/constraints.hpp"
#include "stdlib/pcs/read/values.hpp"
#include "stdlib/pcs/residues.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::pcs {

namespace {

using Takes = lang::ClusterEntry::Takes;
using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Parameter;
using lang::Type;
using lang::Value;
using runtime::Builtin;
using runtime::Context;
using runtime::Detection;
using runtime::Reply;

constexpr auto patience = std::chrono::seconds(30);

Builtin query(std::string name, std::vector<Parameter> parameters, Type result, std::string doc, std::string example,
              std::function<Value(const Cluster&, const Context&)> value) {
    return {{.name = std::move(name),
             .effect = Effect::Query,
             .hosts = HostKind::Linux,
             .parameters = std::move(parameters),
             .result = std::move(result),
             .doc = std::move(doc),
             .example = std::move(example),
             .deadline = patience},
            runtime::Query{reading(std::move(value)), support::everything("pcs")},
            {std::string(pacemaker_version)}};
}

Builtin status() {
    return query("status", {}, Type::of(types().status),
                 "The whole cluster as the current host sees it. Unknown where Pacemaker does not run on this host.",
                 "require no r in pcs.status().resources: r.blocked",
                 [](const Cluster& cluster, const Context&) { return value_of(cluster); });
}

Builtin node() {
    return query(
        "node", {node_parameter("machine", "the node that is asked about; the current host answers")}, Type::of(types().node),
        "One node of the cluster as the current host sees it. A node's name is the host's name; the part before the first dot is enough.",
        "require not pcs.node(acd-store1).online", [](const Cluster& cluster, const Context& context) -> Value {
            const auto found = node_of(cluster, context.arguments.host("machine"));
            if (const auto* none = std::get_if<Value>(&found)) return *none;
            return value_of(*std::get<const Node*>(found), cluster);
        });
}

Value location_value(const Cluster& cluster, const Context& context) {
    const auto where = location(cluster, context.arguments.text("resource"));
    if (const auto* unclear = std::get_if<Unreadable>(&where)) return Value::unknown(unclear->why);
    const std::string& name = std::get<std::string>(where);
    if (const lang::Host* exact = context.site->find_host(name)) return exact;
    for (const auto& host : context.site->hosts) {
        if (same_machine(*host, name)) return host.get();
    }
    return Value::unknown(fmt::format("it runs on '{}', which is not a host of the site", name), name);
}

Builtin location() {
    return query("location", {resource_parameter()}, Kind::Host,
                 "The host on which a resource runs: all of a group, the promoted instance of a clone, the container of a bundle. Unknown "
                 "while it is between hosts, stopped, or on several, and where the host on which it ran is lost.",
                 "wait_until pcs.location(\"grp\") == acd-store2  within 3m", location_value);
}

Builtin settled() {
    return query(
        "settled", {}, Kind::Bool,
        "Nothing is in progress, and everything that should run runs: no resource starts, stops or is monitored for the first time, "
        "every clone runs on every node that may run it, no node waits to be fenced. What crm_mon shows to be kept from all nodes need not "
        "run. Unknown without quorum or a coordinator, and where crm_mon does not show whether something may run.",
        "wait_until pcs.settled()  within 3m  holding 10s", [](const Cluster& cluster, const Context&) -> Value {
            const Unrest open = unrest(cluster);
            if (!open.known.empty()) return false;
            const auto doubts = open.doubts();
            return doubts.empty() ? Value(true) : Value::unknown(fmt::format("{}", fmt::join(doubts, "; ")));
        });
}

Parameter without_fencing() { return {"without_fencing", Kind::Bool, "that fencing is off is meant so, and no problem", Value(false)}; }

Value problems_in(const Cluster& cluster, const Context& context) {
    return Value::list(problems(cluster, context.arguments.boolean("without_fencing")));
}

Builtin healthy() {
    Builtin healthy =
        query("healthy", {without_fencing()}, Kind::Bool, "There are no problems, see pcs.problems. Where it fails, all of them are told.",
              "require pcs.healthy()  else \"clean up first\"", problems_in);
    std::get<runtime::Query>(healthy.parts).lists_failings = true;
    return healthy;
}

Builtin list_problems() {
    return query(
        "problems", {without_fencing()}, Type::list_of(Kind::Text),
        "Everything to look at before something is moved, a sentence each: no quorum or DC, maintenance, fencing off, pending or failed, "
        "nodes offline, unclean, in standby or of bad health, resources failed, blocked, unmanaged or not where they should be, failed "
        "actions, fail counts, bans by hand and by DRBD. Other constraints are configuration and no problem.",
        "require pcs.problems().count == 0", problems_in);
}

Builtin constraints() {
    return {{.name = "constraints",
             .effect = Effect::Query,
             .hosts = HostKind::Linux,
             .parameters = {},
             .result = Type::list_of(Type::of(constraint_type())),
             .doc = "The location constraints: what holds resources on a node or keeps them away. `cli-…` are left by `move` and `ban`, "
                    "`drbd-fence-…` by DRBD while a side has not the newest data. Unknown where the cluster does not run.",
             .example = "require no c in pcs.constraints(): c.score == \"-INFINITY\"",
             .deadline = patience},
            runtime::Query{{.commands = [](const Context&) { return std::vector{cibadmin_constraints()}; },
                            .value = [](std::span<const Reply> replies, const Context&) -> Value {
                                const auto read = read_constraints(replies.front());
                                if (const auto* untold = std::get_if<Unreadable>(&read)) return Value::unknown(untold->why);
                                std::vector<Value> found;
                                for (const auto& constraint : std::get<0>(read)) found.push_back(value_of(constraint));
                                return Value::list(std::move(found));
                            }},
                           support::everything("pcs")}};
}

/// "2.1.5-4.el9" of "Pacemaker 2.1.5-4.el9", "0.11.5" of pcs; "none" where the tool is not installed.
Value version_in(const Reply& reply, std::string_view tool) {
    if (not_installed(reply)) return "none";
    if (!reply.ok()) return Value::unknown(fmt::format("{} --version: {}", tool, reply.describe()));
    for (const std::string_view word : support::words(support::first_line(reply.out))) {
        if (word.front() >= '0' && word.front() <= '9') return word;
    }
    return Value::unknown(fmt::format("{} --version tells no version: {}", tool, support::quoted_output(reply.out)));
}

Detection version_of(std::string_view name, const std::string& tool) {
    return {std::string(name),
            {.commands =
                 [tool](const Context&) {
                     return std::vector{runtime::Command::program({tool, "--version"})};
                 },
             .value = [tool](std::span<const Reply> replies, const Context&) { return version_in(replies.front(), tool); },
             .reads_silence = false}};
}

}  // namespace

runtime::Module module() {
    std::vector<Builtin> builtins{status(), node(), location(), settled(), healthy(), list_problems(), constraints()};
    for (Builtin& preview : previews()) builtins.push_back(std::move(preview));
    for (Builtin& action : actions()) builtins.push_back(std::move(action));
    return {.name = "pcs",
            .doc =
                "Pacemaker clusters. State is read from crm_mon's XML (1.1 to 3.0), changes go through pcs (0.9 to 0.12). pcs and crm_mon "
                "come back long before a move is done, so every action waits until the cluster itself shows it done.",
            .builtins = std::move(builtins),
            .detections = {version_of(pacemaker_version, "crm_mon"), version_of(pcs_version, "pcs")},
            .residues = residues(),
            .cross_checks = {located_by_crm_resource()},
            .sources = {"Pacemaker Explained and Pacemaker Administration, chapters on status, moving resources and upgrading",
                        "manual pages crm_mon(8) of Pacemaker 2.1 and pcs(8) of pcs 0.11",
                        "recorded outputs of Pacemaker 2.1.5 and pcs 0.11.5 on a two-node cluster"},
            .evidence = {{runtime::Evidence::How::Real, "Pacemaker 2.1.5 with pcs 0.11.5"},
                         {runtime::Evidence::How::Recorded, "Pacemaker 2.1.5 with pcs 0.11.5"},
                         {runtime::Evidence::How::Manual, "Pacemaker 1.1 with pcs 0.9, 2.0 with pcs 0.10, 3.0 with pcs 0.12"}},
            .cluster = "pacemaker",
            .cluster_kinds = {{.name = "pacemaker",
                               .entries = {{.name = "resource", .takes = Takes::Texts, .lists = "resource"},
                                           {.name = "ip", .takes = Takes::Address},
                                           {.name = "drbd", .takes = Takes::Texts, .lists = "DRBD resource"}}}},
            .discovery = discovery(),
            .aliases = {"pacemaker", "corosync", "crm"},
            .rights = runtime::programs_only,
            .paths = {{"cibadmin", "/usr/sbin/cibadmin"},
                      {"crm_mon", "/usr/sbin/crm_mon"},
                      {"crm_resource", "/usr/sbin/crm_resource"},
                      {"pcs", "/usr/sbin/pcs"}}};
}

}  // namespace stdlib::pcs
