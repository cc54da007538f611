// What is asked for and the site file does not name: the simulated site has no more than the file says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rehearsal/core/answer.hpp"

namespace rehearsal {

/// What the site file lacks for this command, and what to write there: "web1 has no unit "nginx": write `unit "nginx"` into
/// `host web1 { … }`". Nothing where all that the command asks for is there.
std::optional<std::string> unnamed(const Invocation&, const World&);

/// The same of a unit that a scene names.
std::string unnamed_unit(const lang::Host&, std::string_view name);

}  // namespace rehearsal
