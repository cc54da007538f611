// What must be looked at in a cluster before something is moved, all of it at once.
#include <fmt/format.h>

#include <algorithm>

#include "stdlib/pcs/read/cluster.hpp"

namespace stdlib::pcs {

namespace {

using lang::Value;

class Findings {
  public:
    /// Once, whatever the number of instances that it is so of.
    void add(bool wrong, const std::string& what) {
        const bool told =
            std::any_of(found.begin(), found.end(), [&](const Value& one) { return !one.is_unknown() && one.text() == what; });
        if (wrong && !told) found.emplace_back(what);
    }
    /// Wrong where it is not as wanted; an unknown where crm_mon does not tell.
    void expect(std::optional<bool> said, bool wanted, std::string what, std::string_view untold) {
        if (!said) {
            found.push_back(Value::unknown(fmt::format("crm_mon does not say {}", untold)));
        } else {
            add(*said != wanted, what);
        }
    }
    std::vector<Value> found;
};

void look_at_nodes(const Cluster& cluster, Findings& findings) {
    for (const Node& node : cluster.nodes) {
        const bool only_a_container = node.kind == Node::Kind::Bundle;  // that it is down is told of its bundle
        findings.add(!node.online && !only_a_container, node.name + " is offline");
        findings.add(node.standby, node.name + " is in standby");
        findings.add(node.standby_onfail, node.name + " is in standby because of a failure");
        findings.add(node.maintenance, node.name + " is in maintenance");
        findings.add(node.shutdown && !node.online, node.name + " is shutting down");
        findings.add(node.health == Node::Health::Red, node.name + "'s health is red: resources are kept away from it");
        findings.add(node.health == Node::Health::Yellow, node.name + "'s health is yellow");
    }
}

void look_at_resources(const Cluster& cluster, Findings& findings) {
    for (const Resource& resource : cluster.resources) {
        findings.add(!resource.managed, resource.id + " is unmanaged");
        findings.add(resource.blocked, resource.id + " is blocked");
        findings.add(resource.disabled, resource.id + " is disabled");
        findings.add(resource.orphaned && !resource.active && resource.clone.empty(),
                     resource.id + " is in the configuration no more, but not yet forgotten");
    }
}

void look_at_fencing(const Cluster& cluster, Findings& findings) {
    for (const Fencing& fencing : cluster.fencings) {
        findings.add(fencing.state == Fencing::State::Failed, fmt::format("fencing of {} failed ({}{}{})", fencing.target, fencing.action,
                                                                          fencing.reason.empty() ? "" : ": ", fencing.reason));
    }
}

void look_at_leftovers(const Cluster& cluster, Findings& findings) {
    for (const Failure& failure : cluster.failures) findings.add(true, "failed action: " + failure.describe());
    for (const FailCount& count : cluster.fail_counts) {
        findings.add(true,
                     fmt::format("{} has failed on {}, fail count {}: it stays away from there from its threshold on, until a cleanup",
                                 count.resource, count.node, count.count));
    }
    for (const Ban& ban : cluster.bans) {
        const std::string_view whose = ban.by_drbd() ? "; DRBD keeps it up until the resync is done" : "";
        findings.add(ban.by_hand() || ban.by_drbd(), fmt::format("{} is banned from {}{} ({}{})", ban.resource,
                                                                 ban.promoted_only ? "being promoted on " : "", ban.node, ban.id, whose));
    }
}

}  // namespace

std::vector<Value> problems(const Cluster& cluster, bool without_fencing) {
    Findings findings;
    const Unrest open = unrest(cluster);
    findings.add(!cluster.dc, "no DC is elected");
    if (cluster.dc) findings.expect(cluster.quorum, true, "there is no quorum", "whether there is quorum");
    findings.expect(cluster.maintenance, false, "the cluster is in maintenance mode: nothing moves by itself",
                    "whether the cluster is in maintenance mode");
    findings.add(cluster.resources_stopped, "stop-all-resources is set");
    if (!without_fencing) {
        findings.expect(cluster.fencing, true,
                        "fencing (STONITH) is off: a node that is lost may still write. Where that is meant, say `without_fencing: true`",
                        "whether fencing is on");
    }
    look_at_nodes(cluster, findings);
    for (const std::string& what : open.known) findings.add(true, what);
    for (const std::string& what : open.stalled) findings.add(true, what);
    for (const std::string& what : open.unclear) findings.found.push_back(Value::unknown(what));
    look_at_fencing(cluster, findings);
    look_at_resources(cluster, findings);
    look_at_leftovers(cluster, findings);
    return std::move(findings.found);
}

std::string held_off(const Cluster& cluster, std::string_view resource, std::string_view node) {
    for (const Resource* one : cluster.named(resource)) {
        for (const FailCount& count : cluster.fail_counts) {
            if (count.resource != one->id.substr(0, one->id.find(':')) || count.node != node) continue;
            return fmt::format("{} has failed on {}, fail count {}: find out why, then pcs.cleanup", count.resource, count.node,
                               count.count);
        }
    }
    return {};
}

}  // namespace stdlib::pcs
