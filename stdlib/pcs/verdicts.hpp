// What an action of pcs thinks of what it sees: is it so already, may it be changed, has it arrived? Pure functions of a Sight.
#pragma once

#include "stdlib/pcs/sight.hpp"

namespace stdlib::pcs {

using runtime::Context;
using runtime::Verdict;

/// What each adds to what is seen of the cluster; an obstacle is why it must not be done.
void look_for_heirs(Sight&, const Cluster&, const Context&);
void look_at_move(Sight&, const Cluster&, const Context&);
void look_at_resource(Sight&, const Cluster&, const Context&);
void look_at_wish(Sight&, const Cluster&, const Context&);

Verdict judge_standby(const Sight&);
Verdict judge_unstandby(const Sight&);
Verdict judge_move(const Sight&);
Verdict judge_clear(const Sight&);
Verdict judge_cleanup(const Sight&);
Verdict judge_disable(const Sight&);
Verdict judge_enable(const Sight&);
Verdict judge_start(const Sight&);
Verdict judge_stop(const Sight&, bool force);

Verdict standby_arrived(const Sight& before, const Sight& now);
Verdict unstandby_arrived(const Sight& before, const Sight& now);
Verdict move_arrived(const Sight& before, const Sight& now);
Verdict clear_arrived(const Sight& before, const Sight& now);
Verdict cleanup_arrived(const Sight& before, const Sight& now);
Verdict disable_arrived(const Sight& before, const Sight& now);
Verdict enable_arrived(const Sight& before, const Sight& now);
Verdict start_arrived(const Sight& before, const Sight& now);
Verdict stop_arrived(const Sight& before, const Sight& now);

}  // namespace stdlib::pcs
