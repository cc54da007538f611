// What pcs changes. Every action looks, sends one command, and waits until the cluster shows the end of it.
#pragma once

#include <vector>

#include "runtime/module.hpp"

namespace stdlib::pcs {

std::vector<runtime::Builtin> actions();

}  // namespace stdlib::pcs
