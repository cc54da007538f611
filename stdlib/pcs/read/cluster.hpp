// A Pacemaker cluster as crm_mon tells it, and what can be concluded from that. Pure: any text goes in.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lang/model/site.hpp"
#include "lang/model/value.hpp"

namespace stdlib::pcs {

struct Node {
    enum class Kind {
        Member,   ///< of the cluster itself: Corosync and Pacemaker run on it
        Guest,    ///< a virtual machine or container that is itself a resource of the cluster
        Bundle,   ///< the container of a bundle: nothing but the bundle's own resource runs in it
        Remote,   ///< a machine with pacemaker_remote, reached over a connection that is a resource with its name
        Foreign,  ///< it answers a ping and runs nothing (Heartbeat)
    };
    enum class Health { Green, Yellow, Red };

    std::string name;
    bool online = false, standby = false, maintenance = false, pending = false, unclean = false;
    bool standby_onfail = false, shutdown = false;
    bool dc = false;
    Kind kind = Kind::Member;
    Health health = Health::Green;  ///< as node-health-strategy has it: red keeps resources away, yellow may
    std::string hosted_by;          ///< of a guest or bundle: the resource that it is; of a remote machine: its connection

    /// May resources run on it? Whether they may where health is yellow depends on a setting that crm_mon does not tell.
    bool available() const {
        return online && !standby && !standby_onfail && !maintenance && !pending && !unclean && !shutdown && health != Health::Red &&
               kind != Kind::Foreign;
    }
    bool surely_available() const { return available() && health == Health::Green; }
};

/// One primitive, or one instance of it in a clone.
struct Resource {
    std::string id, agent;
    std::string role;     ///< in the words of Pacemaker 2.1: Promoted, Unpromoted
    std::string pending;  ///< "Monitoring", "Starting" …; empty where nothing is in progress
    std::string group, clone, bundle;
    std::size_t instance = 0;  ///< which instance of its clone, which replica of its bundle
    bool promotable = false;   ///< of its clone
    bool unique = false;       ///< its clone's instances differ: several may run on one node
    bool active = false, managed = true, failed = false, blocked = false;
    bool failure_ignored = false;  ///< it is meant to count as running though it failed
    bool disabled = false;         ///< it is not meant to run
    bool unpromoted = false;       ///< it is not meant to be promoted
    bool orphaned = false;         ///< it is in the configuration no more: Pacemaker stops and forgets it
    std::vector<std::string> nodes;

    bool transitional() const;
    /// Its id without the number of an instance: "drbd_r0" of "drbd_r0:1".
    std::string_view base() const { return std::string_view(id).substr(0, id.find(':')); }

    enum class Part { None, Service, Container, Address, Connection };
    /// What it is in its bundle: the service inside, or one of those that Pacemaker makes around it.
    Part part() const;
    /// A fencing device. It runs on members only, and what it fences need not be able to run it.
    bool fences() const { return agent.starts_with("stonith:"); }
};

struct Failure {
    std::string operation;  ///< "vip_monitor_10000"
    std::string node;
    std::string said;  ///< "not running", "error: Resource agent did not complete within 20s"
    auto operator<=>(const Failure&) const = default;
    std::string describe() const { return operation + " on " + node + ": " + said; }
};

/// How often a resource has failed on a node since the last cleanup: from its migration threshold on it may not run there.
struct FailCount {
    std::string resource, node;
    std::string count;  ///< "3", "INFINITY"
};

/// A constraint that keeps a resource away from a node.
struct Ban {
    std::string id, resource, node;
    bool absolute = true;        ///< whatever else there is; otherwise other constraints may outweigh it
    bool promoted_only = false;  ///< it may run there, but not be promoted
    /// Set by DRBD itself, on the node that has the newer data, until the resync is done.
    bool by_drbd() const { return id.starts_with("drbd-fence-"); }
    /// Left by `pcs resource move` or `ban`. All others are configuration: a fencing device kept off the node that it fences.
    bool by_hand() const { return id.starts_with("cli-"); }
};

/// Fencing that was asked for, in the words of the history that crm_mon keeps.
struct Fencing {
    enum class State { Pending, Failed, Done };
    State state = State::Pending;
    std::string target, action;  ///< "store2", "reboot"
    std::string reason;          ///< why it failed; may be empty
};

struct Cluster {
    std::optional<std::string> dc;      ///< nothing while none is elected
    std::optional<bool> quorum;         ///< the DC's word
    std::optional<bool> maintenance;    ///< of the whole cluster
    std::optional<bool> fencing;        ///< is it on? STONITH in the words of older versions
    bool resources_stopped = false;     ///< stop-all-resources
    bool opt_in = false;                ///< resources run only where a constraint lets them; crm_mon tells of none of these
    bool ignores_quorum = false;        ///< it goes on without quorum as with it
    std::vector<std::string> errors;    ///< what crm_mon itself complains of, beside what it tells
    std::vector<std::string> withheld;  ///< tickets that this site does not hold now: what depends on them does not run, and crm_mon does
                                        ///< not tell what that is
    std::vector<Fencing> fencings;      ///< pending, and of each target the last that ended
    std::vector<Node> nodes;
    std::vector<Resource> resources;
    std::vector<Failure> failures;
    std::vector<FailCount> fail_counts;
    std::vector<Ban> bans;

