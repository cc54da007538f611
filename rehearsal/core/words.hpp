// Just enough of a POSIX shell to read what procrun sends: words, quotes, and simple commands one after the other.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rehearsal {

/// One command of a script.
struct SimpleCommand {
    enum class When { Always, Succeeded, Failed };  ///< after `;` or a line end, `&&`, `||`
    When when = When::Always;
    std::vector<std::string> words;
    bool out_dropped = false;  ///< >/dev/null
    bool err_dropped = false;  ///< 2>/dev/null
    bool err_to_out = false;   ///< 2>&1
};

/// The commands of a script; nothing where it holds more than simple commands (a pipe, a variable, a loop …).
std::optional<std::vector<SimpleCommand>> read_script(std::string_view script);

/// A command line for Windows' cmd: words split at blanks, held together by double quotes.
std::vector<std::string> windows_words(std::string_view line);

}  // namespace rehearsal
