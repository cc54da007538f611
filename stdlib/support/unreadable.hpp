// Unknown values made of outputs.
#pragma once

#include <string>
#include <string_view>

#include "lang/model/value.hpp"

namespace stdlib::support {

/// Unknown, with as much of the output as is worth keeping.
lang::Value unreadable(std::string why, std::string_view output);

/// The text as an int; unknown where it is none: "'abc' is no number of sessions".
lang::Value integer_value(std::string_view text, std::string_view what);

}  // namespace stdlib::support
