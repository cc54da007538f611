// Questions about an expression as written, whatever its slots hold.
#pragma once

#include <functional>

#include "lang/program/tree.hpp"

namespace lang::analysis {

/// Does `is` hold for the expression or for any part of it? Defines are not entered.
bool any_node(const program::Expr& expression, const std::function<bool(const program::Expr&)>& is);

/// Made of literals and operators alone: no parameter, fact or host has a part in it.
bool only_literals(const program::Expr& expression);

/// May its value change while a run waits: does it, or a define that it calls, ask the world?
bool asks_the_world(const program::Expr& expression, const program::Program& program, const Catalog& catalog);

}  // namespace lang::analysis
