// The DRBD resources of the machines of a new site.
#pragma once

#include "runtime/discovery.hpp"

namespace stdlib::drbd {

runtime::Discovery discovery();

}  // namespace stdlib::drbd
