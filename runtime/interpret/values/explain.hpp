// Why a condition is not true: the value of each part that keeps it from being so, and where it was read.
#pragma once

#include <string>
#include <vector>

#include "runtime/interpret/values/evaluator.hpp"

namespace runtime {

/// Lines without a margin. `evaluation` is the one that gave the value: nothing is asked of a host again.
std::vector<std::string> explain(Evaluator&, const lang::program::Expr& condition, Frame&, Evaluation& evaluation);

/// The parts only, on one line: what a wait shows while it goes on.
std::string explain_briefly(Evaluator&, const lang::program::Expr& condition, Frame&, Evaluation& evaluation);

}  // namespace runtime
