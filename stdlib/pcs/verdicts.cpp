#include "stdlib/pcs/verdicts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stdlib::pcs {

namespace {

using State = Verdict::State;
using Texts = std::vector<std::string>;

std::string joined(const Texts& texts) { return fmt::format("{}", fmt::join(texts, "; ")); }

/// It is not there yet. Nothing is in progress and something failed since: it will not get there.
Verdict on_its_way(const ClusterView& before, const ClusterView& now, std::string why) {
    const Texts failed = fresh(now.failures, before.failures);
    if (now.idle && !failed.empty()) return {State::Failed, why + "; failed: " + joined(failed)};
    return {State::Moving, std::move(why)};
}

/// Why nothing could be moved away or to another node.
std::string standstill(const Cluster& cluster) {
    if (cluster.maintenance.value_or(false)) return "the cluster is in maintenance mode: nothing would move";
    const std::string why = ungoverned(cluster);
    const bool untold = cluster.dc && !cluster.quorum;
    return why.empty() ? "" : fmt::format("{}: {}nothing would move", why, untold ? "perhaps " : "");
}

std::string whereabouts(const ClusterView& seen) {
    return seen.location.empty() ? "it runs on no node that can be told" : "it runs on " + seen.location;
}

}  // namespace

// ---- standby and back

void look_for_heirs(ClusterView& seen, const Cluster& cluster, const Context&) {
    seen.obstacle = standstill(cluster);
    if (seen.obstacle.empty()) seen.obstacle = without_heir(cluster, seen.node);
}

/// On a node that is lost nothing is "so already": what is told of it is what was so.
Verdict judge_standby(const ClusterView& seen) {
    if (!seen.lost.empty()) return {State::Refused, seen.lost};
    if (!seen.standby) return seen.obstacle.empty() ? Verdict{State::Needed, {}} : Verdict{State::Refused, seen.obstacle};
    if (!seen.active.empty()) return {State::Moving, "standby, with active resources: " + joined(seen.active)};
    if (!seen.unsettled.empty()) return {State::Moving, "standby; but " + joined(seen.unsettled)};
    return {State::Reached, {}};
}

Verdict standby_arrived(const ClusterView& before, const ClusterView& now) {
    if (!now.standby) return {State::Needed, "not yet in standby"};
    if (!now.lost.empty()) return on_its_way(before, now, now.lost);
    if (!now.active.empty()) return on_its_way(before, now, "standby, with active resources: " + joined(now.active));
    const Texts open = fresh(now.unsettled, before.unsettled);
    if (!open.empty()) return on_its_way(before, now, "standby; but " + joined(open));
    return {State::Reached, {}};
}

Verdict judge_unstandby(const ClusterView& seen) {
    if (!seen.lost.empty()) return {State::Refused, seen.lost};
    if (seen.standby) return {State::Needed, {}};
    if (!seen.online || seen.unsettled.empty()) return {State::Reached, {}};
    // Waiting mends what is in progress; what failed waits for a cleanup, and is no reason to call the node in standby.
    if (seen.idle && !seen.failures.empty()) return {State::Reached, "not in standby; but " + joined(seen.unsettled)};
    return {State::Moving, joined(seen.unsettled)};
}

Verdict unstandby_arrived(const ClusterView& before, const ClusterView& now) {
    if (now.standby) return {State::Needed, "still in standby"};
    if (!now.lost.empty()) return on_its_way(before, now, now.lost);
    ClusterView since = now;
    since.unsettled = fresh(now.unsettled, before.unsettled);
    return judge_unstandby(since);
}

// ---- moving a resource

void look_at_move(ClusterView& seen, const Cluster& cluster, const Context& context) {
    const std::string& resource = context.arguments.text("resource");
    seen.look(cluster, resource);
    const auto named = cluster.named(resource);
    const Node* target = cluster.find(context.arguments.host("to"));
    seen.obstacle = standstill(cluster);
    if (!seen.obstacle.empty()) return;
    std::string memory;  // why it is not known where it runs now
    for (const Resource* one : named) {
        for (const std::string& on : one->nodes) {
            if (const std::string why = lost(cluster, on); !why.empty())
                memory = fmt::format("'{}' last ran on {}, but {}", one->id, on, why);
        }
    }
    if (named.empty()) {
        seen.obstacle = fmt::format("the cluster has no resource or group '{}'", resource);
    } else if (!named.front()->clone.empty()) {
        seen.obstacle = fmt::format("'{}' is a clone: move the group that runs with it", resource);
    } else if (!named.front()->group.empty() && named.front()->id == resource) {
        seen.obstacle = fmt::format("'{}' is in the group '{}': move the group", resource, named.front()->group);
    } else if (!named.front()->bundle.empty() && named.front()->bundle != resource) {
        seen.obstacle = fmt::format("'{}' is in the bundle '{}': move the bundle", resource, named.front()->bundle);
    } else if (!memory.empty()) {
        seen.obstacle = memory;
    } else if (!target->available()) {
        seen.obstacle = target->name + " cannot run resources: look at pcs.node";
    } else if (!seen.idle) {
        seen.obstacle = "the cluster is busy: " + joined(seen.unsettled);
    } else if (std::any_of(named.begin(), named.end(),
                           [](const Resource* r) { return !r->managed || r->disabled || r->blocked || r->orphaned; })) {
        seen.obstacle = fmt::format("'{}' is unmanaged, disabled, blocked or in the configuration no more", resource);
    } else {
        seen.obstacle = held_off(cluster, resource, target->name);
    }
}

