#include "cli/rights/page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/rights/walk.hpp"

namespace cli::show {

namespace {

/// So many callers are named: who wants all of them reads the procedure.
constexpr std::size_t most_callers = 3;

std::string in_one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    return text;
}

std::string named(const HostNeeds::Callers& callers) {
    std::vector<std::string> first;
    for (const std::string& caller : callers) {
        if (first.size() < most_callers) first.push_back(in_one_line(caller));
    }
    const std::size_t more = callers.size() - first.size();
    return fmt::format("{}{}", fmt::join(first, "; "), more == 0 ? "" : fmt::format("; and {} more", more));
}

std::string sudoers_part(const lang::Host& host, const HostNeeds& needs) {
    if (needs.sudoers.empty() && needs.not_narrow.empty() && needs.untold.empty()) return {};
    std::string part = fmt::format("##### {}: /etc/sudoers.d/procrun\n", host.name);
    if (host.user.empty()) part += "# The site names no user for it: write the account's name in place of ACCOUNT.\n";
    for (const auto& [command, callers] : needs.sudoers)
        part += fmt::format("# {}\n{}\n", named(callers), runtime::sudoers_line(host, {command}));
    for (const auto& [why, callers] : needs.not_narrow) part += fmt::format("# Cannot be narrowed: {}.\n#   {}\n", why, named(callers));
    for (const auto& [why, callers] : needs.untold)
        part += fmt::format("# Not known before the run: {}.\n#   {}\n", in_one_line(why), named(callers));
    return part + "\n";
}

std::string granted_part(const lang::Host& host, const HostNeeds& needs) {
    std::string part;
    for (const auto& [by, statements] : needs.granted) {
        part += fmt::format("##### {}: {}\n", host.name, by);
        const bool is_sql = std::all_of(statements.begin(), statements.end(), [](const auto& one) { return one.first.ends_with(';'); });
        for (const auto& [statement, callers] : statements)
            part += fmt::format("{} {}\n{}\n", is_sql ? "--" : "#", named(callers), statement);
        part += '\n';
    }
    return part;
}

}  // namespace

std::string rights_page(const lang::program::Program& program) {
    const ByHand by_hand(program, program.scene);
    Needs needs(program);
    const bool complete = find_needs(program, by_hand, needs);
    std::string page = fmt::format(
        "# What {} needs on the machines of site \"{}\", made of the commands that it would send: its queries and actions in every branch, "
        "what\n# they find out first, what is read before the first change and at the end. Each part is pasted where its first line says.\n"
        "# The log-in's proof, the lock and the test of its number are the account's own and need nothing of this.\n\n",
        program.name, program.site->name);
    if (!complete)
        page +=
            "# There are more ways through this procedure than were gone: a line may be missing. What sudo refuses, the plan tells.\n\n";
    for (const auto& host : program.site->hosts) {
        const auto found = needs.by_host().find(host.get());
        if (found != needs.by_host().end()) page += sudoers_part(*host, found->second) + granted_part(*host, found->second);
    }
    return page;
}

}  // namespace cli::show
