#include "rehearsal/pacemaker.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rehearsal/settings.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using Role = ResourceRole;
using State = ClusterNode::State;

constexpr lang::Duration joins = 14s;            ///< corosync and pacemaker start, the node becomes a member
constexpr lang::Duration notices_crash = 5s;     ///< corosync's token time-out
constexpr lang::Duration elects = 12s;           ///< a new DC, and its first plan, after a crash
constexpr lang::Duration attaches = 2500ms;      ///< the agent of DRBD prepares the disk
constexpr lang::Duration between_steps = 500ms;  ///< the DC hears of one and orders the next
constexpr lang::Duration monitors = 1500ms;      ///< the first monitoring after a step
constexpr std::string_view drbd_agent = "ocf:linbit:drbd", filesystem_agent = "ocf:heartbeat:Filesystem";

/// How long the agents take, as seen on an idle host.
lang::Duration step_time(const ResourceInstance& instance, Role via) {
    const bool is_drbd = instance.agent == drbd_agent, is_filesystem = instance.agent == filesystem_agent;
    switch (via) {
        case Role::Starting:
            return is_drbd ? 5s : is_filesystem ? 7s : 4s;
        case Role::Stopping:
            return is_drbd ? 5500ms : is_filesystem ? 3500ms : 2s;
        case Role::Promoting:
            return 5s;
        default:
            return 2500ms;  // Demoting
    }
}

Role outcome(Role via) {
    switch (via) {
        case Role::Promoting:
            return Role::Promoted;
        case Role::Stopping:
            return Role::Stopped;
        default:
            return Role::Started;
    }
}

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
        const std::string_view agent = is_filesystem ? filesystem_agent : has_address ? "ocf:heartbeat:IPaddr2" : "ocf:heartbeat:Dummy";
        group.members.push_back({.id = id, .agent = std::string(agent), .role = Role::Started});
        return group;
    }
    if (with_filesystem) group.members.push_back(member(id, "fs", "fs", filesystem_agent));
    if (has_address || !with_filesystem) group.members.push_back(member(id, "ip", "vip", "ocf:heartbeat:IPaddr2"));
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
                                           .agent = std::string(drbd_agent),
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
    cluster.each_instance([&](ResourceInstance& instance) { instance.changed = start - 24h; });
    return cluster;
}

/// What a step changes below Pacemaker: DRBD, and who has it mounted.
class Agent {
  public:
    Agent(PacemakerCluster& cluster, World& world) : cluster_(cluster), world_(world) {}

    /// At its beginning, for what shows while it goes on.
    void begin(const ResourceInstance& instance, lang::Time at) {
        if (instance.agent != drbd_agent || instance.role != Role::Starting) return;
        with_drbd(instance, [&](DrbdResource& resource, std::size_t side) { Drbd::bring_up(resource, side, at + attaches); });
    }

    /// At its end. A refusal fails the step.
    Drbd::Refusal end(const ResourceInstance& instance, Role via) {
        if (via == Role::Starting && instance.fails_on.contains(instance.node)) return "planted trouble: it does not start here";
        if (instance.agent == filesystem_agent) {
            hold(instance.node, via == Role::Starting);
            return std::nullopt;
        }
        Drbd::Refusal refusal;
        if (instance.agent != drbd_agent) return refusal;
        with_drbd(instance, [&](DrbdResource& resource, std::size_t side) {
            if (via == Role::Promoting) refusal = Drbd::promote(resource, side);
            if (via == Role::Demoting) refusal = Drbd::demote(resource, side);
            if (via == Role::Stopping) refusal = Drbd::bring_down(resource, side);
        });
        return refusal;
    }

  private:
    template <typename F>
    void with_drbd(const ResourceInstance& instance, F f) {
        const lang::Host& host = *cluster_.nodes[instance.node].host;
        DrbdResource* resource = world_.drbd.find(instance.id.substr(std::string_view("drbd_").size()), host);
        if (resource != nullptr) f(*resource, *resource->side_of(host));
    }

    void hold(std::size_t node, bool held) {
        const lang::Host& host = *cluster_.nodes[node].host;
        for (const PromotableClone& clone : cluster_.clones) {
            DrbdResource* resource = world_.drbd.find(clone.drbd, host);
            if (resource != nullptr) resource->sides[*resource->side_of(host)].is_held = held;
        }
    }

