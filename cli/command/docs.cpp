#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "cli/command/all.hpp"
#include "cli/run/load.hpp"
#include "cli/runbook/page.hpp"
#include "cli/terminal/output.hpp"
#include "lang/text/spell.hpp"
#include "runtime/outcome.hpp"
#include "stdlib/support/reference.hpp"

namespace cli {

namespace {

std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const runtime::Module& module : registry().modules()) {
        all.push_back(module.name);
        for (const runtime::Builtin& builtin : module.builtins) all.push_back(builtin.signature.full_name());
    }
    return all;
}

}  // namespace

std::string docs_text(const std::string& what) {
    // A page that goes into a file is Markdown; a person at a terminal reads it plain.
    const stdlib::Markup markup = isatty(STDOUT_FILENO) == 1 ? stdlib::Markup::Plain : stdlib::Markup::Markdown;
    const auto text = what.empty() ? std::optional(stdlib::reference(registry(), markup)) : stdlib::reference(registry(), what, markup);
    if (!text) {
        const std::string meant = lang::did_you_mean(what, names());
        throw UsageError{
            fmt::format("there is no builtin, module or type {}; {}", what, meant.empty() ? "`procrun docs` prints them all" : meant)};
    }
    return *text;
}

int docs_command(const std::string& what) {
    print("{}", docs_text(what));
    return 0;
}

int show_command(const Source& source) {
    const lang::Checked checked = load(source);
    if (!checked.program) return static_cast<int>(runtime::End::Refused);
    show::ByHand by_hand(*checked.program, checked.program->scene);
    const std::string text = show::runbook(*checked.program, by_hand);
    write(stdout, text);
    return 0;
}

}  // namespace cli
