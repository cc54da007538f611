// The names of a frame's slots.
#pragma once

#include <vector>

#include "lang/program/tree.hpp"
#include "runtime/event/types.hpp"
#include "runtime/interpret/values/frame.hpp"

namespace runtime {

/// What is set in the frame of a program, or of a define of it, by name and with its value as the language writes it. Unknowns and
/// secrets are left out.
std::vector<event::Named> bindings(const lang::program::Program&, int define, const Frame&);

}  // namespace runtime