    PacemakerCluster& cluster_;
    World& world_;
};

/// Takes one cluster from moment to moment.
class Motion {
  public:
    Motion(PacemakerCluster& cluster, lang::Time now, World& world) : cluster_(cluster), now_(now), world_(world) {}

    void run() {
        for (std::size_t node = 0; node < cluster_.nodes.size(); ++node) move_node(node);
        for (ResourceGroup& group : cluster_.groups) {
            if (group.preference_ends && *group.preference_ends <= now_) {
                group.preferred.reset();
                group.preference_ends.reset();
            }
        }
        while (take_step()) {
        }
        for (std::size_t node = 0; node < cluster_.nodes.size(); ++node) leave(node);
    }

  private:
    void move_node(std::size_t index) {
        ClusterNode& node = cluster_.nodes[index];
        if (node.lost_due && *node.lost_due <= now_) {
            cluster_.each_instance([&](ResourceInstance& instance) {
                if (instance.node != index) return;
                instance.role = Role::Stopped;
                instance.due.reset();
                instance.changed = *node.lost_due;
            });
            node.state = State::Offline;
            node.left_cleanly = false;
            cluster_.ready = std::max(cluster_.ready, *node.lost_due + elects);
            node.lost_due.reset();
        }
        if (node.state == State::Joining && node.due && *node.due <= now_) {
            node.state = State::Online;
            cluster_.ready = std::max(cluster_.ready, *node.due + 2s);
            node.due.reset();
        }
        const bool goes_down = world_.machines[*node.host].power == Power::Stopping;
        if (goes_down && (node.state == State::Online || node.state == State::Joining)) node.state = State::Leaving;
    }

    bool runs_something(std::size_t node) const {
        bool runs = false;
        cluster_.each_instance(
            [&](const ResourceInstance& instance) { runs = runs || (instance.node == node && instance.role != Role::Stopped); });
        return runs;
    }

    void leave(std::size_t index) {
        ClusterNode& node = cluster_.nodes[index];
        if (node.state != State::Leaving || runs_something(index)) return;
        node.state = State::Offline;
        node.left_cleanly = true;
    }

    /// Ends the step that is due, then begins the next. False when there is nothing more to do at this moment.
    bool take_step() {
        bool waits = false;
        cluster_.each_instance([&](ResourceInstance& instance) {
            if (!instance.due) return;
            const bool crashed = cluster_.nodes[instance.node].lost_due.has_value();
            if (crashed || *instance.due > now_) {
                waits = true;
                return;
            }
            end(instance);
        });
        if (waits || cluster_.ready > now_) return false;
        const auto step = next_step(cluster_, world_);
        if (!step) return false;
        // A step that nothing asked for until now does not begin in the past.
        begin(*step, now_ - cluster_.ready > 2s ? now_ : cluster_.ready);
        return true;
    }

    void begin(const ClusterStep& step, lang::Time at) {
        ResourceInstance& instance = *step.instance;
        instance.role = step.via;
        instance.node = step.node;
        instance.monitored.reset();
        lang::Duration takes = step_time(instance, step.via);
        if (cluster_.is_slow) takes *= 4;
        // A machine that goes down waits a while for Pacemaker, but not for ever.
        if (world_.machines[*cluster_.nodes[step.node].host].power == Power::Stopping) takes = std::min<lang::Duration>(takes / 2, 2s);
        instance.due = at + takes;
        Agent(cluster_, world_).begin(instance, at);
    }

    void end(ResourceInstance& instance) {
        const Role via = instance.role;
        const lang::Time at = *instance.due;
        instance.due.reset();
        instance.role = outcome(via);
        instance.changed = at;
        cluster_.ready = std::max(cluster_.ready, at + between_steps);
        if (instance.role != Role::Stopped) instance.monitored = at + monitors;
        const auto refusal = Agent(cluster_, world_).end(instance, via);
        if (!refusal) return;
        static constexpr std::string_view tasks[] = {"", "start", "", "promote", "", "demote", "stop"};
        const std::string task(tasks[static_cast<std::size_t>(via)]);
        std::erase_if(cluster_.failures, [&](const FailedAction& failure) {
            return failure.resource == instance.id && failure.task == task && failure.node == instance.node;
        });
        cluster_.failures.push_back({.resource = instance.id, .task = task, .node = instance.node, .at = at, .reason = *refusal});
        instance.failed_on.insert(instance.node);
        if (via == Role::Starting) instance.role = Role::Stopped;
        if (via == Role::Demoting || via == Role::Stopping) instance.role = via == Role::Demoting ? Role::Promoted : Role::Started;
        instance.monitored.reset();
        cluster_.ready = at + 10s;
    }

