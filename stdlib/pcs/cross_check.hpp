// Where a resource is, told by another tool than crm_mon.
#pragma once

#include "runtime/module.hpp"

namespace stdlib::pcs {

/// `pcs.location` beside `crm_resource --locate`, which asks the cluster by itself.
runtime::CrossCheck located_by_crm_resource();

}  // namespace stdlib::pcs
