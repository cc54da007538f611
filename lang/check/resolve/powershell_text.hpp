// The same of PowerShell: which variables does a script use that it never sets?
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "lang/check/resolve/shell_text.hpp"

namespace lang::checker {

/// Where a line of a shell calls `powershell` or `pwsh`; its size where it does not.
std::size_t powershell_begins(std::string_view script);

/// PowerShell does not tell capitals from small letters: a variable is set however its name is written.
std::vector<ShellVariable> powershell_variables_not_set(std::string_view script);

}  // namespace lang::checker
