#include "rehearsal/pacemaker/model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rehearsal/core/roles.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using Role = ResourceRole;
using State = ClusterNode::State;

constexpr lang::Duration joins = 14s;         ///< corosync and pacemaker start, the node becomes a member
constexpr lang::Duration notices_crash = 5s;  ///< corosync's token time-out

/// "g_store", "grp", "group-store" are groups; other names stand for a single primitive.
bool names_group(std::string_view id) { return id.starts_with("g_") || id.starts_with("g-") || id.starts_with("gr"); }

/// The members of a group are named after it: fs_store and ip_store in g_store, fs and vip in grp.
ResourceInstance member(const std::string& group, std::string_view kind, std::string_view plain, std::string_view agent) {
    const auto cut = group.find_first_of("_-");
    std::string id = cut == std::string::npos ? std::string(plain) : fmt::format("{}_{}", kind, group.substr(cut + 1));
    return {.id = std::move(id), .agent = std::string(agent), .role = Role::Started};
}

ResourceGroup make_group(const lang::Cluster& cluster, const std::string& id, bool with_filesystem) {
    ResourceGroup group{.id = id, .is_group = names_group(id), .members = {}};
    const bool has_address = !texts(cluster, "ip").empty();
    if (!group.is_group) {
        const bool is_filesystem = id.starts_with("fs");
        const std::string_view agent = is_filesystem ? agents::filesystem : has_address ? agents::address : "ocf:heartbeat:Dummy";
        group.members.push_back({.id = id, .agent = std::string(agent), .role = Role::Started});
        return group;
    }
    if (with_filesystem) group.members.push_back(member(id, "fs", "fs", agents::filesystem));
    if (has_address || !with_filesystem) group.members.push_back(member(id, "ip", "vip", agents::address));
    return group;
}

PacemakerCluster make_cluster(const lang::Cluster& declared, lang::Time start) {
    PacemakerCluster cluster;
    cluster.name = declared.name;
    cluster.ready = start;
    cluster.changed = start - 24h;
    cluster.changed_on = declared.nodes.empty() ? "" : declared.nodes.front()->name;
    for (const lang::Host* host : declared.nodes) cluster.nodes.push_back({.host = host});
    if (cluster.nodes.size() >= 2) {
        for (const std::string& drbd : texts(declared, "drbd")) {
            PromotableClone clone{.drbd = drbd, .instances = {}};
            for (std::size_t node : {0U, 1U}) {
                clone.instances.push_back({.id = "drbd_" + drbd,
                                           .agent = std::string(agents::drbd),
                                           .role = node == 0 ? Role::Promoted : Role::Started,
                                           .node = node});
            }
            cluster.clones.push_back(std::move(clone));
        }
    }
    for (const std::string& id : texts(declared, "resource")) {
        const bool is_clone = id.ends_with("-clone");
        if (!is_clone) cluster.groups.push_back(make_group(declared, id, !cluster.clones.empty()));
    }
    bool mounts = false;
    cluster.each_instance([&](const ResourceInstance& instance) { mounts = mounts || instance.agent == agents::filesystem; });
    // Somebody has to use the disks, also where the site names no group that does.
    if (!cluster.clones.empty() && !mounts) {
        cluster.groups.insert(cluster.groups.begin(), make_group(declared, "fs_" + cluster.clones.front().drbd, true));
    }
    cluster.each_instance([&](ResourceInstance& instance) { instance.changed = start - 24h; });
    return cluster;
}

}  // namespace

std::optional<std::size_t> PacemakerCluster::node_of(const lang::Host& host) const { return node_named(host.name); }

std::optional<std::size_t> PacemakerCluster::node_named(std::string_view wanted) const {
    const auto it = std::find_if(nodes.begin(), nodes.end(), [&](const ClusterNode& node) { return node.host->name == wanted; });
    return it == nodes.end() ? std::nullopt : std::optional(static_cast<std::size_t>(it - nodes.begin()));
}

bool PacemakerCluster::hears(std::size_t node, std::size_t other) const {
    return node == other || (!nodes[node].is_lost && !nodes[other].is_lost);
}

