#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/commands.hpp"
#include "cli/load.hpp"
#include "cli/screen.hpp"
#include "cli/view.hpp"
#include "runtime/journal.hpp"

namespace cli {

namespace {

void list(const std::vector<runtime::RunSummary>& runs) {
    if (runs.empty()) {
        fmt::print("no runs yet\n");
        return;
    }
    fmt::print("{:>5}  {:<19}  {:<10}  {:<22}  {:<20}  {}\n", "run", "started (UTC)", "took", "end", "procedure", "site, operator");
    for (const runtime::RunSummary& run : runs) {
        const std::string took = run.ended ? lang::show(std::chrono::floor<std::chrono::seconds>(*run.ended - run.started)) : "";
        const std::string end = run.end ? runtime::name(*run.end) : "no end was written";
        fmt::print("{:>5}  {:<19}  {:<10}  {:<22}  {:<20}  {}{}, {}\n", run.id, lang::show(run.started), took, end, run.procedure, run.site,
                   run.simulated ? " (simulated)" : "", run.operator_name);
    }
}

}  // namespace

int history_command(const std::string& journal_path, std::optional<std::int64_t> run, bool json, bool verbose) {
    const runtime::Journal journal(journal_path);
    const std::vector<runtime::RunSummary> runs = journal.runs();
    if (!run) {
        list(runs);
        return 0;
    }
    if (std::none_of(runs.begin(), runs.end(), [&](const auto& known) { return known.id == *run; })) {
        throw UsageError{fmt::format("there is no run {}; `procrun history` lists them", *run)};
    }
    Screen screen;
    View view(screen, {.verbose = verbose, .live = false});
    JsonView json_view;
    for (const runtime::Event& event : journal.events(*run)) {
        json ? json_view.on(event) : view.on(event);
    }
    return 0;
}

}  // namespace cli
