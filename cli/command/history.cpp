#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/command/all.hpp"
#include "cli/run/load.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/screen.hpp"
#include "cli/terminal/words.hpp"
#include "cli/view/protocol.hpp"
#include "lang/syntax/read_value.hpp"
#include "runtime/journal/store.hpp"

namespace cli {

namespace {

bool was_completed(const runtime::RunSummary& run) {
    return run.end == runtime::End::Completed || run.end == runtime::End::CompletedWithSkips;
}

std::vector<runtime::RunSummary> chosen(std::vector<runtime::RunSummary> runs, const HistoryRequest& request) {
    std::erase_if(runs, [&](const runtime::RunSummary& run) {
        return run.simulated != request.rehearsals || (request.failed && was_completed(run)) || (request.site && run.site != *request.site);
    });
    return runs;
}

/// The clock of a simulated site tells nobody when he rehearsed: of a rehearsal it is told when it was written.
void list(const std::vector<runtime::RunSummary>& runs, const HistoryRequest& request) {
    const bool rehearsals = request.rehearsals;
    if (runs.empty()) {
        return print("no {}{}\n", rehearsals ? "rehearsals" : "runs on real hosts",
                     request.failed || request.site ? " of that kind" : " yet");
    }
    print("{:>5}  {:<24}  {:<10}  {:<22}  {:<20}  {}\n", "run", rehearsals ? "rehearsed" : "started", rehearsals ? "simulated" : "took",
          "end", "procedure", "site, operator");
    for (const runtime::RunSummary& run : runs) {
        const std::string took = run.ended ? lang::show(std::chrono::floor<std::chrono::seconds>(*run.ended - run.started)) : "";
        const std::string end = !run.damage.empty() ? "damaged" : run.end ? runtime::name(*run.end) : "no end was written";
        print("{:>5}  {:<24}  {:<10}  {:<22}  {:<20}  {}, {}\n", run.id, date_and_time(rehearsals ? run.written : run.started), took, end,
              run.procedure, run.site, run.operator_name);
    }
}

/// What is not listed, and how much there is of it all.
void rest(const std::vector<runtime::RunSummary>& all, const runtime::Journal& journal, bool rehearsals) {
    const auto other = std::count_if(all.begin(), all.end(), [&](const auto& run) { return run.simulated != rehearsals; });
    if (other > 0) {
        print("{}: `procrun history{}`\n", rehearsals ? plural(other, "run") + " on real hosts" : plural(other, "rehearsal"),
              rehearsals ? "" : " --rehearsals");
    }
    print("{}: {:.1f} MB\n", journal.path(), static_cast<double>(journal.size()) / 1e6);
}

/// One object a line, times in milliseconds since 1970.
void list_json(const std::vector<runtime::RunSummary>& runs) {
    for (const runtime::RunSummary& run : runs) {
        nlohmann::ordered_json line{{"run", run.id},
                                    {"procedure", run.procedure},
                                    {"site", run.site},
                                    {"simulated", run.simulated},
                                    {"written", run.written.time_since_epoch().count()},
                                    {"operator", run.operator_name},
                                    {"machine", run.machine},
                                    {"started", run.started.time_since_epoch().count()},
                                    {"ended", nullptr},
                                    {"took", nullptr},
                                    {"end", nullptr}};
        if (run.ended) {
            line["ended"] = run.ended->time_since_epoch().count();
            line["took"] = (*run.ended - run.started).count();
        }
        if (run.end) line["end"] = runtime::name(*run.end);
        write(stdout, line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n');
    }
}

/// "90d", or what the language reads as a duration.
lang::Duration age_of(const std::string& text) {
    constexpr std::int64_t most = 100'000;  // days: more than any journal has seen
    std::int64_t days = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, days);
    if (error == std::errc{} && rest + 1 == end && *rest == 'd' && days >= 0 && days <= most) return std::chrono::hours(24 * days);
    const auto value = lang::read_value(text, lang::Kind::Duration, nullptr);
    if (!value) throw UsageError{fmt::format("--prune {}: expected an age such as 365d or 12h", text)};
    return value->duration();
}

int prune(runtime::Journal& journal, const HistoryRequest& request) {
    using Prune = runtime::Journal::Prune;
    const auto now = std::chrono::floor<lang::Duration>(std::chrono::system_clock::now());
    const std::size_t pruned = journal.prune(now - age_of(*request.prune), request.rehearsals ? Prune::Rehearsals : Prune::Everything);
    print("{} older than {} deleted; what is unfinished, has an undo that is due or was kept for another procedure stays\n",
          plural(static_cast<std::int64_t>(pruned), request.rehearsals ? "rehearsal" : "run"), *request.prune);
    return 0;
}

}  // namespace

int history_command(const HistoryRequest& request) {
    runtime::Journal journal(request.journal);
    if (request.prune) return prune(journal, request);
    const std::vector<runtime::RunSummary> runs = journal.runs();
    if (!request.run) {
        if (request.json) {
            list_json(chosen(runs, request));
        } else {
            list(chosen(runs, request), request);
            rest(runs, journal, request.rehearsals);
        }
        return 0;
    }
    if (std::none_of(runs.begin(), runs.end(), [&](const auto& known) { return known.id == *request.run; })) {
        throw UsageError{fmt::format("there is no run {}; `procrun history` lists them", *request.run)};
    }
    Screen screen;
    View view(screen, {.detail = request.verbose ? Detail::Verbose : Detail::Normal, .progress = false});
    JsonView json_view;
    const runtime::Told told = journal.told(*request.run);
    for (const runtime::Event& event : told.events) request.json ? json_view.on(event) : view.on(event);
    if (!told.damage.empty()) throw runtime::DamagedEvent(told.damage);  // what is whole was shown
    return 0;
}

}  // namespace cli
