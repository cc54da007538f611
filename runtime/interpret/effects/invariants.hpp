// What the site says must always be true.
#pragma once

#include <optional>
#include <string>

#include "runtime/interpret/values/evaluator.hpp"

namespace runtime {

/// The first invariant that is false, with its reasons. Unknown breaks nothing: a machine that is off cannot be asked.
std::optional<std::string> broken_invariant(Evaluator&, const std::string& step);

/// The same, read in a world by itself.
std::optional<std::string> broken_invariant(const lang::program::Program&, World&);

}  // namespace runtime
