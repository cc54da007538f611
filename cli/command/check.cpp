#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/command/all.hpp"
#include "cli/run/load.hpp"
#include "cli/terminal/output.hpp"
#include "lang/codes/explanations.hpp"
#include "runtime/outcome.hpp"

namespace cli {

int check_command(const Source& source) {
    const lang::Checked checked = load(source);
    const auto errors = std::count_if(checked.diagnostics.begin(), checked.diagnostics.end(),
                                      [](const lang::Diagnostic& d) { return d.severity == lang::Severity::Error; });
    const auto warnings = static_cast<std::ptrdiff_t>(checked.diagnostics.size()) - errors;
    if (!checked.program) {
        say("{}: {} error{}, {} warning{}; nothing was sent to any host\n", source.file, errors, errors == 1 ? "" : "s", warnings,
            warnings == 1 ? "" : "s");
        return static_cast<int>(runtime::End::Refused);
    }
    print("{}: it checks: {} step{}, {} host{}{}\n", source.file, checked.program->steps, checked.program->steps == 1 ? "" : "s",
          checked.program->site->hosts.size(), checked.program->site->hosts.size() == 1 ? "" : "s",
          warnings == 0 ? "" : fmt::format(", {} warning{}", warnings, warnings == 1 ? "" : "s"));
    return 0;
}

int explain_command(const std::string& code) {
    const lang::Code* known = lang::find_code(code);
    if (known == nullptr) throw UsageError{fmt::format("there is no code {}; a finding shows its code in brackets: error[E0101]", code)};
    print("{}", lang::explain(*known));
    return 0;
}

}  // namespace cli
