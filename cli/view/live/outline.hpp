// The steps of a program before it runs: what can be shown of it at once.
#pragma once

#include <string>
#include <vector>

#include "lang/program/tree.hpp"

namespace cli::live {

struct OutlineStep {
    std::string number;  ///< "3.1"
    std::string title;   ///< what only the run knows is "…"
};

/// All steps, nested ones after the one that they are in.
std::vector<OutlineStep> outline(const lang::program::Program&);

}  // namespace cli::live
