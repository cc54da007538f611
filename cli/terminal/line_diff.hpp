// What differs between two texts, line by line, for people.
#pragma once

#include <string>

namespace cli {

/// The lines that differ, with `-` and `+` before them and two lines around them; `@@ N` says where they begin in `before`. Empty where
/// nothing differs.
std::string line_diff(const std::string& before, const std::string& after);

}  // namespace cli
