// What an action sees of the cluster: only what its judgement needs, and all of it in one record, so that the journal has it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lang/model/value.hpp"
#include "runtime/module.hpp"
#include "stdlib/pcs/read/cluster.hpp"

namespace stdlib::pcs {

struct ClusterView {
    bool running = true;  ///< does Pacemaker run on the current host?
    std::string node;     ///< the name of the node that the action is about
    bool online = false, standby = false, pending = false;
    std::string lost;                    ///< why what is seen of that node is no more than a memory; empty where it is not
    std::vector<std::string> active;     ///< on that node
    std::string location;                ///< of the resource that the action is about; empty while it is between nodes
    bool disabled = false;               ///< the resource that the action is about is not meant to run
    std::vector<std::string> instances;  ///< of it, where they run
    std::vector<std::string> unsettled;
    bool idle = true;
    std::vector<std::string> failures;  ///< failed actions, those of the resource where it is about one
    std::vector<std::string> by_hand;   ///< constraints on the resource that `move` or `ban` left
    std::string obstacle;               ///< why it must not be done; empty where it may

    lang::Value value() const;
    static ClusterView of(const lang::Value&);

    /// Adds what the cluster says, of the node that `machine` is. False where it is none.
    bool look(const Cluster&, const lang::Host& machine);
    /// Adds what it says of a resource, group or clone.
    void look(const Cluster&, const std::string& resource);
};

/// A probe: crm_mon, a ClusterView of the cluster, and what the action adds to it. One that is about a `resource` reads its constraints
/// too.
runtime::Read sight(std::function<const lang::Host&(const runtime::Context&)> machine,
                    std::function<void(ClusterView&, const Cluster&, const runtime::Context&)> add, bool with_constraints = false);

/// Those of `now` that are not in `before`.
std::vector<std::string> fresh(const std::vector<std::string>& now, const std::vector<std::string>& before);

}  // namespace stdlib::pcs
