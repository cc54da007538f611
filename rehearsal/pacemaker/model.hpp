// Pacemaker 2.1 with corosync and pcs 0.11: clusters that keep resources running on one of their nodes.
//
// A cluster does one thing at a time, as long as what runs differs from what should: it stops and demotes where a resource
// should not be, then promotes and starts where it should (scheduler.cpp). Each step takes its seconds.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/core/answer.hpp"
#include "rehearsal/trouble.hpp"

namespace rehearsal {

/// As crm_mon names them; Started is Unpromoted for an instance of a promotable clone.
enum class ResourceRole { Stopped, Starting, Started, Promoting, Promoted, Demoting, Stopping };

namespace agents {
inline constexpr std::string_view drbd = "ocf:linbit:drbd", filesystem = "ocf:heartbeat:Filesystem", address = "ocf:heartbeat:IPaddr2";
}

struct ClusterNode {
    enum class State {
        Offline,
        Joining,  ///< its daemons start
        Online,
        Leaving,  ///< stops what it runs, then its daemons
    };
    const lang::Host* host = nullptr;
    State state = State::Online;
    bool is_standby = false;
    bool left_cleanly = false;  ///< offline because it was asked to
    /// Injected: the others hear nothing of it and could not fence it. What `state` and the roles say of it is their memory until they
    /// meet again: it may run on, and nobody but itself knows.
    bool is_lost = false;
    std::optional<lang::Time> due = {};       ///< Joining: when it is Online
    std::optional<lang::Time> lost_due = {};  ///< crashed: when the others notice
    /// Do resources run here? Not while it is standby, joins or leaves, and not where nobody hears of it.
    bool takes_resources() const { return state == State::Online && !is_standby && !is_lost; }
};

/// A primitive, or one instance of a clone.
struct ResourceInstance {
    std::string id;     ///< "drbd_r0", "vip"
    std::string agent;  ///< "ocf:linbit:drbd"
    ResourceRole role = ResourceRole::Stopped;
    std::size_t node = 0;                      ///< where, unless Stopped; of a clone's instance always
    std::optional<lang::Time> due = {};        ///< when the step that it is in ends
    std::optional<lang::Time> monitored = {};  ///< when the first monitoring after a step ends
    lang::Time changed{};
    std::set<std::size_t> fails_on = {};   ///< injected: cannot be started on these nodes
    std::set<std::size_t> failed_on = {};  ///< was tried there, until cleanup

    bool is_moving() const { return due.has_value(); }
};

/// The promotable clone `drbd_R-clone`: an instance on each of the two nodes that have the disk.
struct PromotableClone {
    std::string drbd;  ///< the resource R
    std::vector<ResourceInstance> instances;
    std::string id() const { return "drbd_" + drbd + "-clone"; }
};

/// A group, or a primitive that stands alone; its members are on one node, started in their order.
struct ResourceGroup {
    std::string id;
    bool is_group = true;
    std::vector<ResourceInstance> members;
    bool is_disabled = false;                        ///< not meant to run
    std::optional<std::size_t> preferred = {};       ///< a `move` says where
    std::optional<lang::Time> preference_ends = {};  ///< pcs 0.11 takes its constraint away again
};

struct FailedAction {
    std::string resource, task;
    std::size_t node = 0;
    lang::Time at{};
    std::string reason;
};

struct PacemakerCluster {
    std::string name;
    std::vector<ClusterNode> nodes;
    std::vector<PromotableClone> clones;
    std::vector<ResourceGroup> groups;
    std::vector<FailedAction> failures;
    lang::Time ready{};    ///< before this no new step begins
    lang::Time changed{};  ///< of its configuration
    std::string changed_on;
    bool is_slow = false;  ///< injected
    bool fences = false;   ///< it has a fencing device

    std::optional<std::size_t> node_of(const lang::Host&) const;
    std::optional<std::size_t> node_named(std::string_view) const;
    bool hears(std::size_t node, std::size_t other) const;              ///< of each other, where both are there
    std::optional<std::size_t> coordinator(std::size_t seen_by) const;  ///< the DC
    std::size_t present(std::size_t seen_by) const;                     ///< how many nodes take part, be it only half
    bool quorate(std::size_t count) const;                              ///< are so many nodes enough to act?
    /// Calls `f` for every instance: those of the clones, then the members of the groups.
    template <typename F>
    void each_instance(F f) {
        for (PromotableClone& clone : clones) {
            for (ResourceInstance& instance : clone.instances) f(instance);
        }
        for (ResourceGroup& group : groups) {
            for (ResourceInstance& member : group.members) f(member);
        }
    }
    template <typename F>
    void each_instance(F f) const {
        const_cast<PacemakerCluster*>(this)->each_instance([&](const ResourceInstance& instance) { f(instance); });
    }
};

struct Pacemaker {
    static Pacemaker healthy(const lang::Site&, lang::Time start);
    void advance(lang::Time now, World&);
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&);
    void power_on(const lang::Host&, lang::Time, World&);
    std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, World&, Fault = Fault::Begins);
    static TroublesOf troubles();
    void snapshot(std::map<std::string, std::string>& out) const;

    std::optional<std::string> unnamed(const Invocation&, const World&) const;
    static bool fails_over(const lang::Cluster& cluster) { return cluster.kind == "pacemaker"; }

    /// Has the host's cluster lost it, so that the network between them is gone?
    bool is_lost(const lang::Host&) const;
    /// A lost host finds its cluster again; where it is off, somebody has confirmed that it is.
    void meet_again(const lang::Host&, lang::Time, const World&);

    /// Where all of a group or primitive runs; null while it does not.
    const lang::Host* location(std::string_view group) const;

    std::vector<PacemakerCluster> clusters;
};

/// Takes a cluster up to `now`, a whole second.
void move_cluster(PacemakerCluster&, lang::Time now, World&);

/// The next step that brings a cluster nearer to what it should be: which instance, and the role on its way.
struct ClusterStep {
    ResourceInstance* instance = nullptr;
    ResourceRole via{};
    std::size_t node = 0;
};
std::optional<ClusterStep> next_step(PacemakerCluster&, const World&);

/// `crm_mon --output-as=xml`, as Pacemaker 2.1.5 prints it on one of the nodes.
std::string crm_mon_xml(const PacemakerCluster&, std::size_t seen_by, std::string_view request, lang::Time now, const World&);
/// The same where the cluster does not run on the asked node; its exit status is 102.
std::string crm_mon_not_connected(std::string_view request);

std::string_view name_of(ResourceRole, bool promotable);

}  // namespace rehearsal