    const Node* find(const lang::Host&) const;
    /// By its name in the cluster; null where it lists none.
    const Node* node(std::string_view name) const;
    /// Those that the id names: a primitive, all members of a group, all instances of a clone, all parts of a bundle.
    std::vector<const Resource*> named(std::string_view id) const;
    /// Those that are active on the node.
    std::vector<std::string> active_on(std::string_view node) const;
};

/// Why it could not be read.
struct Unreadable {
    std::string why;
    bool stopped = false;  ///< Pacemaker does not run on this node: crm_mon says "Not connected"
};
using Reading = std::variant<Cluster, Unreadable>;

/// The XML of crm_mon 1.1 (`<crm_mon>`) and 2.x (`<pacemaker-result>`).
Reading read(std::string_view xml);

/// Does the node have the host's name? The part before the first dot is enough.
bool same_machine(const lang::Host&, std::string_view node);

/// Why nothing that is told of the node is more than a memory: it is lost, or the node that it runs on is. Empty where it is not so.
std::string lost(const Cluster&, std::string_view node);

/// Why nobody decides what runs where: "there is no quorum"; empty where somebody does.
std::string ungoverned(const Cluster&);

/// Is something in progress?
bool idle(const Cluster&);

/// What stands between a cluster and rest, a sentence each.
struct Unrest {
    std::vector<std::string> known;    ///< not yet, or not any more, as meant to be: "vip is Stopped", "fs is Starting on store2"
    std::vector<std::string> stalled;  ///< the same where nobody may ever change it: without quorum "vip is Stopped" may be meant so
    std::vector<std::string> unclear;  ///< what crm_mon does not tell: "vip is Stopped, and crm_mon does not say whether a node may run it"
    std::string ungoverned;            ///< why nobody decides: "there is no quorum"; empty where somebody does
    /// Why it cannot be told whether it is at rest, where nothing is known to be in progress.
    std::vector<std::string> doubts() const;
};
Unrest unrest(const Cluster&);
/// All of it in one list: what must end before an action has arrived.
std::vector<std::string> unsettled(const Cluster&);
/// Everything that must be looked at before something is moved, all at once, with unknown items for what crm_mon does not tell;
/// an empty list is a healthy cluster. That fencing is off is one, unless it is meant so.
std::vector<lang::Value> problems(const Cluster&, bool without_fencing);
/// Why the resource must not be sent to the node: it failed there, and nobody cleaned up. Empty where nothing speaks against it.
std::string held_off(const Cluster&, std::string_view resource, std::string_view node);
/// Why no node besides this one could take over what it gives away; empty where one could. What runs on the node itself cannot: a guest,
/// or a machine that is reached from there. Nor can one from which a move, a hand or DRBD has left a ban.
std::string without_heir(const Cluster&, std::string_view node);

/// The node on which a resource, all of a group, the promoted instance of a clone or the container of a bundle runs; or why it cannot
/// be told.
std::variant<std::string, Unreadable> location(const Cluster&, std::string_view id);

}  // namespace stdlib::pcs
