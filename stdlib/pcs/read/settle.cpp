// Is a cluster at rest? Everything runs where and as it is meant to, and nothing is in progress.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "stdlib/pcs/read/cluster.hpp"
#include "stdlib/pcs/read/describe.hpp"
#include "stdlib/pcs/read/placement.hpp"

namespace stdlib::pcs {

namespace {

/// One instance of a clone or replica of a bundle: all that must run of it.
struct Instance {
    std::vector<const Resource*> members;
    std::string node;  ///< where it runs; of a bundle, its container
    bool runs = true;
};

/// A clone or a bundle: the same several times.
struct Several {
    std::map<std::size_t, Instance> instances;
    bool bundle = false, promotable = false, promoted = false, unpromoted = false, unique = false;
};

class Look {
  public:
    explicit Look(const Cluster& cluster) : cluster_(cluster) {}

    Unrest unrest() {
        look_at_cluster();
        look_at_nodes();
        look_at_resources();
        for (const auto& [id, several] : several_) look_at_several(id, several);
        return std::move(found_);
    }

  private:
    /// A sentence that says the same as one before it, of another instance, says nothing.
    static void add(std::vector<std::string>& to, std::string what) {
        if (std::find(to.begin(), to.end(), what) == to.end()) to.push_back(std::move(what));
    }
    void known(std::string what) { add(found_.known, std::move(what)); }
    void unclear(std::string what) { add(found_.unclear, std::move(what)); }
    /// Known, where somebody sees to it.
    void note(bool somebody_acts, std::string what) { add(somebody_acts ? found_.known : found_.stalled, std::move(what)); }
    /// What should run and does not.
    void does_not_run(std::string what) {
        if (cluster_.withheld.empty()) {
            note(found_.ungoverned.empty(), std::move(what));
        } else {
            unclear(fmt::format("{}, and crm_mon does not say whether it needs the ticket {}", what, cluster_.withheld.front()));
        }
    }

    /// Without a DC or quorum nobody starts what should run, and the resources are as whoever last decided left them.
    void look_at_cluster() {
        found_.ungoverned = ungoverned(cluster_);
        for (const std::string& error : cluster_.errors) unclear("crm_mon: " + error);
        for (const Fencing& fencing : cluster_.fencings) {
            if (fencing.state == Fencing::State::Pending) known(fmt::format("{} is being fenced ({})", fencing.target, fencing.action));
        }
    }

    void look_at_nodes() {
        const bool maintained = cluster_.maintenance.value_or(false);
        for (const Node& node : cluster_.nodes) {
            if (node.pending) note(!maintained, fmt::format("{} is still joining", node.name));
            if (node.shutdown && node.online) note(false, fmt::format("{} is shutting down", node.name));
            if (!node.unclean) continue;
            const bool fenced_next = cluster_.fencing.value_or(true);
            note(found_.ungoverned.empty() && !forgotten(node),
                 fmt::format("{} is lost (unclean), and {}", node.name, fenced_next ? "not yet fenced" : "fencing is off"));
        }
    }

    /// A remote machine to which no connection is configured any more.
    bool forgotten(const Node& node) const {
        return node.kind == Node::Kind::Remote && std::none_of(cluster_.resources.begin(), cluster_.resources.end(),
                                                               [&](const Resource& r) { return r.id == node.hosted_by && !r.orphaned; });
    }

    bool is_lost(const std::string& node) const { return !lost(cluster_, node).empty(); }

    void look_at_resources() {
        for (const Resource& resource : cluster_.resources) {
            const std::string& around = resource.clone.empty() ? resource.bundle : resource.clone;
            if (resource.role == "Promoted" && !around.empty()) several_[around].promoted = true;  // managed or not
            if (!resource.managed) {
                if (!resource.group.empty()) unmanaged_groups_.insert(resource.group);
                continue;
            }
            if (resource.failed && !resource.failure_ignored) known(fmt::format("{} has failed{}", resource.id, on_nodes(resource)));
            if (resource.orphaned) {
                const bool on_lost =
                    std::any_of(resource.nodes.begin(), resource.nodes.end(), [&](const std::string& n) { return is_lost(n); });
                if ((resource.active || resource.transitional()) && !on_lost)
                    known(state_of(resource) + ", and is in the configuration no more");
            } else if (around.empty()) {
                look_at_single(resource);
            } else {
                add_to(several_[around], resource);
            }
        }
    }

