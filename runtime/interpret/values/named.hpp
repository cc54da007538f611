// A condition as it reads with the values of its names: `machine.answers() on acd-db1` for `… on vm`.
#pragma once

#include <string>

#include "runtime/interpret/values/evaluator.hpp"

namespace runtime {

/// On one line. A name stays where its value is not known, is long, or is another one for each element that is looked at; so does a name in
/// the body of a define.
std::string with_values(const Evaluator&, const lang::program::Expr&, const Frame&);

}  // namespace runtime
