// What a connection would bring, told before it is made.
#pragma once

#include "runtime/module.hpp"

namespace stdlib::drbd {

/// For plans of `connect`: which way the data would flow, and whether DRBD is configured to throw data away where both sides have written.
/// It is read from the generation identifiers of this side and the options in force. DRBD's own dry run, `connect --tentative`, is not a
/// read: it answers in the kernel's log and leaves the resource looking for its peer.
runtime::Read after_connect();

}  // namespace stdlib::drbd
