// Where a resource runs, and what could take over from a node.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "stdlib/pcs/read/cluster.hpp"
#include "stdlib/pcs/read/describe.hpp"
#include "stdlib/pcs/read/placement.hpp"

namespace stdlib::pcs {

namespace {

using Members = std::vector<const Resource*>;

/// Of a promotable clone the promoted instance counts, of the service in a promotable bundle too. What an instance left that is in the
/// configuration no more does not.
void keep_what_counts(Members& members) {
    std::erase_if(members, [](const Resource* r) { return r->orphaned && r->nodes.empty(); });
    const auto promoted_inside = [](const Resource* r) { return r->part() == Resource::Part::Service && r->role == "Promoted"; };
    const bool promotable = !members.empty() && members.front()->promotable;
    if (!promotable && std::none_of(members.begin(), members.end(), promoted_inside)) return;
    std::erase_if(members, [](const Resource* r) { return r->role == "Unpromoted" || r->role == "Stopped"; });
}

/// Of a bundle the containers count, of a promotable one those in which the service is promoted. The service runs *in* a container, and
/// the connection to that from any node.
void keep_containers(Members& members) {
    std::set<std::size_t> promoted;
    for (const Resource* r : members) {
        if (r->part() == Resource::Part::Service && r->role == "Promoted") promoted.insert(r->instance);
    }
    std::erase_if(members, [&](const Resource* r) {
        return r->part() == Resource::Part::Connection || (!promoted.empty() && !promoted.contains(r->instance));
    });
}

/// Why what is told of the node says nothing about now.
std::string away(const Cluster& cluster, const std::string& name) {
    std::string why = lost(cluster, name);
    const Node* node = cluster.node(name);
    if (why.empty() && !node->online) why = name + " is offline";
    if (why.empty() && node->pending) why = name + " is still joining";
    return why;
}

/// The one node of all of them, or why there is none.
std::variant<std::string, Unreadable> common_node(const Cluster& cluster, std::string_view id, const Members& members) {
    std::string node;
    for (const Resource* resource : members) {
        const bool in_bundle = resource->part() == Resource::Part::Service && resource->bundle == id;
        const bool runs = resource->role == "Started" || resource->role == "Promoted" || (in_bundle && resource->role == "Unpromoted");
        if (!runs || resource->nodes.size() != 1) return Unreadable{fmt::format("'{}' is between nodes: {}", id, state_of(*resource))};
        const std::string& here = resource->nodes.front();
        if (const std::string why = away(cluster, here); !why.empty()) {
            return Unreadable{fmt::format("'{}' last ran on {}, but {}", id, here, why)};
        }
        if (in_bundle) continue;
        if (!node.empty() && node != here) return Unreadable{fmt::format("'{}' runs on {} and {}", id, node, here)};
        node = here;
    }
    if (node.empty()) return Unreadable{fmt::format("'{}' runs nowhere", id)};
    return node;
}

bool is_left_behind(const Ban& ban) { return ban.by_hand() || ban.by_drbd(); }

/// Could another node take over what runs here? Of a clone that is no question, but for its promoted instance.
bool has_heir(const Cluster& cluster, const Resource& resource, std::string_view node) {
    return std::any_of(cluster.nodes.begin(), cluster.nodes.end(), [&](const Node& other) {
        if (other.name == node || may_run(cluster, resource, other) == May::No) return false;
        return resource.role != "Promoted" || !may_not_be_promoted(cluster, resource, other.name);
    });
}

/// What would stop where the node gives everything away, and only for a ban that a move, a hand or DRBD has left: what is configured is
/// meant so.
std::string held_here(const Cluster& cluster, std::string_view node) {
    Cluster without = cluster;
    std::erase_if(without.bans, is_left_behind);
    for (const Resource& resource : cluster.resources) {
        const bool here = std::find(resource.nodes.begin(), resource.nodes.end(), node) != resource.nodes.end();
        const bool moves = resource.role == "Promoted" || (resource.clone.empty() && resource.bundle.empty());
        if (!here || !moves || has_heir(cluster, resource, node) || !has_heir(without, resource, node)) continue;
        const auto ban = std::find_if(cluster.bans.begin(), cluster.bans.end(),
                                      [&](const Ban& b) { return is_left_behind(b) && b.node != node && concerns(b, resource); });
        return fmt::format("{} could {} nowhere else: {} is banned from {}{} ({}; {})", resource.id,
                           resource.role == "Promoted" ? "be promoted" : "run", ban->resource,
                           ban->promoted_only ? "being promoted on " : "", ban->node, ban->id,
                           ban->by_drbd() ? "DRBD keeps it up until the resync is done" : "pcs.clear takes it away");
    }
    return {};
}

}  // namespace

std::variant<std::string, Unreadable> location(const Cluster& cluster, std::string_view id) {
    Members members = cluster.named(id);
    if (members.empty()) return Unreadable{fmt::format("the cluster has no resource, group or clone '{}'", id)};
    const bool promotable = members.front()->promotable;
    if (members.front()->bundle == id) {
        keep_containers(members);
    } else {
        keep_what_counts(members);
    }
    if (members.empty()) return Unreadable{fmt::format("'{}' {} nowhere", id, promotable ? "is promoted" : "runs")};
    return common_node(cluster, id, members);
}

std::string without_heir(const Cluster& cluster, std::string_view node) {
    std::string doubtful;
    for (const Node& other : cluster.nodes) {
        const bool machine = other.kind == Node::Kind::Member || other.kind == Node::Kind::Remote;
        if (other.name == node || !machine || !other.available() || !lost(cluster, other.name).empty()) continue;
        const auto reached_from = [&](const Resource& r) {
            return r.id == other.hosted_by && std::find(r.nodes.begin(), r.nodes.end(), node) != r.nodes.end();
        };
        if (std::any_of(cluster.resources.begin(), cluster.resources.end(), reached_from)) continue;
        if (other.surely_available()) return held_here(cluster, node);
        doubtful = other.name;
    }
    if (doubtful.empty()) return "no other node could take over: everything would stop";
    return fmt::format("whether {} could take over cannot be told: its health is yellow, and crm_mon does not say what that keeps away",
                       doubtful);
}

}  // namespace stdlib::pcs