    PacemakerCluster& cluster_;
    const lang::Time now_;
    World& world_;
};

}  // namespace

std::optional<std::size_t> PacemakerCluster::node_of(const lang::Host& host) const { return node_named(host.name); }

std::optional<std::size_t> PacemakerCluster::node_named(std::string_view wanted) const {
    const auto it = std::find_if(nodes.begin(), nodes.end(), [&](const ClusterNode& node) { return node.host->name == wanted; });
    return it == nodes.end() ? std::nullopt : std::optional(static_cast<std::size_t>(it - nodes.begin()));
}

std::optional<std::size_t> PacemakerCluster::coordinator() const {
    const auto it = std::find_if(nodes.begin(), nodes.end(),
                                 [](const auto& node) { return node.state == State::Online || node.state == State::Leaving; });
    return it == nodes.end() ? std::nullopt : std::optional(static_cast<std::size_t>(it - nodes.begin()));
}

bool PacemakerCluster::is_idle() const {
    bool idle = true;
    each_instance([&](const ResourceInstance& instance) { idle = idle && !instance.is_moving(); });
    return idle;
}

Pacemaker Pacemaker::healthy(const lang::Site& site, lang::Time start) {
    Pacemaker pacemaker;
    for (const lang::Cluster& cluster : site.clusters) {
        if (cluster.kind == "pacemaker") pacemaker.clusters.push_back(make_cluster(cluster, start));
    }
    return pacemaker;
}

void Pacemaker::advance(lang::Time now, World& world) {
    for (PacemakerCluster& cluster : clusters) Motion(cluster, now, world).run();
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
        cluster.nodes[*index].state = State::Joining;
        cluster.nodes[*index].due = at + joins;
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

std::vector<std::string> Pacemaker::troubles() { return {"pcs failed-start RESOURCE", "pcs slow"}; }

std::optional<std::string> Pacemaker::plant(const lang::Host& host, std::string_view trouble, lang::Time, World&) {
    constexpr std::string_view failed_start = "pcs failed-start ";
    if (trouble != "pcs slow" && !trouble.starts_with(failed_start)) return std::nullopt;
    const std::string_view wanted = trouble.starts_with(failed_start) ? trouble.substr(failed_start.size()) : "";
    std::string known;
    bool in_cluster = false, planted = false;
    for (PacemakerCluster& cluster : clusters) {
        const auto node = cluster.node_of(host);
        if (!node) continue;
        in_cluster = true;
        if (wanted.empty()) {
            cluster.is_slow = planted = true;
            continue;
        }
        for (ResourceGroup& group : cluster.groups) {
            for (ResourceInstance& member : group.members) {
                // A group fails with its first member.
                const bool meant = member.id == wanted || (group.id == wanted && &member == &group.members.front());
                if (meant) member.fails_on.insert(*node);
                planted = planted || meant;
                known += (known.empty() ? "" : ", ") + member.id;
            }
        }
    }
    if (!in_cluster) return host.name + " is in no pacemaker cluster";
    return planted ? "" : fmt::format("its clusters have no resource '{}'; they have: {}", wanted, known);
}

void Pacemaker::snapshot(std::map<std::string, std::string>& out) const {
    static constexpr std::string_view states[] = {"offline", "joining", "online", "leaving"};
    for (const PacemakerCluster& cluster : clusters) {
        for (const ClusterNode& node : cluster.nodes) {
            out[fmt::format("{} pacemaker {}", node.host->name, cluster.name)] =
                fmt::format("{}{}", states[static_cast<std::size_t>(node.state)], node.is_standby ? ", standby" : "");
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
