#include "stdlib/pcs/residues.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "stdlib/pcs/read/constraints.hpp"
#include "stdlib/pcs/read/values.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::pcs {

namespace {

using lang::Value;
using runtime::Context;
using runtime::Reply;
using runtime::Residue;

bool is_node(const lang::Host& host, const lang::Site& site) { return lang::is_of_cluster(site, host, "pacemaker"); }

/// What was set, not what happens to run where: a resource that moved on purpose is not a residue.
Value settings(const Cluster& cluster) {
    std::vector<Value> found;
    std::set<std::string> told;
    const auto add = [&](bool there, const std::string& item, std::vector<std::string> about, std::string text) {
        if (there && told.insert(item).second) found.push_back(runtime::thing(std::move(text), item, std::move(about)));
    };
    add(cluster.maintenance.value_or(false), "maintenance mode", {}, "the cluster is in maintenance mode");
    add(cluster.resources_stopped, "stop-all-resources", {}, "stop-all-resources is set");
    for (const Node& node : cluster.nodes) {
        add(node.standby, "standby " + node.name, {node.name}, node.name + " is in standby");
        add(node.maintenance, "maintenance " + node.name, {node.name}, node.name + " is in maintenance");
        add(!node.online && node.kind != Node::Kind::Bundle, "offline " + node.name, {node.name}, node.name + " is offline");
    }
    for (const Resource& resource : cluster.resources) {
        const bool of_a_node = std::any_of(resource.nodes.begin(), resource.nodes.end(), [&](const std::string& name) {
            return std::any_of(cluster.nodes.begin(), cluster.nodes.end(), [&](const Node& n) { return n.name == name && n.maintenance; });
        });
        const std::string& id = resource.id;
        add(!resource.managed && !of_a_node && !cluster.maintenance.value_or(false), "unmanaged " + id, {id}, id + " is unmanaged");
        add(resource.disabled, "disabled " + id, {id}, id + " is disabled");
        add(resource.orphaned, "orphaned " + id, {id}, id + " is in the configuration no more, but not yet forgotten");
    }
    for (const Failure& failure : cluster.failures) {
        add(true, "failed action " + failure.describe(), {failure.node}, "failed action: " + failure.describe());
    }
    for (const FailCount& count : cluster.fail_counts) {
        add(true, fmt::format("fail count {} {} {}", count.resource, count.node, count.count), {count.resource, count.node},
            fmt::format("fail count of {} on {}: {}", count.resource, count.node, count.count));
    }
    return Value::list(std::move(found));
}

Value settings_left(std::span<const Reply> replies, const Context& context) {
    const Reading reading = read(replies.front());
    if (const auto* cluster = std::get_if<Cluster>(&reading)) return settings(*cluster);
    const auto& unreadable = std::get<Unreadable>(reading);
    if (!unreadable.stopped) return Value::unknown(unreadable.why);
    const std::string& host = context.host->name;
    return Value::list({runtime::thing("the cluster does not run on " + host, "stopped " + host, {host})});
}

/// Where the cluster is stopped there is no configuration to read; that it is, the other residue tells.
Value constraints_left(std::span<const Reply> replies, const Context&) {
    const Reading reading = read(replies[0]);
    const auto* unreadable = std::get_if<Unreadable>(&reading);
    if (unreadable != nullptr && unreadable->stopped) return Value::list({});
    const auto read = read_constraints(replies[1]);
    if (const auto* untold = std::get_if<Unreadable>(&read)) return Value::unknown(untold->why);
    std::vector<Value> found;
    for (const Constraint& constraint : std::get<0>(read)) {
        found.push_back(
            runtime::thing(constraint.describe(), constraint.describe(), {constraint.id, constraint.resource, constraint.node}));
    }
    return Value::list(std::move(found));
}

}  // namespace

std::vector<Residue> residues() {
    const std::vector<std::string> needs{std::string(pacemaker_version)};
    return {{.name = "standby, maintenance, failures",
             .query = {.read = {.commands = [](const Context& context) { return std::vector{crm_mon(context)}; }, .value = settings_left},
                       .reads = support::everything("pcs")},
             .needs = needs,
             .applies = is_node,
             .told_by_all_of = "pacemaker"},
            {.name = "location constraints",
             .query = {.read = {.commands =
                                    [](const Context& context) {
                                        return std::vector{crm_mon(context), cibadmin_constraints()};
                                    },
                                .value = constraints_left},
                       .reads = support::everything("pcs")},
             .needs = needs,
             .applies = is_node,
             .told_by_all_of = "pacemaker"}};
}

}  // namespace stdlib::pcs
