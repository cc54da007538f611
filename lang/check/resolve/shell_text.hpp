// A script is read as its shell will read it: which variables does it use that the script itself never sets?
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lang::checker {

/// Stands in a script for a value that the procedure puts into it.
inline constexpr char hole_in_script = '\x1A';

/// `$name` where the shell would put the value of a variable of its own.
struct ShellVariable {
    std::string name;
    std::size_t at = 0;       ///< of the `$`; in `$((…))` of the name, which needs none there
    bool in_quotes = false;   ///< double ones
    bool powershell = false;  ///< whose variable it would be
};

/// Those that the script does not set: by an assignment, a loop, `read`, `export`, `local`, a parameter of PowerShell. None where it
/// runs another text in the same shell (`. file`, `eval`), which may set any. What stands in single quotes is left to whoever gets it.
/// A script is one of sh; behind the word `powershell` or `pwsh` it is one of PowerShell, whose own variables (`$args`) are not told.
std::vector<ShellVariable> variables_not_set(std::string_view script);

}  // namespace lang::checker
