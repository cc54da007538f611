#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "cli/commands.hpp"
#include "cli/load.hpp"
#include "stdlib/support/reference.hpp"

namespace cli {

std::string docs_text(const std::string& what) {
    // A page that goes into a file is Markdown; a person at a terminal reads it plain.
    const stdlib::Markup markup = isatty(STDOUT_FILENO) == 1 ? stdlib::Markup::Plain : stdlib::Markup::Markdown;
    const auto text = what.empty() ? std::optional(stdlib::reference(registry(), markup)) : stdlib::reference(registry(), what, markup);
    if (!text) throw UsageError{fmt::format("there is no builtin, module or type {}; `procrun docs` prints them all", what)};
    return *text;
}

int docs_command(const std::string& what) {
    fmt::print("{}", docs_text(what));
    return 0;
}

}  // namespace cli
