// The site's own log as text: one received command a line.
#pragma once

#include <string>

#include "rehearsal/world.hpp"

namespace rehearsal {

/// `2026-03-01 22:00:05.120<tab>acd-store1<tab>sudo -n -- drbdadm role r0<tab>0`, then the script of a PowerShell line in clear.
/// Tabs, line ends and backslashes inside are escaped. Ends with a newline.
std::string log_line(const Received&);

}  // namespace rehearsal
