// The simulated site as a process of its own, which outlives its clients.
#pragma once

#include <string>

#include "rehearsal/world.hpp"

namespace rehearsal {

/// Answers at a UNIX socket (mode 0600) until SIGTERM, SIGINT or SIGHUP comes, and appends every command to `log_path` at once. Time is
/// that of the client that is furthest. Throws std::system_error where socket or log cannot be opened.
///
/// Requests and their answers, as messages of socket.hpp; times are milliseconds since 1970:
///     now                                  -> now TIME
///     reach TIME HOST                      -> reached BOOTS | refused WHY 0|1
///     run TIME HOST LINE INPUT             -> answer CODE OUT ERR TAKES ENDING
///     inject TIME TROUBLE                  -> injected | error WHY
///     cure TIME TROUBLE                    -> cured | error WHY
///     troubles TIME                        -> troubles TROUBLE …
///     snapshot TIME                        -> snapshot KEY VALUE …
/// Anything else                            -> error WHY, and so is a time that is more than a year ahead of the site's
void serve(World&, const std::string& socket_path, const std::string& log_path);

}  // namespace rehearsal
