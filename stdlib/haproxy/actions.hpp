// Taking servers out and in, and ending what they still have.
#pragma once

#include <vector>

#include "runtime/module.hpp"

namespace stdlib::haproxy {

std::vector<runtime::Builtin> actions();

}  // namespace stdlib::haproxy
