// What must be looked at in a cluster before something is moved, all of it at once.
#include <fmt/format.h>

#include "stdlib/pcs/read/cluster.hpp"

namespace stdlib::pcs {

namespace {

using lang::Value;

class Findings {
  public:
    void add(bool wrong, std::string what) {
        if (wrong) found.emplace_back(std::move(what));
    }
    /// Wrong where it is not as wanted; an unknown where crm_mon does not tell.
    void expect(std::optional<bool> said, bool wanted, std::string what, std::string_view untold) {
        if (!said) {
            found.push_back(Value::unknown(fmt::format("crm_mon does not say {}", untold)));
        } else {
            add(*said != wanted, std::move(what));
        }
    }
    std::vector<Value> found;
};

void look_at_nodes(const Cluster& cluster, Findings& findings) {
    for (const Node& node : cluster.nodes) {
        findings.add(!node.online, node.name + " is offline");
        findings.add(node.unclean, node.name + " is unclean");
        findings.add(node.standby, node.name + " is in standby");
        findings.add(node.standby_onfail, node.name + " is in standby because of a failure");
        findings.add(node.maintenance, node.name + " is in maintenance");
        findings.add(node.shutdown, node.name + " is shutting down");
    }
}

void look_at_resources(const Cluster& cluster, Findings& findings) {
    for (std::string& what : unsettled(cluster)) findings.add(true, std::move(what));
    for (const Resource& resource : cluster.resources) {
        findings.add(!resource.managed, resource.id + " is unmanaged");
        findings.add(resource.blocked, resource.id + " is blocked");
        findings.add(resource.disabled, resource.id + " is disabled");
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
        findings.add(true, fmt::format("{} is banned from {} ({}{})", ban.resource, ban.node, ban.id, whose));
    }
}

}  // namespace

std::vector<Value> problems(const Cluster& cluster, bool without_fencing) {
    Findings findings;
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