    /// A primitive of its own or in a group: it must be started, once.
    void look_at_single(const Resource& resource) {
        if (waits_for_group(resource) || resource.disabled || cluster_.resources_stopped) {
            if (resource.role != "Stopped" || resource.transitional()) known(state_of(resource));
        } else if (resource.role == "Stopped" && !resource.transitional()) {
            look_at_stopped(resource);
        } else if (resource.role != "Started" || resource.transitional()) {
            // What somebody began who is not there any more may be over.
            note(found_.ungoverned.empty() || !resource.pending.empty(), state_of(resource));
        } else if (resource.nodes.size() > 1) {
            known(state_of(resource) + " at the same time");
        } else {
            look_where(resource);
        }
    }

    /// It does not run though it should: unless there is no node for it.
    void look_at_stopped(const Resource& resource) {
        const May may = may_run_anywhere(cluster_, resource);
        // Fencing devices that are placed by hand, each on the node that it does not fence: one has none left while that node is away.
        const bool placed_away = cluster_.opt_in && resource.fences() && is_a_member_away();
        if (may == May::No || placed_away) {
            waiting_groups_.insert(resource.group);
        } else if (may == May::Perhaps) {
            unclear(fmt::format("{}, and crm_mon does not say whether a node may run it", state_of(resource)));
        } else if (unmanaged_groups_.contains(resource.group)) {
            note(false, fmt::format("{}, and a member of {} before it is unmanaged", state_of(resource), resource.group));
        } else {
            does_not_run(state_of(resource));
        }
    }

    bool is_a_member_away() const {
        return std::any_of(cluster_.nodes.begin(), cluster_.nodes.end(),
                           [](const Node& node) { return node.kind == Node::Kind::Member && !node.available(); });
    }

    /// What comes after a member of its group that is meant to be stopped waits for that.
    bool waits_for_group(const Resource& resource) {
        if (resource.group.empty()) return false;
        if (waiting_groups_.contains(resource.group)) return true;
        if (resource.disabled) waiting_groups_.insert(resource.group);
        return false;
    }

    void look_where(const Resource& resource) {
        for (const std::string& name : resource.nodes) {
            const Node* node = cluster_.node(name);
            if (node == nullptr) continue;
            if (const std::string why = must_leave(cluster_, resource, *node); !why.empty()) {
                known(fmt::format("{} is still on {}, {}", resource.id, name, why));
            } else if (node->health == Node::Health::Red) {
                unclear(fmt::format("{} is on {}, whose health is red, and crm_mon does not say whether it may stay", resource.id, name));
            }
        }
    }

    // ---- clones and bundles

    void add_to(Several& several, const Resource& resource) {
        using Part = Resource::Part;
        const Part part = resource.part();
        if (resource.transitional()) known(state_of(resource));
        several.bundle |= part != Part::None;
        several.promotable |= resource.promotable || (part == Part::Service && resource.role == "Unpromoted");
        several.unpromoted |= resource.unpromoted;
        several.unique |= resource.unique || part != Part::None;
        Instance& instance = several.instances[resource.instance];
        const bool waits = std::any_of(instance.members.begin(), instance.members.end(), [](const Resource* r) { return r->disabled; });
        instance.members.push_back(&resource);
        if (waits || resource.disabled || cluster_.resources_stopped) {
            if (resource.active && !resource.transitional()) known(state_of(resource));
            return;
        }
        instance.runs &= resource.active;
        const bool tells_node = part == Part::None || part == Part::Container;
        if (resource.active && tells_node && !resource.nodes.empty()) instance.node = resource.nodes.front();
        if (resource.active && !resource.transitional() && part != Part::Service) look_where(resource);
    }

    /// The worst of what its members may.
    May may(const Instance& instance, const Node& node) const {
        May worst = May::Yes;
        for (const Resource* member : instance.members) {
            const bool rides = member->part() == Resource::Part::Service || member->part() == Resource::Part::Connection;
            if (!rides) worst = std::min(worst, may_run(cluster_, *member, node));
        }
        return worst;
    }

