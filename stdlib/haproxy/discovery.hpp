// The load balancers of a new site, and the servers behind them.
#pragma once

#include "runtime/discovery.hpp"

namespace stdlib::haproxy {

runtime::Discovery discovery();

}  // namespace stdlib::haproxy
