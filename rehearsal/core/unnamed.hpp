// What is asked for and the site file does not name: the simulated site has no more than the file says.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "rehearsal/core/answer.hpp"

namespace rehearsal {

/// What the site file lacks for this command, and what to write there: "web1 has no unit "nginx": write `unit "nginx"` into
/// `host web1 { … }`". Each model is asked (`unnamed` in model.hpp). Nothing where all that the command asks for is there.
std::optional<std::string> unnamed(const Invocation&, const World&);

// What models say it with.

/// Is it one of these tools, on a Linux machine?
bool asks_for(const Invocation&, std::initializer_list<std::string_view> tools);

/// "write `units ["a", "b"]` into `host web1 { … }`, and above it `fact units: list of text = []`"
std::string as_fact(const lang::Host&, const std::string& fact, bool is_list, const std::string& name);

/// A tool of a system that the machine has no part in: "web1 has no HAProxy: write it into the `nodes` of …". Nothing where it is of a
/// cluster of this kind.
std::optional<std::string> no_part(const lang::Host&, const lang::Site&, std::string_view system, std::string_view kind);

}  // namespace rehearsal
