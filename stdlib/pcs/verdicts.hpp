// What an action of pcs thinks of what it sees: is it so already, may it be changed, has it arrived? Pure functions of a ClusterView.
#pragma once

#include "stdlib/pcs/cluster_view.hpp"

namespace stdlib::pcs {

using runtime::Context;
using runtime::Verdict;

/// What each adds to what is seen of the cluster; an obstacle is why it must not be done.
void look_for_heirs(ClusterView&, const Cluster&, const Context&);
void look_at_move(ClusterView&, const Cluster&, const Context&);
void look_at_resource(ClusterView&, const Cluster&, const Context&);
void look_at_wish(ClusterView&, const Cluster&, const Context&);

Verdict judge_standby(const ClusterView&);
Verdict judge_unstandby(const ClusterView&);
Verdict judge_move(const ClusterView&);
Verdict judge_clear(const ClusterView&);
Verdict judge_cleanup(const ClusterView&);
Verdict judge_disable(const ClusterView&);
Verdict judge_enable(const ClusterView&);
Verdict judge_start(const ClusterView&);
Verdict judge_stop(const ClusterView&, bool force);

Verdict standby_arrived(const ClusterView& before, const ClusterView& now);
Verdict unstandby_arrived(const ClusterView& before, const ClusterView& now);
Verdict move_arrived(const ClusterView& before, const ClusterView& now);
Verdict clear_arrived(const ClusterView& before, const ClusterView& now);
Verdict cleanup_arrived(const ClusterView& before, const ClusterView& now);
Verdict disable_arrived(const ClusterView& before, const ClusterView& now);
Verdict enable_arrived(const ClusterView& before, const ClusterView& now);
Verdict start_arrived(const ClusterView& before, const ClusterView& now);
Verdict stop_arrived(const ClusterView& before, const ClusterView& now);

}  // namespace stdlib::pcs
