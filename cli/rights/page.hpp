// What a procedure needs on each machine, in parts that can be pasted where they belong.
#pragma once

#include <string>

#include "lang/program/tree.hpp"

namespace cli::show {

/// All of `procrun show --rights`. Deterministic and sorted; no secret is in it.
std::string rights_page(const lang::program::Program&);

}  // namespace cli::show
