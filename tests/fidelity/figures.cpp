#include "tests/fidelity/figures.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ctime>
#include <fstream>
#include <sstream>

#include "tests/support/pages/section.hpp"

namespace fidelity {

namespace {

constexpr std::string_view title = "Models beside the real parts";

constexpr std::string_view how = R"(Random walks over command lines that the builtins send, with arguments that there are and that there
are not, and over what happens beside them: software that stops, clients that write, services that are restarted. Each command goes to the
real part and to the model of the rehearsal; its answer, and how both stand when it has come to its end, are read by the readers of
`stdlib/` and compared. A walk that ends in a difference is shrunk to the shortest one that shows it. The models of DRBD, Pacemaker and
Windows are not walked here.

)";

std::string shown(const Difference& found) {
    return fmt::format("{}: after {}{}: real {}; model {}", found.subject, fmt::join(found.steps, " | "),
                       found.comes_again ? "" : " (once, and not when played again)", found.real, found.model);
}

/// For a cell of a table.
std::string cell(std::string text) {
    for (std::size_t at = 0; (at = text.find_first_of("|\n", at)) != std::string::npos; ++at) text[at] = text[at] == '|' ? '/' : ' ';
    return text;
}

std::string section(const std::vector<Findings>& all, const std::string& commit) {
    std::string text = fmt::format("## {}\n\nWritten by `./dev night fidelity`{}{}, on {:%F}. {}", title, commit.empty() ? "" : ", commit ",
                                   commit, fmt::gmtime(std::time(nullptr)), how);
    text += "| system | commands | walks | answers compared | unexplained | seed | took |\n|---|---|---|---|---|---|---|\n";
    for (const Findings& one : all)
        text += fmt::format("| {} {} | {} | {} | {} | {} | {} | {:.0f} s |\n", one.system, one.version, one.commands, one.sequences,
                            one.answers, one.unexplained.size(), one.seed, one.seconds);
    std::string known, unexplained;
    for (const Findings& one : all) {
        for (const auto& [why, count] : one.known) known += fmt::format("| {} | {} | {} |\n", one.system, cell(why), count);
        for (const Difference& found : one.unexplained) unexplained += fmt::format("- {}: {}\n", one.system, cell(shown(found)));
    }
    if (!known.empty()) text += "\nDifferences that are known:\n\n| system | what, and why it is left | met |\n|---|---|---|\n" + known;
    if (!unexplained.empty()) text += "\nUnexplained:\n\n" + unexplained;
    return text;
}

}  // namespace

std::string in_words(const Findings& one) {
    std::string text = fmt::format("{} {}: {} commands in {} walks, {} answers compared, {} unexplained, {:.0f} s, seed {}\n", one.system,
                                   one.version, one.commands, one.sequences, one.answers, one.unexplained.size(), one.seconds, one.seed);
    for (const auto& [why, count] : one.known) text += fmt::format("  known, met {} times: {}\n", count, why);
    for (const Difference& found : one.unexplained) text += fmt::format("  {}\n", shown(found));
    return text;
}

void write_section(const std::string& page, const std::vector<Findings>& all, const std::string& commit) {
    std::ostringstream before;
    before << std::ifstream(page).rdbuf();
    std::ofstream(page) << support::with_section(before.str(), title, section(all, commit));
}

}  // namespace fidelity
