// What a cluster has, by its names.
#include <fmt/format.h>

#include <algorithm>

#include "stdlib/pcs/read/cluster.hpp"

namespace stdlib::pcs {

namespace {

std::string_view short_name(std::string_view name) { return name.substr(0, name.find('.')); }

/// A guest on a guest is not possible, a connection to a machine whose connection is elsewhere neither: what nests deeper is no cluster.
constexpr int deepest_host = 3;

std::string lost_at(const Cluster& cluster, std::string_view name, int depth) {
    const Node* node = cluster.node(name);
    if (node == nullptr) return fmt::format("'{}' is not among the nodes that crm_mon lists", name);
    if (node->unclean) return fmt::format("{} is lost (unclean): what runs there cannot be told", name);
    if (node->hosted_by.empty() || depth >= deepest_host) return {};
    for (const Resource& host : cluster.resources) {
        if (host.id != node->hosted_by) continue;
        for (const std::string& below : host.nodes) {
            if (const std::string why = lost_at(cluster, below, depth + 1); !why.empty()) {
                const bool remote = node->kind == Node::Kind::Remote;
                return fmt::format("{} {} {}, and {}", name, remote ? "is reached from" : "runs on", below, why);
            }
        }
    }
    return {};
}

}  // namespace

bool Resource::transitional() const {
    static constexpr std::string_view on_the_way[] = {"Starting", "Stopping", "Promoting", "Demoting", "Migrating"};
    return !pending.empty() || std::find(std::begin(on_the_way), std::end(on_the_way), role) != std::end(on_the_way);
}

/// Pacemaker names what it makes around the service: web-ip-10.0.0.5, web-podman-0, web-0.
Resource::Part Resource::part() const {
    if (bundle.empty()) return Part::None;
    if (agent == "ocf:pacemaker:remote" && id.starts_with(bundle + "-")) return Part::Connection;
    if (id.starts_with(bundle + "-ip-")) return Part::Address;
    for (const std::string_view kind : {"docker", "podman", "rkt"}) {
        if (id.starts_with(fmt::format("{}-{}-", bundle, kind))) return Part::Container;
    }
    return Part::Service;
}

bool same_machine(const lang::Host& host, std::string_view node) {
    return host.name == node || (!node.empty() && short_name(host.name) == short_name(node));
}

const Node* Cluster::find(const lang::Host& host) const {
    if (const Node* exact = node(host.name)) return exact;
    const auto near = std::find_if(nodes.begin(), nodes.end(), [&](const Node& node) { return same_machine(host, node.name); });
    return near == nodes.end() ? nullptr : &*near;
}

const Node* Cluster::node(std::string_view name) const {
    const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const Node& node) { return node.name == name; });
    return found == nodes.end() ? nullptr : &*found;
}

std::vector<const Resource*> Cluster::named(std::string_view id) const {
    std::vector<const Resource*> found;
    for (const Resource& resource : resources) {
        if (resource.id == id || resource.group == id || resource.clone == id || resource.bundle == id) found.push_back(&resource);
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

std::string lost(const Cluster& cluster, std::string_view node) { return lost_at(cluster, node, 0); }

}  // namespace stdlib::pcs