    /// As many instances must run as there are nodes for them, and of a promotable one at least one must be promoted.
    void look_at_several(const std::string& id, const Several& several) {
        std::set<std::string> on;
        std::map<std::string, std::size_t> per_node;
        std::size_t running = 0, wanted = 0;
        const Instance* sample = nullptr;
        for (const auto& [number, instance] : several.instances) {
            const bool meant = !instance.members.front()->disabled && !cluster_.resources_stopped;
            if (!meant) continue;
            sample = &instance;
            ++wanted;
            if (!instance.runs) continue;
            ++running;
            on.insert(instance.node);
            ++per_node[instance.node];
        }
        if (sample == nullptr) return;
        std::size_t surely = 0, perhaps = 0;
        std::vector<std::string> missing;
        for (const Node& node : cluster_.nodes) {
            const May here = may(*sample, node);
            perhaps += here == May::Perhaps ? 1 : 0;
            if (here != May::Yes) continue;
            ++surely;
            if (on.contains(node.name)) continue;
            if (!follows_another(id, on, node)) {
                missing.push_back(node.name);
            } else if (node.kind == Node::Kind::Member) {
                unclear(
                    fmt::format("{} is not on {}, and crm_mon does not say whether it follows another clone that is kept away from there",
                                id, node.name));
            }
        }
        // How many of the same may be on one node is not told; as many as are on one are possible on all.
        std::size_t most = 1;
        for (const auto& [node, count] : per_node) most = std::max(most, count);
        const std::size_t least = std::min(wanted, several.unique ? surely * most : surely);
        const bool enough = running >= least || (!several.unique && missing.empty() && running > 0);
        if (!enough) {
            does_not_run(several.unique ? fmt::format("{} runs {} times instead of {}", id, running, least)
                                        : fmt::format("{} runs on {} nodes instead of {}", id, running, least));
        } else if (running == 0 && perhaps > 0) {
            unclear(fmt::format("{} runs nowhere, and crm_mon does not say whether a node may run it", id));
        }
        const bool all_there = surely + perhaps > 0 || running > 0;
        if (several.promotable && !several.promoted && !several.unpromoted && all_there && may_be_promoted(*sample, on)) {
            does_not_run(fmt::format("{} is promoted nowhere", id));
        }
    }

    bool may_be_promoted(const Instance& sample, const std::set<std::string>& on) const {
        return on.empty() || std::any_of(on.begin(), on.end(), [&](const std::string& node) {
                   return !may_not_be_promoted(cluster_, *sample.members.front(), node);
               });
    }

    /// A clone that must run beside another one is not where that is kept away. crm_mon does not tell what must run beside what: that it
    /// is so can be seen where the other one runs wherever this one does.
    bool follows_another(const std::string& id, const std::set<std::string>& on, const Node& node) const {
        return std::any_of(several_.begin(), several_.end(), [&](const auto& other) {
            if (other.first == id || other.second.bundle || other.second.instances.empty()) return false;
            std::set<std::string> its;
            for (const auto& [number, instance] : other.second.instances) {
                if (instance.runs) its.insert(instance.node);
            }
            const bool beside = !on.empty() && std::includes(its.begin(), its.end(), on.begin(), on.end());
            return beside && may(other.second.instances.begin()->second, node) == May::No;
        });
    }

    const Cluster& cluster_;
    Unrest found_;
    std::map<std::string, Several> several_;
    std::set<std::string> waiting_groups_, unmanaged_groups_;
};

}  // namespace

std::string ungoverned(const Cluster& cluster) {
    if (!cluster.dc) return "no DC is elected";
    if (cluster.ignores_quorum) return {};
    if (!cluster.quorum) return "crm_mon does not say whether there is quorum";
    return *cluster.quorum ? "" : "there is no quorum";
}

bool idle(const Cluster& cluster) {
    const auto fenced_next = [&](const Node& node) { return node.unclean && cluster.fencing.value_or(true); };
    return std::none_of(cluster.resources.begin(), cluster.resources.end(), [](const Resource& r) { return r.transitional(); }) &&
           std::none_of(cluster.nodes.begin(), cluster.nodes.end(), [&](const Node& n) { return n.pending || fenced_next(n); }) &&
           std::none_of(cluster.fencings.begin(), cluster.fencings.end(),
                        [](const Fencing& f) { return f.state == Fencing::State::Pending; });
}

Unrest unrest(const Cluster& cluster) { return Look(cluster).unrest(); }

std::vector<std::string> Unrest::doubts() const {
    std::vector<std::string> found = stalled;
    found.insert(found.end(), unclear.begin(), unclear.end());
    if (!ungoverned.empty()) found.push_back(ungoverned);
    return found;
}

std::vector<std::string> unsettled(const Cluster& cluster) {
    Unrest found = unrest(cluster);
    const std::vector<std::string> doubts = found.doubts();
    found.known.insert(found.known.end(), doubts.begin(), doubts.end());
    return std::move(found.known);
}

}  // namespace stdlib::pcs
