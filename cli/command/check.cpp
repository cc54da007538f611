#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/command/all.hpp"
#include "cli/run/load.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/words.hpp"
#include "lang/codes/explanations.hpp"
#include "rehearsal/scene.hpp"
#include "runtime/outcome.hpp"

namespace cli {

int check_command(const Source& source) {
    const lang::Checked checked = load(source);
    const auto errors = std::count_if(checked.diagnostics.begin(), checked.diagnostics.end(),
                                      [](const lang::Diagnostic& d) { return d.severity == lang::Severity::Error; });
    const auto warnings = static_cast<std::ptrdiff_t>(checked.diagnostics.size()) - errors;
    if (!checked.program) {
        say("{}: {}, {}; nothing was sent to any host\n", source.file, plural(errors, "error"), plural(warnings, "warning"));
        return static_cast<int>(runtime::End::Refused);
    }
    print("{}: OK ({}, {}{})\n", source.file, plural(checked.program->steps, "step"),
          plural(static_cast<std::int64_t>(checked.program->site->hosts.size()), "host"),
          warnings == 0 ? "" : ", " + plural(warnings, "warning"));
    if (!checked.program->site->hosts.empty()) print("scenes to rehearse in: {}\n", rehearsal::all_scenes(*checked.program->site));
    return 0;
}

int explain_command(const std::string& code) {
    const lang::Code* known = lang::find_code(code);
    if (known == nullptr) throw UsageError{fmt::format("there is no code {}; a finding shows its code in brackets: error[E0101]", code)};
    print("{}", lang::explain(*known));
    return 0;
}

}  // namespace cli
