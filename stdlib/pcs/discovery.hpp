// The Pacemaker clusters of a new site.
#pragma once

#include "runtime/discovery.hpp"

namespace stdlib::pcs {

runtime::Discovery discovery();

}  // namespace stdlib::pcs
