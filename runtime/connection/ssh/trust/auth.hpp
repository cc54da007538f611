// Logging in.
#pragma once

#include "runtime/connection/ssh/configuration/route.hpp"

namespace runtime {

/// Nothing once we are logged in, or why we are not. `session` is connected, and its host key was believed.
std::optional<std::string> refuse_login(SshClient&, SshSession&, SshSession::Lock&, const SshTarget&, const SshRoute&, Time until);

}  // namespace runtime
