// What holds of a check, whatever the program is.
#pragma once

#include <string>

namespace walk_tests {

/// Checks the text as a procedure on a site, and renders every finding. Returns what is wrong with the answer; empty where all is
/// well: there is a program or an error, and spans lie in their texts.
std::string check_check(const std::string& text);

}  // namespace walk_tests
