#include <fmt/format.h>

#include <cstdio>

#include "cli/commands.hpp"
#include "cli/load.hpp"
#include "stdlib/reference.hpp"

namespace cli {

int docs_command(const std::string& what) {
    const auto text = stdlib::reference(registry(), what);
    if (!text) throw UsageError{fmt::format("there is no builtin or module {}; `procrun docs` prints them all", what)};
    fmt::print("{}", *text);
    return 0;
}

}  // namespace cli
