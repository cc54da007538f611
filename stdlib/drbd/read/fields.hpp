// All that DRBD tells of a resource, and what becomes of it.
#pragma once

#include <vector>

#include "stdlib/support/told.hpp"

namespace stdlib::drbd {

/// /proc/drbd: the words before a colon in the lines of a minor, "flags" for "r-----", "protocol" for the letter before them.
const std::vector<support::Facts>& proc_fields();
/// `drbdsetup status --json`: "device.minor", "peer_device.out-of-sync".
const std::vector<support::Facts>& json_fields();
/// `drbdsetup events2 --now --statistics`: "peer-device.out-of-sync".
const std::vector<support::Facts>& events_fields();

}  // namespace stdlib::drbd
