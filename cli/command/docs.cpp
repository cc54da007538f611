#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "cli/command/all.hpp"
#include "cli/reference/search.hpp"
#include "cli/reference/shipped.hpp"
#include "cli/rights/page.hpp"
#include "cli/run/load.hpp"
#include "cli/runbook/page.hpp"
#include "cli/terminal/output.hpp"
#include "lang/codes/explanations.hpp"
#include "lang/text/spell.hpp"
#include "rehearsal/scene.hpp"
#include "runtime/outcome.hpp"
#include "stdlib/support/reference/modules.hpp"

namespace cli {

namespace {

std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const runtime::Module& module : registry().modules()) {
        all.push_back(module.name);
        for (const runtime::Builtin& builtin : module.builtins) all.push_back(builtin.signature.full_name());
    }
    for (const lang::Code& code : lang::all_codes()) all.emplace_back(code.code);
    all.insert(all.end(), {"language", "troubles"});
    return all;
}

/// Every trouble that a scene can have, with what it does and an example.
std::string troubles_page(stdlib::Markup markup) {
    stdlib::Page page(markup);
    page.heading(1, "Troubles of scenes");
    page.paragraph(
        fmt::format("A scene makes them happen on a simulated site, each written as {}: {}. A word of capitals stands for a name of the "
                    "site. A rehearsal in the "
                    "scene is started with {}.",
                    page.code("\"HOST: WORDS\""), page.code("scene \"one is down\" = \"web1: off\""),
                    page.code("procrun rehearse FILE --scene \"one is down\"")));
    for (const rehearsal::TroublesOf& system : rehearsal::known_troubles()) {
        page.heading(2, system.system);
        for (const rehearsal::Trouble& trouble : system.troubles) {
            page.item(trouble.form, fmt::format("{} Such as {}.", trouble.doc, page.code(fmt::format("\"{}\"", trouble.example))));
        }
    }
    return page.take();
}

}  // namespace

std::string docs_text(const std::string& what) {
    // A page that goes into a file is Markdown; a person at a terminal reads it plain.
    const stdlib::Markup markup = isatty(STDOUT_FILENO) == 1 ? stdlib::Markup::Plain : stdlib::Markup::Markdown;
    if (what.empty()) return stdlib::reference(registry(), markup);
    if (what == "troubles") return troubles_page(markup);
    if (what == "language") return std::string(language_page());
    for (const std::string& name : {what, lower_case(what)}) {
        if (auto text = stdlib::reference(registry(), name, markup)) return *text;
    }
    if (auto text = search_page(what, markup)) return *text;
    if (auto text = what.ends_with('s') ? search_page(what.substr(0, what.size() - 1), markup) : std::nullopt) return *text;
    const std::string meant = lang::did_you_mean(what, names());
    throw UsageError{fmt::format("{} is not found in the language, the builtins, the troubles or the shipped procedures; {}", what,
                                 meant.empty() ? "`procrun docs` prints all builtins, `procrun docs language` the language" : meant)};
}

int docs_command(const std::string& what) {
    print("{}", docs_text(what));
    return 0;
}

int show_command(const Source& source, bool rights) {
    const lang::Checked checked = load(source);
    if (!checked.program) return static_cast<int>(runtime::End::Refused);
    if (rights) {
        write(stdout, show::rights_page(*checked.program));
        return 0;
    }
    show::ByHand by_hand(*checked.program, checked.program->scene);
    const std::string text = show::runbook(*checked.program, by_hand);
    write(stdout, text);
    return 0;
}

}  // namespace cli
