// A log-in with a password: the site's, or one that a person gives.
#pragma once

#include "runtime/connection/ssh/login/conversation.hpp"

namespace runtime {

/// With the secret that the site names.
void log_in_with_secret(LoginConversation&);
/// With what a person is asked for, where the server takes passwords at all.
void log_in_with_prompt(LoginConversation&);

}  // namespace runtime
