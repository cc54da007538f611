// Asks machines what runs on them, by queries only.
#pragma once

#include "cli/discover/machine.hpp"
#include "runtime/world.hpp"

namespace cli::new_site {

/// All of them side by side, with what the modules find on each. What a machine does not tell in time is unknown; nothing is changed
/// anywhere.
std::vector<Findings> survey(const std::vector<Machine>&, runtime::World&, bool simulated);

}  // namespace cli::new_site
