// A plan for a person's eyes: by steps, and calm. Actions that look alike on several hosts are one line.
#pragma once

#include <string>

#include "cli/terminal/screen.hpp"
#include "runtime/plan/result.hpp"

namespace cli {

struct PlanViewOptions {
    bool verbose = false;    ///< bindings and conditions that decide nothing, too
    bool simulated = false;  ///< no real host was asked
};

/// The whole of it as lines, painted as the screen has it.
std::string plan_text(const runtime::Plan&, const Screen&, PlanViewOptions);

/// "3 would change, 12 already so, …": the last line.
std::string totals_line(const runtime::Plan&);

}  // namespace cli
