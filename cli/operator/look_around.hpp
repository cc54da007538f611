// The prompt of a run that waits for a decision.
#pragma once

#include <functional>

#include "cli/terminal/screen.hpp"
#include "lang/program/tree.hpp"
#include "rehearsal/site.hpp"
#include "runtime/world.hpp"

namespace cli {

/// Asks and acts in the world of the run, by connections of its own; what is done there is told to those who observe the run. The
/// lines are typed where its questions are answered. Of `world` a copy is used each time. `simulated`: the site that the hosts are on; null
/// where they are real.
std::function<void(const runtime::FailedStatement&)> look_around(const lang::program::Program&, const runtime::World&, Screen&,
                                                                 rehearsal::SimulatedSite* simulated);

}  // namespace cli
