// Machines that belong together.
#pragma once

#include <set>

#include "lang/model/site.hpp"

namespace runtime {

/// The host and every machine that makes up a cluster with it, whatever its part there is: node, replica, server.
std::set<const lang::Host*> circle(const lang::Host& host, const lang::Site& site);

}  // namespace runtime
