// A command as a person would type it, or why there is nothing to type.
#pragma once

#include <string>
#include <vector>

#include "lang/model/site.hpp"
#include "runtime/command.hpp"

namespace cli::show {

/// Empty where there is nothing to type.
std::string as_typed(const runtime::Command&, const lang::Host&);
/// One after the other in one line; empty as soon as one of them is nothing to be typed.
std::string as_typed(const std::vector<runtime::Command>&, const lang::Host&);
/// With the quotes that the host's own shell wants.
std::string as_typed(const std::vector<std::string>& words, const lang::Host&);

/// Why there is no line to type.
std::string why_not_typed(const runtime::Command&, const lang::Host&);
std::string why_not_typed(const std::vector<runtime::Command>&, const lang::Host&);

}  // namespace cli::show
