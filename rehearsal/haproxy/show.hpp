// What HAProxy's `show` commands print, each with the empty line at its end.
#pragma once

#include <string>

#include "rehearsal/haproxy/model.hpp"

namespace rehearsal {

/// CSV, by the header of 2.6: a FRONTEND, the servers and a BACKEND for each back end.
std::string show_stat(const Balancer&, lang::Time now, const lang::Site&);
/// Format 1, with the masks that tell why a server is out.
std::string show_servers_state(const Balancer&, lang::Time now, const lang::Site&);
std::string show_info(const Balancer&, const std::string& node, lang::Time now);

}  // namespace rehearsal
