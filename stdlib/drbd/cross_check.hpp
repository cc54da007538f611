// The role of a resource, told by another tool than what the readers take.
#pragma once

#include "runtime/module.hpp"

namespace stdlib::drbd {

/// `drbd.status` beside `drbdadm role`.
runtime::CrossCheck role_by_drbdadm();

}  // namespace stdlib::drbd
