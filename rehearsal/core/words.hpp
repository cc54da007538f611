// Reads what procrun sends: of a POSIX shell words, quotes, and simple commands one after the other; of a request where it goes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/core/answer.hpp"

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

/// A request that reached a port of a simulated machine, taken apart.
struct PortRequest {
    int port = 0;
    std::string method;  ///< empty: a dialogue over TCP
    std::string target;  ///< "/urs/console?backup"
    bool is_tcp() const { return method.empty(); }
};

/// Nothing where it is a command for a shell.
std::optional<PortRequest> read_port_request(const Invocation&);

}  // namespace rehearsal