std::optional<std::size_t> PacemakerCluster::coordinator(std::size_t seen_by) const {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const bool takes_part = nodes[i].state == State::Online || nodes[i].state == State::Leaving;
        if (takes_part && hears(seen_by, i)) return i;
    }
    return std::nullopt;
}

std::size_t PacemakerCluster::present(std::size_t seen_by) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) count += nodes[i].state != State::Offline && hears(seen_by, i) ? 1 : 0;
    return count;
}

/// Two nodes: one is enough (corosync's two_node). More: the majority.
bool PacemakerCluster::quorate(std::size_t count) const { return nodes.size() <= 2 ? count > 0 : count * 2 > nodes.size(); }

Pacemaker Pacemaker::healthy(const lang::Site& site, lang::Time start) {
    Pacemaker pacemaker;
    for (const lang::Cluster& cluster : site.clusters) {
        if (cluster.kind == "pacemaker") pacemaker.clusters.push_back(make_cluster(cluster, start));
    }
    return pacemaker;
}

void Pacemaker::advance(lang::Time now, World& world) {
    if (!is_whole_second(now)) return;
    for (PacemakerCluster& cluster : clusters) move_cluster(cluster, now, world);
}

void Pacemaker::power_off(const lang::Host& host, lang::Time at, World&) {
    for (PacemakerCluster& cluster : clusters) {
        const auto index = cluster.node_of(host);
        if (!index) continue;
        ClusterNode& node = cluster.nodes[*index];
        if (node.state != State::Offline) node.lost_due = at + notices_crash;
        node.due.reset();
    }
}

void Pacemaker::power_on(const lang::Host& host, lang::Time at, World&) {
    for (PacemakerCluster& cluster : clusters) {
        const auto index = cluster.node_of(host);
        if (!index) continue;
        if (cluster.nodes[*index].is_lost) continue;  // It waits for the others before it does anything.
        cluster.nodes[*index].state = State::Joining;
        cluster.nodes[*index].due = at + joins;
    }
}

bool Pacemaker::is_lost(const lang::Host& host) const {
    return std::any_of(clusters.begin(), clusters.end(), [&](const PacemakerCluster& cluster) {
        const auto node = cluster.node_of(host);
        return node && cluster.nodes[*node].is_lost;
    });
}

void Pacemaker::meet_again(const lang::Host& host, lang::Time now, const World& world) {
    for (PacemakerCluster& cluster : clusters) {
        const auto index = cluster.node_of(host);
        if (!index || !cluster.nodes[*index].is_lost) continue;
        ClusterNode& node = cluster.nodes[*index];
        node.is_lost = false;
        cluster.ready = std::max(cluster.ready, now + 2s);
        if (node.state != State::Offline) continue;
        cluster.each_instance([&](ResourceInstance& instance) {
            if (instance.node != *index) return;
            instance.role = Role::Stopped;
            instance.due.reset();
            instance.changed = now;
        });
        node.left_cleanly = true;
        if (world.machines[host].power != Power::On) continue;
        node.state = State::Joining;
        node.due = now + joins;
    }
}

const lang::Host* Pacemaker::location(std::string_view id) const {
    for (const PacemakerCluster& cluster : clusters) {
        for (const ResourceGroup& group : cluster.groups) {
            if (group.id != id || group.members.empty()) continue;
            const bool runs =
                std::all_of(group.members.begin(), group.members.end(), [](const auto& member) { return member.role == Role::Started; });
            return runs ? cluster.nodes[group.members.front().node].host : nullptr;
        }
    }
    return nullptr;
}

TroublesOf Pacemaker::troubles() {
    return {.system = "pacemaker",
            .troubles = {{.form = "pcs failed-start RESOURCE",
                          .doc = "The resource, or the first one of the group, fails to start on this node.",
                          .example = "store2: pcs failed-start g_store"},
                         {.form = "pcs lost",
                          .doc = "The other nodes do not hear this one any more, and the cluster wants it fenced.",
                          .example = "store1: pcs lost"},
                         {.form = "pcs slow", .doc = "What the cluster does takes four times as long.", .example = "store1: pcs slow"}}};
}

