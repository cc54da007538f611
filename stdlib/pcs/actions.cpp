#include "stdlib/pcs/actions.hpp"

#include <algorithm>

#include "stdlib/pcs/preview.hpp"
#include "stdlib/pcs/read/values.hpp"
#include "stdlib/pcs/verdicts.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::pcs {

namespace {

using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Value;
using runtime::Action;
using runtime::Builtin;
using runtime::Command;
using State = runtime::Verdict::State;
using Texts = std::vector<std::string>;

const lang::Host& current(const Context& context) { return *context.host; }

/// A cluster is one thing on all its nodes. Moving a resource also moves what lies under it: DRBD roles and the units that Pacemaker
/// starts and stops change with it.
std::vector<runtime::Footprint> touched(const Context& context) {
    std::vector<const lang::Host*> nodes{context.host};
    for (const lang::Cluster& cluster : context.site->clusters) {
        if (cluster.kind != "pacemaker" || std::find(cluster.nodes.begin(), cluster.nodes.end(), context.host) == cluster.nodes.end())
            continue;
        nodes.insert(nodes.end(), cluster.nodes.begin(), cluster.nodes.end());
    }
    std::vector<runtime::Footprint> all;
    for (const lang::Host* node : nodes) {
        for (const char* system : {"pcs", "drbd", "systemd"}) all.push_back({system, "*", node});
    }
    return all;
}

/// ClusterView in, verdict out.
auto on_sight(Verdict (*judge)(const ClusterView&)) {
    return [judge](const Value& seen, const Context&) {
        return seen.is_unknown() ? Verdict{State::Unclear, seen.plain()} : judge(ClusterView::of(seen));
    };
}
auto on_sights(Verdict (*judge)(const ClusterView& before, const ClusterView& now)) {
    return [judge](const Value& before, const Value& now, const Context&) {
        if (now.is_unknown()) return Verdict{State::Moving, now.plain()};
        return judge(before.is_unknown() ? ClusterView{} : ClusterView::of(before), ClusterView::of(now));
    };
}

// ---- the actions

/// pcs 0.9 (RHEL 7) has it under `cluster`.
Command node_command(const char* verb, const Value& seen, const Context& context) {
    const bool old = context.detected.contains(pcs_version) && !at_least(context.detected, pcs_version, 0, 10);
    return Command::program({"pcs", old ? "cluster" : "node", verb, ClusterView::of(seen).node});
}

Action node_action(const char* verb, std::function<void(ClusterView&, const Cluster&, const Context&)> look,
                   Verdict (*judge)(const ClusterView&), Verdict (*arrived)(const ClusterView&, const ClusterView&)) {
    return {.probe = sight([](const Context& context) -> const lang::Host& { return context.arguments.host("node"); }, std::move(look)),
            .judge = on_sight(judge),
            .command = [verb](const Value& seen, const Context& context) { return node_command(verb, seen, context); },
            .complaint = {},
            .arrived = on_sights(arrived),
            .poll = std::chrono::seconds(1),
            .ends_link = false,
            .touches = touched};
}

Action move_action() {
    return {.probe = sight([](const Context& context) -> const lang::Host& { return context.arguments.host("to"); }, look_at_move, true),
            .judge = on_sight(judge_move),
            .command =
                [](const Value& seen, const Context& context) {
                    return Command::program({"pcs", "resource", "move", context.arguments.text("resource"), ClusterView::of(seen).node});
                },
            .complaint = {},
            .arrived = on_sights(move_arrived),
            .poll = std::chrono::seconds(1),
            .ends_link = false,
            .touches = touched};
}

Action resource_action(const char* verb, Verdict (*judge)(const ClusterView&), Verdict (*arrived)(const ClusterView&, const ClusterView&),
                       bool with_constraints = false) {
    const bool a_wish = std::string_view(verb) == "disable" || std::string_view(verb) == "enable";
    return {.probe = sight(current, a_wish ? look_at_wish : look_at_resource, with_constraints),
            .judge = on_sight(judge),
            .command =
                [verb](const Value&, const Context& context) {
                    Texts words{"pcs", "resource", verb};
                    if (const std::string& resource = context.arguments.text("resource"); !resource.empty()) words.push_back(resource);
                    return Command::program(std::move(words));
                },
            .complaint = {},
            .arrived = on_sights(arrived),
            .poll = std::chrono::seconds(1),
            .ends_link = false,
            .touches = touched};
}

/// Like sight, but a cluster that does not run here is something seen.
runtime::Read running_here() {
    runtime::Read read = sight(current, [](ClusterView&, const Cluster&, const Context&) {});
    read.value = [whole = std::move(read.value)](std::span<const runtime::Reply> replies, const Context& context) -> Value {
        const Reading reading = pcs::read(replies.front());
        const auto* unreadable = std::get_if<Unreadable>(&reading);
        if (unreadable == nullptr || !unreadable->stopped) return whole(replies, context);
        ClusterView stopped;
        stopped.running = false;
        return stopped.value();
    };
    return read;
}

Action service_action(const char* verb, std::function<Verdict(const Value&, const Context&)> judge,
                      Verdict (*arrived)(const ClusterView&, const ClusterView&)) {
    return {.probe = running_here(),
            .judge = std::move(judge),
            .command =
                [verb](const Value&, const Context& context) {
                    Texts words{"pcs", "cluster", verb};
                    if (std::string_view(verb) == "stop" && context.arguments.boolean("force")) words.emplace_back("--force");
                    return Command::program(std::move(words));
                },
            .complaint = {},
            .arrived = on_sights(arrived),
            .poll = std::chrono::seconds(1),
            .ends_link = false,
            .touches = touched};
}

Action foreseen_as(runtime::Read preview, Action action) {
    action.preview = std::move(preview);
    return action;
}

Builtin action(std::string name, std::vector<lang::Parameter> parameters, lang::Duration deadline, std::string doc, std::string done,
               std::string example, Action parts) {
    return {{.name = std::move(name),
             .effect = Effect::Action,
             .hosts = HostKind::Linux,
             .parameters = std::move(parameters),
             .result = Kind::Nothing,
             .doc = std::move(doc),
             .done = std::move(done),
             .example = std::move(example),
             .deadline = deadline},
            std::move(parts),
            {std::string(pacemaker_version), std::string(pcs_version)}};
}

}  // namespace

