#include "lang/model/site.hpp"

#include <algorithm>

#include "lang/model/this_machine.hpp"

namespace lang {

namespace {

template <typename Things>
auto* find_named(const Things& things, std::string_view name) {
    const auto it = std::find_if(things.begin(), things.end(), [&](const auto& thing) { return thing.name == name; });
    return it == things.end() ? nullptr : &*it;
}

void add_hosts(const Value& value, std::set<const Host*>& hosts) {
    if (const auto* host = std::get_if<const Host*>(&value.payload())) hosts.insert(*host);
    if (!std::holds_alternative<std::shared_ptr<const List>>(value.payload())) return;
    for (const Value& item : value.items()) add_hosts(item, hosts);
}

}  // namespace

const Host* Site::find_host(std::string_view name) const {
    if (hosts_by_name.size() == hosts.size()) {
        if (const auto known = hosts_by_name.find(name); known != hosts_by_name.end()) return known->second;
    } else {
        const auto it = std::find_if(hosts.begin(), hosts.end(), [&](const auto& host) { return host->name == name; });
        if (it != hosts.end()) return it->get();
    }
    const Host& machine = this_machine(*this);
    return name == here_by_name && is_of_no_site(machine) ? &machine : nullptr;
}

const Group* Site::find_group(std::string_view name) const { return find_named(groups, name); }
const Cluster* Site::find_cluster(std::string_view name) const { return find_named(clusters, name); }
bool is_request(std::string_view asked) {
    if (asked.starts_with("tcp://")) return true;
    const std::size_t blank = asked.find(' ');
    if (blank == std::string_view::npos) return false;
    const std::string_view url = asked.substr(blank + 1);
    return (url.starts_with("http://") || url.starts_with("https://")) && url.find(' ') == std::string_view::npos;
}

const Scene* Site::find_scene(std::string_view name) const { return find_named(scenes, name); }

std::set<const Host*> members_of(const Cluster& cluster) {
    std::set<const Host*> members(cluster.nodes.begin(), cluster.nodes.end());
    for (const auto& [key, value] : cluster.settings) add_hosts(value, members);
    return members;
}

std::vector<const Host*> machines_of(const Cluster& cluster) {
    std::vector<const Host*> machines = cluster.nodes;
    machines.insert(machines.end(), cluster.more_machines.begin(), cluster.more_machines.end());
    return machines;
}

/// Asked often, as by every moment of a rehearsal: nothing is copied.
bool is_of_cluster(const Site& site, const Host& host, std::string_view kind) {
    const auto is_in = [&](const std::vector<const Host*>& machines) {
        return std::find(machines.begin(), machines.end(), &host) != machines.end();
    };
    return std::any_of(site.clusters.begin(), site.clusters.end(), [&](const Cluster& cluster) {
        return cluster.kind == kind && (is_in(cluster.nodes) || is_in(cluster.more_machines));
    });
}

std::set<const Host*> cluster_peers(const std::set<const Host*>& hosts, const Site& site) {
    std::set<const Host*> all = hosts;
    for (const Cluster& cluster : site.clusters) {
        std::set<const Host*> members = members_of(cluster);
        if (std::any_of(members.begin(), members.end(), [&](const Host* member) { return hosts.contains(member); })) all.merge(members);
    }
    return all;
}

}  // namespace lang