std::optional<std::string> Pacemaker::inject(const lang::Host& host, std::string_view trouble, lang::Time now, World& world, Fault fault) {
    const bool there = fault == Fault::Begins;
    constexpr std::string_view failed_start = "pcs failed-start ";
    if (trouble != "pcs slow" && trouble != "pcs lost" && !trouble.starts_with(failed_start)) return std::nullopt;
    const std::string_view wanted = trouble.starts_with(failed_start) ? trouble.substr(failed_start.size()) : "";
    std::string known;
    bool in_cluster = false, injected = false;
    for (PacemakerCluster& cluster : clusters) {
        const auto node = cluster.node_of(host);
        if (!node) continue;
        in_cluster = true;
        if (trouble == "pcs lost") {
            injected = true;
            if (!there) {
                meet_again(host, now, world);
                continue;
            }
            // One that is off has said so, or was seen to go.
            cluster.nodes[*node].is_lost = cluster.nodes[*node].state != State::Offline;
            cluster.fences = true;
            continue;
        }
        if (wanted.empty()) {
            cluster.is_slow = there;
            injected = true;
            continue;
        }
        for (ResourceGroup& group : cluster.groups) {
            for (ResourceInstance& member : group.members) {
                // A group fails with its first member.
                const bool meant = member.id == wanted || (group.id == wanted && &member == &group.members.front());
                if (meant) there ? void(member.fails_on.insert(*node)) : void(member.fails_on.erase(*node));
                injected = injected || meant;
                known += (known.empty() ? "" : ", ") + member.id;
            }
        }
    }
    if (!in_cluster) return host.name + " is in no pacemaker cluster";
    return injected ? "" : fmt::format("its clusters have no resource '{}'; they have: {}", wanted, known);
}

void Pacemaker::snapshot(std::map<std::string, std::string>& out) const {
    static constexpr std::string_view states[] = {"offline", "joining", "online", "leaving"};
    for (const PacemakerCluster& cluster : clusters) {
        for (const ClusterNode& node : cluster.nodes) {
            out[fmt::format("{} pacemaker {}", node.host->name, cluster.name)] = fmt::format(
                "{}{}{}", states[static_cast<std::size_t>(node.state)], node.is_standby ? ", standby" : "", node.is_lost ? ", lost" : "");
        }
        for (const PromotableClone& clone : cluster.clones) {
            for (const ResourceInstance& instance : clone.instances) {
                out[fmt::format("{} pacemaker {} {}", cluster.nodes[instance.node].host->name, cluster.name, clone.id())] =
                    name_of(instance.role, true);
            }
        }
        for (const ResourceGroup& group : cluster.groups) {
            for (const ResourceInstance& member : group.members) {
                const bool stopped = member.role == Role::Stopped;
                out[fmt::format("cluster {} {}", cluster.name, member.id)] =
                    fmt::format("{}{}", name_of(member.role, false), stopped ? "" : " on " + cluster.nodes[member.node].host->name);
            }
            if (group.is_disabled) out[fmt::format("cluster {} {} disabled", cluster.name, group.id)] = "yes";
            if (group.preferred)
                out[fmt::format("cluster {} {} preferred", cluster.name, group.id)] = cluster.nodes[*group.preferred].host->name;
        }
        std::string failures;
        for (const FailedAction& failure : cluster.failures) {
            failures += fmt::format("{}{} {} on {}", failures.empty() ? "" : ", ", failure.resource, failure.task,
                                    cluster.nodes[failure.node].host->name);
        }
        out[fmt::format("cluster {} failed actions", cluster.name)] = failures.empty() ? "none" : failures;
    }
}

std::string_view name_of(ResourceRole role, bool promotable) {
    static constexpr std::string_view names[] = {"Stopped", "Starting", "Started", "Promoting", "Promoted", "Demoting", "Stopping"};
    return promotable && role == ResourceRole::Started ? "Unpromoted" : names[static_cast<std::size_t>(role)];
}

}  // namespace rehearsal