std::vector<Builtin> actions() {
    using std::chrono::minutes;
    const lang::Parameter resource = resource_parameter();
    lang::Parameter any_resource = resource_parameter("name of a primitive, a group or a clone; empty for all", support::Empty::Taken);
    any_resource.default_value = Value("");
    return {
        action("standby",
               {node_parameter("node", "the node that gives its resources away; any node of the cluster may be the current host")},
               minutes(5),
               "Puts a node into standby; pcs comes back a minute before the node is empty. Refused where no other node could take over, "
               "without quorum, and in maintenance mode. DRBD on the "
               "node goes down with it: nothing is replicated until `unstandby`. Standby stays over a reboot.",
               "nothing is active on it any more and everything has settled on the other nodes",
               "pcs.standby(acd-store1)  within 5m  undo pcs.unstandby(acd-store1)",
               foreseen_as(after_standby(), node_action("standby", look_for_heirs, judge_standby, standby_arrived))),
        action("unstandby", {node_parameter("node", "the node that may run resources again")}, minutes(5),
               "Ends the standby of a node. DRBD may then still be receiving what it missed: wait for drbd.in_sync.",
               "everything that should run on it is started", "pcs.unstandby(acd-store1)  within 2m",
               node_action(
                   "unstandby", [](ClusterView&, const Cluster&, const Context&) {}, judge_unstandby, unstandby_arrived)),
        action("move", {resource, node_parameter("to", "the node on which it shall run")}, minutes(5),
               "Moves a resource or a group. Refused where the node cannot run resources, and while the cluster is busy, and where the "
               "resource failed there and nobody cleaned up. Before pcs "
               "0.11 the constraint that moved it stays, and later now and then; what stays is told: `pcs.clear` takes it away.",
               "all of it is started there and nothing else is in progress", "pcs.move(\"grp\", to: acd-store2)  within 3m",
               foreseen_as(after_move(), move_action())),
        action("clear", {resource}, minutes(1),
               "Removes the constraints that `move` and `ban` by hand left on a resource, once it has come to rest. That *allows* it to go "
               "back and does not send it: a way back is a `move` of its own. It may also move now, if it likes it better elsewhere.",
               "none of them is left on it", "pcs.clear(\"grp\")", resource_action("clear", judge_clear, clear_arrived, true)),
        action("cleanup", {any_resource}, minutes(2), "Forgets failed actions, so that the resource may start again where it failed.",
               "no failed action of it is listed", "pcs.cleanup(\"grp\")", resource_action("cleanup", judge_cleanup, cleanup_arrived)),
        action("disable", {resource}, minutes(5),
               "Stops a resource, a group or a clone, and keeps it stopped: until `enable`, over restarts too.",
               "nothing of it runs any more", "pcs.disable(\"grp\")  within 3m  undo pcs.enable(\"grp\")",
               resource_action("disable", judge_disable, disable_arrived)),
        action("enable", {resource}, minutes(5), "Lets a resource run again.", "the cluster has started what it can of it",
               "pcs.enable(\"grp\")  within 3m", resource_action("enable", judge_enable, enable_arrived)),
        action("start_node", {}, minutes(3), "Starts Corosync and Pacemaker on the current host.", "the node has joined",
               "on acd-store1 { pcs.start_node()  within 2m }", service_action("start", on_sight(judge_start), start_arrived)),
        action("stop_node",
               {{"force", Kind::Bool, "also where resources run here, and where the other nodes lose quorum by it", Value(false)}},
               minutes(5),
               "Stops Pacemaker and Corosync on the current host. Refused while resources run here: pcs may run out of patience with a "
               "slow one and leave the node half stopped.",
               "there is no cluster here any more", "on acd-store1 { pcs.stop_node()  within 5m }",
               service_action(
                   "stop",
                   [](const Value& seen, const Context& context) {
                       if (seen.is_unknown()) return Verdict{State::Unclear, seen.plain()};
                       return judge_stop(ClusterView::of(seen), context.arguments.boolean("force"));
                   },
                   stop_arrived)),
    };
}

}  // namespace stdlib::pcs
