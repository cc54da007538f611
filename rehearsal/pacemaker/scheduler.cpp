// What a cluster does next.
#include <algorithm>

#include "rehearsal/pacemaker/model.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using Role = ResourceRole;

/// Where something should be: the place that a `move` asks for, or where it is, or the first that will do.
std::optional<std::size_t> choose(const std::vector<std::size_t>& candidates, std::optional<std::size_t> preferred,
                                  std::optional<std::size_t> current) {
    const auto will_do = [&](std::optional<std::size_t> node) {
        return node && std::find(candidates.begin(), candidates.end(), *node) != candidates.end();
    };
    if (will_do(preferred)) return preferred;
    if (will_do(current)) return current;
    if (candidates.empty()) return std::nullopt;
    return candidates.front();
}

bool has_failed_on(const ResourceGroup& group, std::size_t node) {
    return std::any_of(group.members.begin(), group.members.end(),
                       [&](const ResourceInstance& member) { return member.failed_on.contains(node); });
}

std::optional<std::size_t> current_node(const ResourceGroup& group) {
    const auto running =
        std::find_if(group.members.begin(), group.members.end(), [](const auto& member) { return member.role != Role::Stopped; });
    return running == group.members.end() ? std::nullopt : std::optional(running->node);
}

class Planner {
  public:
    Planner(PacemakerCluster& cluster, const World& world) : cluster_(cluster), world_(world) {
        if (!cluster.clones.empty()) promoted_home_ = choose_promoted();
    }

    std::optional<ClusterStep> next() {
        if (const auto step = stop_group_member()) return step;
        if (const auto step = demote_or_stop_clone()) return step;
        // What a lost node may run is started nowhere before it is fenced, and nobody fences it.
        if (std::any_of(cluster_.nodes.begin(), cluster_.nodes.end(), [](const ClusterNode& node) { return node.is_lost; }))
            return std::nullopt;
        if (const auto step = start_clone()) return step;
        if (const auto step = promote_clone()) return step;
        return start_group_member();
    }

  private:
    bool is_lost(std::optional<std::size_t> node) const { return node && cluster_.nodes[*node].is_lost; }

    /// The node that all clones should be promoted on: one whose disks are good.
    std::optional<std::size_t> choose_promoted() const {
        std::vector<std::size_t> sound, failed;
        std::optional<std::size_t> current, preferred;
        for (std::size_t node = 0; node < cluster_.nodes.size(); ++node) {
            if (is_promotable(node)) {
                const bool failure =
                    std::any_of(cluster_.groups.begin(), cluster_.groups.end(), [&](const auto& g) { return has_failed_on(g, node); });
                (failure ? failed : sound).push_back(node);
            }
        }
        for (const PromotableClone& clone : cluster_.clones) {
            for (const ResourceInstance& instance : clone.instances) {
                if (instance.role == Role::Promoted) current = instance.node;
            }
        }
        for (const ResourceGroup& group : cluster_.groups) {
            if (group.preferred) preferred = group.preferred;
        }
        return is_lost(current) ? current : choose(sound.empty() ? failed : sound, preferred, current);
    }

    bool is_promotable(std::size_t node) const {
        if (!cluster_.nodes[node].takes_resources()) return false;
        return std::all_of(cluster_.clones.begin(), cluster_.clones.end(), [&](const PromotableClone& clone) {
            const auto instance =
                std::find_if(clone.instances.begin(), clone.instances.end(), [&](const auto& i) { return i.node == node; });
            if (instance == clone.instances.end() || instance->failed_on.contains(node)) return false;
            if (instance->role == Role::Stopped || instance->role == Role::Starting) return false;
            const lang::Host& host = *cluster_.nodes[node].host;
            const DrbdResource* resource = world_.drbd.find(clone.drbd, host);
            return resource != nullptr && resource->disk(*resource->side_of(host)) == "UpToDate";
        });
    }

    std::optional<std::size_t> home(const ResourceGroup& group) const {
        if (group.is_disabled) return std::nullopt;
        if (!cluster_.clones.empty()) return promoted_home_;
        std::vector<std::size_t> sound, failed;
        for (std::size_t node = 0; node < cluster_.nodes.size(); ++node) {
            if (cluster_.nodes[node].takes_resources()) (has_failed_on(group, node) ? failed : sound).push_back(node);
        }
        const auto current = current_node(group);
        return is_lost(current) ? current : choose(sound.empty() ? failed : sound, group.preferred, current);
    }

    std::optional<ClusterStep> stop_group_member() const {
        for (ResourceGroup& group : cluster_.groups) {
            const auto where = home(group);
            for (auto member = group.members.rbegin(); member != group.members.rend(); ++member) {
                if (member->role == Role::Started && where != member->node && !is_lost(member->node))
                    return ClusterStep{&*member, Role::Stopping, member->node};
            }
        }
        return std::nullopt;
    }

    std::optional<ClusterStep> demote_or_stop_clone() const {
        for (PromotableClone& clone : cluster_.clones) {
            for (ResourceInstance& instance : clone.instances) {
                if (instance.role == Role::Promoted && promoted_home_ != instance.node && !is_lost(instance.node))
                    return ClusterStep{&instance, Role::Demoting, instance.node};
            }
            for (ResourceInstance& instance : clone.instances) {
                if (instance.role == Role::Started && !cluster_.nodes[instance.node].takes_resources() && !is_lost(instance.node)) {
                    return ClusterStep{&instance, Role::Stopping, instance.node};
                }
            }
        }
        return std::nullopt;
    }

    std::optional<ClusterStep> start_clone() const {
        for (PromotableClone& clone : cluster_.clones) {
            for (ResourceInstance& instance : clone.instances) {
                const bool wanted = cluster_.nodes[instance.node].takes_resources() && !instance.failed_on.contains(instance.node);
                if (instance.role == Role::Stopped && wanted) return ClusterStep{&instance, Role::Starting, instance.node};
            }
        }
        return std::nullopt;
    }

    std::optional<ClusterStep> promote_clone() const {
        for (PromotableClone& clone : cluster_.clones) {
            for (ResourceInstance& instance : clone.instances) {
                if (instance.role == Role::Started && promoted_home_ == instance.node)
                    return ClusterStep{&instance, Role::Promoting, instance.node};
            }
        }
        return std::nullopt;
    }

    std::optional<ClusterStep> start_group_member() const {
        for (ResourceGroup& group : cluster_.groups) {
            const auto where = home(group);
            if (!where) continue;
            for (ResourceInstance& member : group.members) {
                if (member.failed_on.contains(*where)) break;  // What comes after it in the group waits for it.
                if (member.role == Role::Stopped) return ClusterStep{&member, Role::Starting, *where};
            }
        }
        return std::nullopt;
    }

    PacemakerCluster& cluster_;
    const World& world_;
    std::optional<std::size_t> promoted_home_;
};

}  // namespace

std::optional<ClusterStep> next_step(PacemakerCluster& cluster, const World& world) { return Planner(cluster, world).next(); }

}  // namespace rehearsal
