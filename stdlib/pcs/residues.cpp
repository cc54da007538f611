#include "stdlib/pcs/residues.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "stdlib/pcs/read/constraints.hpp"
#include "stdlib/pcs/read/values.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::pcs {

namespace {

using lang::Value;
using runtime::Command;
using runtime::Context;
using runtime::Reply;
using runtime::Residue;

bool is_node(const lang::Host& host, const lang::Site& site) { return lang::is_of_cluster(site, host, "pacemaker"); }

/// What was set, not what happens to run where: a resource that moved on purpose is no residue.
std::vector<std::string> settings(const Cluster& cluster) {
    std::vector<std::string> found;
    const auto add = [&](bool there, std::string what) {
        if (there && std::find(found.begin(), found.end(), what) == found.end()) found.push_back(std::move(what));
    };
    add(cluster.maintenance.value_or(false), "the cluster is in maintenance mode");
    add(cluster.resources_stopped, "stop-all-resources is set");
    for (const Node& node : cluster.nodes) {
        add(node.standby, node.name + " is in standby");
        add(node.maintenance, node.name + " is in maintenance");
        add(!node.online && node.kind != Node::Kind::Bundle, node.name + " is offline");
    }
    for (const Resource& resource : cluster.resources) {
        const bool of_a_node = std::any_of(resource.nodes.begin(), resource.nodes.end(), [&](const std::string& name) {
            return std::any_of(cluster.nodes.begin(), cluster.nodes.end(), [&](const Node& n) { return n.name == name && n.maintenance; });
        });
        add(!resource.managed && !of_a_node && !cluster.maintenance.value_or(false), resource.id + " is unmanaged");
        add(resource.disabled, resource.id + " is disabled");
        add(resource.orphaned, resource.id + " is in the configuration no more, but not yet forgotten");
    }
    for (const Failure& failure : cluster.failures) add(true, "failed action: " + failure.describe());
    for (const FailCount& count : cluster.fail_counts) {
        add(true, fmt::format("fail count of {} on {}: {}", count.resource, count.node, count.count));
    }
    return found;
}

Value settings_left(std::span<const Reply> replies, const Context& context) {
    const Reading reading = read(replies.front());
    if (const auto* cluster = std::get_if<Cluster>(&reading)) return value_of(settings(*cluster));
    const auto& unreadable = std::get<Unreadable>(reading);
    if (unreadable.stopped) return value_of(std::vector{fmt::format("the cluster does not run on {}", context.host->name)});
    return Value::unknown(unreadable.why);
}

/// Where the cluster is stopped there is no configuration to read; that it is, the other residue tells.
Value constraints_left(std::span<const Reply> replies, const Context&) {
    const Reading reading = read(replies[0]);
    const auto* unreadable = std::get_if<Unreadable>(&reading);
    if (unreadable != nullptr && unreadable->stopped) return Value::list({});
    const auto read = read_constraints(replies[1]);
    if (const auto* untold = std::get_if<Unreadable>(&read)) return Value::unknown(untold->why);
    std::vector<std::string> found;
    for (const Constraint& constraint : std::get<0>(read)) found.push_back(constraint.describe());
    return value_of(found);
}

}  // namespace

std::vector<Residue> residues() {
    const std::vector<std::string> needs{std::string(pacemaker_version)};
    return {{.name = "standby, maintenance, failures",
             .query = {.read = {.commands = [](const Context& context) { return std::vector{crm_mon(context)}; }, .value = settings_left},
                       .reads = support::everything("pcs")},
             .needs = needs,
             .applies = is_node},
            {.name = "location constraints",
             .query = {.read = {.commands =
                                    [](const Context& context) {
                                        return std::vector{crm_mon(context), cibadmin_constraints()};
                                    },
                                .value = constraints_left},
                       .reads = support::everything("pcs")},
             .needs = needs,
             .applies = is_node}};
}

}  // namespace stdlib::pcs
