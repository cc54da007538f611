#include <fmt/format.h>

#include <cstdio>

#include "cli/command/all.hpp"
#include "cli/run/load.hpp"
#include "lang/codes/explanations.hpp"

namespace cli {

int explain_command(const std::string& code) {
    const lang::Code* known = lang::find_code(code);
    if (known == nullptr) throw UsageError{fmt::format("there is no code {}; a finding shows its code in brackets: error[E0101]", code)};
    fmt::print("{}", lang::explain(*known));
    return 0;
}

}  // namespace cli
