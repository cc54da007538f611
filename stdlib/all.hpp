// Every module that comes with procrun.
#pragma once

#include <vector>

#include "runtime/module.hpp"

namespace stdlib {

/// In the order of their names. The list is made by the build from the files of this folder.
std::vector<runtime::Module> all();

}  // namespace stdlib
