// A procedure as a runbook in Markdown: what a person does by hand where there is no procrun.
#pragma once

#include <string>

#include "cli/runbook/by_hand.hpp"

namespace cli::show {

std::string runbook(const lang::program::Program&, ByHand&);

}  // namespace cli::show
