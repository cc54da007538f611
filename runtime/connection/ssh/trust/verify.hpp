// Is it the machine that we know?
#pragma once

#include "runtime/connection/ssh/route.hpp"

namespace runtime {

/// Nothing, or why the server's host key is not believed, and what to do about it. `session` is connected.
std::optional<std::string> refuse_host_key(ssh_session session, const SshRoute&, const std::string& name, KnownHosts&);

}  // namespace runtime
