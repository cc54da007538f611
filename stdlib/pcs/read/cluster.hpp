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
    std::string name;
    bool online = false, standby = false, maintenance = false, pending = false, unclean = false;
    bool standby_onfail = false, shutdown = false;
    bool dc = false;

    /// May resources run on it?
    bool available() const { return online && !standby && !standby_onfail && !maintenance && !pending && !unclean && !shutdown; }
};

/// One primitive, or one instance of it in a clone.
struct Resource {
    std::string id, agent;
    std::string role;     ///< in the words of Pacemaker 2.1: Promoted, Unpromoted
    std::string pending;  ///< "Monitoring", "Starting" …; empty where nothing is in progress
    std::string group, clone;
    std::size_t instance = 0;  ///< which instance of its clone
    bool promotable = false;   ///< of its clone
    bool active = false, managed = true, failed = false, blocked = false;
    bool disabled = false;  ///< it is not meant to run
    std::vector<std::string> nodes;

    bool transitional() const;
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
    /// Set by DRBD itself, on the node that has the newer data, until the resync is done.
    bool by_drbd() const { return id.starts_with("drbd-fence-"); }
};

struct Cluster {
    std::optional<std::string> dc;    ///< nothing while none is elected
    std::optional<bool> quorum;       ///< the DC's word
    std::optional<bool> maintenance;  ///< of the whole cluster
    std::optional<bool> fencing;      ///< is it on? STONITH in the words of older versions
    bool resources_stopped = false;   ///< stop-all-resources
    std::vector<Node> nodes;
    std::vector<Resource> resources;
    std::vector<Failure> failures;
    std::vector<FailCount> fail_counts;
    std::vector<Ban> bans;

    const Node* find(const lang::Host&) const;
    /// Those that the id names: a primitive, all members of a group, all instances of a clone.
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

/// Is something in progress?
bool idle(const Cluster&);
/// What is not yet, or not any more, as it is meant to be: "vip is Stopped", "fs is Starting on store2".
std::vector<std::string> unsettled(const Cluster&);
/// Everything that must be looked at before something is moved, all at once, with unknown items for what crm_mon does not tell;
/// an empty list is a healthy cluster. That fencing is off is one, unless it is meant so.
std::vector<lang::Value> problems(const Cluster&, bool without_fencing);
/// Why the resource must not be sent to the node: it failed there, and nobody cleaned up. Empty where nothing speaks against it.
std::string held_off(const Cluster&, std::string_view resource, std::string_view node);

/// The node on which a resource, all of a group, or the promoted instance of a clone runs; or why it cannot be told.
std::variant<std::string, Unreadable> location(const Cluster&, std::string_view id);

}  // namespace stdlib::pcs
