// How a cluster moves: nodes come and go, steps begin and end, and each changes what lies below Pacemaker.
#include <algorithm>
#include <array>

#include "rehearsal/pacemaker/model.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using Role = ResourceRole;
using State = ClusterNode::State;

constexpr lang::Duration elects = 12s;        ///< a new DC, and its first plan, after a crash
constexpr lang::Duration attaches = 2500ms;   ///< the agent of DRBD prepares the disk
constexpr lang::Duration between_steps = 1s;  ///< the DC hears of one and orders the next
constexpr lang::Duration monitors = 1500ms;   ///< the first monitoring after a step

/// How long the agents take, as seen on an idle host.
lang::Duration step_time(const ResourceInstance& instance, Role via) {
    const bool is_drbd = instance.agent == agents::drbd, is_filesystem = instance.agent == agents::filesystem;
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

/// What a step changes below Pacemaker: DRBD, and who has it mounted.
class Agent {
  public:
    Agent(PacemakerCluster& cluster, World& world) : cluster_(cluster), world_(world) {}

    /// At its beginning, for what shows while it goes on.
    void begin(const ResourceInstance& instance, lang::Time at) {
        if (instance.agent != agents::drbd || instance.role != Role::Starting) return;
        with_drbd(instance, [&](DrbdResource& resource, std::size_t side) { Drbd::bring_up(resource, side, at + attaches); });
    }

    /// At its end. A refusal fails the step.
    Drbd::Refusal end(const ResourceInstance& instance, Role via) {
        if (via == Role::Starting && instance.fails_on.contains(instance.node)) return "injected trouble: it does not start here";
        if (instance.agent == agents::filesystem) {
            hold(instance.node, via == Role::Starting);
            return std::nullopt;
        }
        Drbd::Refusal refusal;
        if (instance.agent != agents::drbd) return refusal;
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
        if (node.is_lost) {
            // The others see no difference, and remember what ran there.
            if (node.lost_due) {
                node.state = State::Offline;
                cluster_.each_instance([&](ResourceInstance& instance) {
                    if (instance.node == index) instance.due.reset();
                });
            }
            node.lost_due.reset();
            return;
        }
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
        if (node.is_lost || node.state != State::Leaving || runs_something(index)) return;
        node.state = State::Offline;
        node.left_cleanly = true;
    }

    /// Ends the step that is due, then begins the next. False when there is nothing more to do at this moment.
    bool take_step() {
        bool waits = false;
        cluster_.each_instance([&](ResourceInstance& instance) {
            if (!instance.due) return;
            const bool crashed = cluster_.nodes[instance.node].lost_due.has_value();  // what a lost node had begun it ends
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

void move_cluster(PacemakerCluster& cluster, lang::Time now, World& world) { Motion(cluster, now, world).run(); }

}  // namespace rehearsal
