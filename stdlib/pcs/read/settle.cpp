// What can be concluded from the state of a cluster.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "stdlib/pcs/read/cluster.hpp"

namespace stdlib::pcs {

namespace {

std::string_view short_name(std::string_view name) { return name.substr(0, name.find('.')); }

std::string where(const Resource& resource) {
    return resource.nodes.empty() ? std::string() : fmt::format(" on {}", fmt::join(resource.nodes, ", "));
}

std::string state(const Resource& resource) {
    return fmt::format("{} is {}{}{}", resource.id, resource.role, where(resource),
                       resource.pending.empty() ? "" : fmt::format(" ({})", resource.pending));
}

/// A primitive of its own or in a group: it must be started, once.
void check_single(const Resource& resource, std::vector<std::string>& found) {
    const std::string_view wanted = resource.disabled ? "Stopped" : "Started";
    if (resource.role != wanted || resource.transitional()) {
        found.push_back(state(resource));
    } else if (resource.nodes.size() > 1) {
        found.push_back(state(resource) + " at the same time");
    }
}

struct Instances {
    std::map<std::size_t, bool> active;  ///< by instance: all of its members
    bool promotable = false, promoted = false, disabled = false, moving = false;
};

/// As many instances must run as there are nodes for them, and of a promotable clone at least one must be promoted.
void check_clone(const std::string& id, const Instances& clone, std::size_t available, std::vector<std::string>& found) {
    const auto running =
        static_cast<std::size_t>(std::count_if(clone.active.begin(), clone.active.end(), [](const auto& i) { return i.second; }));
    const std::size_t wanted = clone.disabled ? 0 : std::min(clone.active.size(), available);
    if (running != wanted) found.push_back(fmt::format("{} runs on {} nodes instead of {}", id, running, wanted));
    if (clone.promotable && !clone.promoted && !clone.disabled) found.push_back(fmt::format("{} is promoted nowhere", id));
}

}  // namespace

bool Resource::transitional() const {
    static constexpr std::string_view on_the_way[] = {"Starting", "Stopping", "Promoting", "Demoting", "Migrating"};
    return !pending.empty() || std::find(std::begin(on_the_way), std::end(on_the_way), role) != std::end(on_the_way);
}

bool same_machine(const lang::Host& host, std::string_view node) {
    return host.name == node || (!node.empty() && short_name(host.name) == short_name(node));
}

const Node* Cluster::find(const lang::Host& host) const {
    const auto exact = std::find_if(nodes.begin(), nodes.end(), [&](const Node& node) { return node.name == host.name; });
    if (exact != nodes.end()) return &*exact;
    const auto near = std::find_if(nodes.begin(), nodes.end(), [&](const Node& node) { return same_machine(host, node.name); });
    return near == nodes.end() ? nullptr : &*near;
}

std::vector<const Resource*> Cluster::named(std::string_view id) const {
    std::vector<const Resource*> found;
    for (const Resource& resource : resources) {
        if (resource.id == id || resource.group == id || resource.clone == id) found.push_back(&resource);
    }
    return found;
}

std::vector<std::string> Cluster::active_on(std::string_view node) const {
    std::vector<std::string> found;
    for (const Resource& resource : resources) {
        const bool here = std::find(resource.nodes.begin(), resource.nodes.end(), node) != resource.nodes.end();
        if (here && resource.active) found.push_back(resource.id);
    }
    return found;
}

bool idle(const Cluster& cluster) {
    return std::none_of(cluster.resources.begin(), cluster.resources.end(), [](const Resource& r) { return r.transitional(); }) &&
           std::none_of(cluster.nodes.begin(), cluster.nodes.end(), [](const Node& n) { return n.pending; });
}

std::vector<std::string> unsettled(const Cluster& cluster) {
    std::vector<std::string> found;
    std::map<std::string, Instances> clones;
    for (const Node& node : cluster.nodes) {
        if (node.pending) found.push_back(fmt::format("{} is still joining", node.name));
    }
    for (const Resource& resource : cluster.resources) {
        if (resource.managed && resource.failed) found.push_back(fmt::format("{} has failed{}", resource.id, where(resource)));
        if (resource.role == "Promoted" && !resource.clone.empty()) clones[resource.clone].promoted = true;  // managed or not
        if (!resource.managed) continue;
        if (resource.clone.empty()) {
            check_single(resource, found);
            continue;
        }
        if (resource.transitional()) found.push_back(state(resource));
        Instances& clone = clones[resource.clone];
        clone.active.try_emplace(resource.instance, true).first->second &= resource.active;
        clone.promotable |= resource.promotable;
        clone.disabled |= resource.disabled;
    }
    const auto available = static_cast<std::size_t>(
        std::count_if(cluster.nodes.begin(), cluster.nodes.end(), [](const Node& node) { return node.available(); }));
    for (const auto& [id, clone] : clones) check_clone(id, clone, available, found);
    return found;
}

std::variant<std::string, Unreadable> location(const Cluster& cluster, std::string_view id) {
    auto resources = cluster.named(id);
    if (resources.empty()) return Unreadable{fmt::format("the cluster has no resource, group or clone '{}'", id)};
    // Of a promotable clone the promoted instance counts.
    if (resources.front()->promotable)
        std::erase_if(resources, [](const Resource* r) { return r->role == "Unpromoted" || r->role == "Stopped"; });
    if (resources.empty()) return Unreadable{fmt::format("'{}' is promoted nowhere", id)};
    std::string node;
    for (const Resource* resource : resources) {
        const bool runs = resource->role == "Started" || resource->role == "Promoted";
        if (!runs || resource->nodes.size() != 1) return Unreadable{fmt::format("'{}' is between nodes: {}", id, state(*resource))};
        if (!node.empty() && node != resource->nodes.front()) {
            return Unreadable{fmt::format("'{}' runs on {} and {}", id, node, resource->nodes.front())};
        }
        node = resource->nodes.front();
    }
    return node;
}

}  // namespace stdlib::pcs