Verdict judge_move(const ClusterView& seen) {
    if (!seen.lost.empty()) return {State::Refused, seen.lost};
    if (seen.location == seen.node) return seen.idle ? Verdict{State::Reached, {}} : Verdict{State::Moving, joined(seen.unsettled)};
    if (!seen.obstacle.empty()) return {State::Refused, seen.obstacle};
    return {State::Needed, whereabouts(seen)};
}

Verdict move_arrived(const ClusterView& before, const ClusterView& now) {
    if (now.location == now.node && now.idle) {
        const Texts left = fresh(now.by_hand, before.by_hand);
        return {State::Reached, left.empty() ? "" : fmt::format("pcs left {}: pcs.clear takes it away", joined(left))};
    }
    if (now.idle && now.unsettled == before.unsettled) return {State::Needed, whereabouts(now)};
    return on_its_way(before, now, now.unsettled.empty() ? whereabouts(now) : joined(now.unsettled));
}

// ---- what moves and failures leave

void look_at_resource(ClusterView& seen, const Cluster& cluster, const Context& context) {
    const std::string& resource = context.arguments.text("resource");
    if (resource.empty()) return;
    seen.look(cluster, resource);
    if (cluster.named(resource).empty()) seen.obstacle = fmt::format("the cluster has no resource, group or clone '{}'", resource);
}

/// A constraint that just moved a resource is not taken away before it has arrived: it would stay where it was.
Verdict judge_clear(const ClusterView& seen) {
    if (!seen.obstacle.empty()) return {State::Refused, seen.obstacle};
    if (seen.by_hand.empty()) return {State::Reached, {}};
    if (!seen.idle) return {State::Moving, joined(seen.unsettled)};
    return {State::Needed, joined(seen.by_hand)};
}

Verdict clear_arrived(const ClusterView&, const ClusterView& now) {
    return now.by_hand.empty() ? Verdict{State::Reached, {}} : Verdict{State::Needed, joined(now.by_hand)};
}

Verdict judge_cleanup(const ClusterView& seen) {
    if (!seen.obstacle.empty()) return {State::Refused, seen.obstacle};
    return seen.failures.empty() ? Verdict{State::Reached, {}} : Verdict{State::Needed, joined(seen.failures)};
}

Verdict cleanup_arrived(const ClusterView&, const ClusterView& now) {
    return now.failures.empty() ? Verdict{State::Reached, {}} : Verdict{State::Needed, joined(now.failures)};
}

void look_at_wish(ClusterView& seen, const Cluster& cluster, const Context& context) {
    look_at_resource(seen, cluster, context);
    if (seen.obstacle.empty()) seen.obstacle = standstill(cluster);
}

Verdict judge_disable(const ClusterView& seen) {
    if (seen.disabled && seen.instances.empty()) return {State::Reached, {}};
    if (!seen.obstacle.empty()) return {State::Refused, seen.obstacle};
    return seen.disabled ? Verdict{State::Moving, "still running: " + joined(seen.instances)} : Verdict{State::Needed, {}};
}

Verdict disable_arrived(const ClusterView& before, const ClusterView& now) {
    if (!now.disabled) return {State::Needed, "not yet disabled"};
    return now.instances.empty() ? Verdict{State::Reached, {}} : on_its_way(before, now, "still running: " + joined(now.instances));
}

Verdict judge_enable(const ClusterView& seen) {
    if (!seen.disabled) return seen.idle ? Verdict{State::Reached, {}} : Verdict{State::Moving, joined(seen.unsettled)};
    return seen.obstacle.empty() ? Verdict{State::Needed, {}} : Verdict{State::Refused, seen.obstacle};
}

Verdict enable_arrived(const ClusterView& before, const ClusterView& now) {
    if (now.disabled) return {State::Needed, "still disabled"};
    const Texts open = fresh(now.unsettled, before.unsettled);
    return open.empty() && now.idle ? Verdict{State::Reached, {}} : on_its_way(before, now, joined(now.unsettled));
}

// ---- the cluster's services on one host

Verdict judge_start(const ClusterView& seen) {
    if (!seen.running) return {State::Needed, {}};
    if (!seen.lost.empty()) return {State::Moving, seen.lost};
    if (!seen.online || seen.pending) return {State::Moving, seen.node + " is still joining"};
    return {State::Reached, {}};
}

Verdict start_arrived(const ClusterView&, const ClusterView& now) {
    return now.running ? judge_start(now) : Verdict{State::Needed, "the cluster does not run here yet"};
}

Verdict stop_arrived(const ClusterView&, const ClusterView& now) {
    if (!now.running) return {State::Reached, {}};
    return {State::Needed, now.active.empty() ? "the cluster still runs here" : "still active here: " + joined(now.active)};
}

Verdict judge_stop(const ClusterView& seen, bool force) {
    if (!seen.running) return {State::Reached, {}};
    if (seen.active.empty() || force) return {State::Needed, {}};
    return {State::Refused, fmt::format("{} still run here, and pcs may give up on them half-way: send them away with pcs.standby, or stop "
                                        "them with pcs.disable, before",
                                        joined(seen.active))};
}

}  // namespace stdlib::pcs
