// Logging in: the ways there are, in their order, and what is said where none of them leads in.
#pragma once

#include "runtime/connection/ssh/route.hpp"

namespace runtime {

/// Nothing once we are logged in, or why we are not: each way that was tried, in order, with its reason, and what to do next. `session` is
/// connected, and its host key was believed.
std::optional<std::string> refuse_login(SshClient&, SshSession&, SshSession::Lock&, const SshTarget&, const SshRoute&, Time until);

}  // namespace runtime
