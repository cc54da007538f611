// The Windows services of a new site that are its own software.
#pragma once

#include "runtime/discovery.hpp"

namespace stdlib::winsvc {

runtime::Discovery discovery();

}  // namespace stdlib::winsvc
