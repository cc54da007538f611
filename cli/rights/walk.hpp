// Goes over a procedure as it may be run: every branch, every machine that may be found, every call.
#pragma once

#include "cli/rights/needs.hpp"
#include "cli/runbook/by_hand.hpp"

namespace cli::show {

/// False where there were more ways through the procedure than are gone.
bool find_needs(const lang::program::Program&, const ByHand&, Needs&);

}  // namespace cli::show
