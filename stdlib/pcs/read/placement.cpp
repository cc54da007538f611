#include "stdlib/pcs/read/placement.hpp"

#include <algorithm>

namespace stdlib::pcs {

bool concerns(const Ban& ban, const Resource& resource) {
    return !ban.resource.empty() && (ban.resource == resource.id || ban.resource == resource.base() || ban.resource == resource.group ||
                                     ban.resource == resource.clone || ban.resource == resource.bundle);
}

namespace {

bool is_connection(const Resource& resource) { return resource.agent == "ocf:pacemaker:remote"; }

/// Nodes inside nodes are not possible, and fencing devices and connections are the members' own.
bool kind_fits(const Cluster& cluster, const Resource& resource, const Node& node) {
    if (node.kind == Node::Kind::Bundle) return resource.part() == Resource::Part::Service;
    if (resource.fences() || is_connection(resource)) return node.kind == Node::Kind::Member;
    if (node.kind != Node::Kind::Guest) return true;
    return resource.bundle.empty() &&
           std::none_of(cluster.nodes.begin(), cluster.nodes.end(), [&](const Node& n) { return n.hosted_by == resource.id; });
}

bool is_banned(const Cluster& cluster, const Resource& resource, const Node& node) {
    return std::any_of(cluster.bans.begin(), cluster.bans.end(), [&](const Ban& ban) {
        return ban.absolute && !ban.promoted_only && ban.node == node.name && concerns(ban, resource);
    });
}

}  // namespace

May may_run(const Cluster& cluster, const Resource& resource, const Node& node) {
    if (!node.available() || !kind_fits(cluster, resource, node) || is_banned(cluster, resource, node)) return May::No;
    const bool discouraged = std::any_of(cluster.bans.begin(), cluster.bans.end(), [&](const Ban& ban) {
        return !ban.promoted_only && ban.node == node.name && concerns(ban, resource);
    });
    return cluster.opt_in || discouraged || !node.surely_available() ? May::Perhaps : May::Yes;
}

May may_run_anywhere(const Cluster& cluster, const Resource& resource) {
    May best = May::No;
    for (const Node& node : cluster.nodes) best = std::max(best, may_run(cluster, resource, node));
    return best;
}

bool may_not_be_promoted(const Cluster& cluster, const Resource& resource, std::string_view node) {
    return std::any_of(cluster.bans.begin(), cluster.bans.end(),
                       [&](const Ban& ban) { return ban.absolute && ban.node == node && concerns(ban, resource); });
}

std::string must_leave(const Cluster& cluster, const Resource& resource, const Node& node) {
    if (node.standby || node.standby_onfail) return "which is in standby";
    if (node.shutdown && node.online) return "which is shutting down";
    return is_banned(cluster, resource, node) ? "from where it is banned" : "";
}

}  // namespace stdlib::pcs
