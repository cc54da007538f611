// The Redis servers of a new site.
#pragma once

#include "runtime/discovery.hpp"

namespace stdlib::redis {

runtime::Discovery discovery();

}  // namespace stdlib::redis
