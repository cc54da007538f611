#include <fmt/format.h>

#include <cstdio>

#include "cli/command/all.hpp"
#include "cli/run/load.hpp"
#include "cli/runbook/page.hpp"
#include "runtime/outcome.hpp"

namespace cli {

int show_command(const Source& source) {
    const lang::Checked checked = load(source);
    if (!checked.program) return static_cast<int>(runtime::End::Refused);
    show::ByHand by_hand(*checked.program, checked.program->scene);
    const std::string text = show::runbook(*checked.program, by_hand);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
}

}  // namespace cli
