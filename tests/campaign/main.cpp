// The campaign: the shipped procedures with a fault at every point, in virtual time.
//
//   campaign [--sample N] [--report FILE] [--commit ID]
//
// Without --sample every point is tried, and a thousand races for the lock are run. A sample is N points of each fault, and N races.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <mutex>
#include <numeric>
#include <thread>

#include "tests/campaign/judge.hpp"
#include "tests/campaign/race.hpp"

namespace {

using campaign::Fault;

struct Trial {
    Fault fault = Fault::None;
    std::size_t at = 0;
};

struct Tally {
    std::size_t tried = 0, right = 0;
};

struct Report {
    std::string procedure;
    campaign::Points points;
    std::map<Fault, Tally> tallies;
    Tally races;
    std::vector<std::string> complaints;
};

constexpr std::size_t all_races = 1000;
constexpr std::array all_faults{Fault::Killed, Fault::LostBefore, Fault::LostAfter, Fault::Lie, Fault::CtrlC, Fault::DiskFull};

/// All of them, or `sample` of them: at even distances, of which each fault begins with another.
std::vector<std::size_t> some_of(const std::vector<std::size_t>& points, std::size_t sample, std::size_t first) {
    if (sample == 0 || points.size() <= sample) return points;
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < sample; ++i)
        chosen.push_back(points[(i * all_faults.size() + first) * points.size() / (sample * all_faults.size())]);
    return chosen;
}

std::vector<Trial> trials_of(const campaign::Points& points, std::size_t sample) {
    std::vector<std::size_t> events(points.events), actions(points.actions);
    std::iota(events.begin(), events.end(), std::size_t{1});
    std::iota(actions.begin(), actions.end(), std::size_t{1});
    std::vector<Trial> trials;
    for (std::size_t i = 0; i < all_faults.size(); ++i) {
        const Fault fault = all_faults[i];
        const bool at_action = fault == Fault::LostBefore || fault == Fault::LostAfter || fault == Fault::Lie;
        // A sample kills where it matters most: at an action's intent, its command and its result.
        const auto& candidates = at_action ? actions : fault == Fault::Killed && sample != 0 ? points.boundaries : events;
        for (const std::size_t at : some_of(candidates, sample, i)) trials.push_back({fault, at});
    }
    return trials;
}

/// Calls `work` with every number below `count`, as many at the same time as there are processors.
void side_by_side(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    const auto worker = [&] {
        for (std::size_t i = next++; i < count; i = next++) work(i);
    };
    std::vector<std::jthread> helpers;
    for (unsigned i = 1; i < std::max(2U, std::thread::hardware_concurrency()); ++i) helpers.emplace_back(worker);
    worker();
}

Report run(const campaign::Play& play, std::size_t sample) {
    const campaign::Outcome undisturbed = campaign::play(play, Fault::None, 0);
    Report report{.procedure = play.procedure.substr(play.procedure.rfind('/') + 1),
                  .points = campaign::points_of(undisturbed),
                  .tallies = {},
                  .races = {},
                  .complaints = {}};
    if (undisturbed.ended.end != runtime::End::Completed) {
        report.complaints.push_back("the undisturbed run is not completed");
        return report;
    }
    std::mutex mutex;
    const auto judged = [&](Tally& tally, const std::string& what, const std::optional<std::string>& wrong) {
        const std::lock_guard lock(mutex);
        ++tally.tried;
        tally.right += !wrong;
        if (!wrong) return;
        report.complaints.push_back(fmt::format("{}: {}", what, *wrong));
        fmt::print("{}: {}\n", report.procedure, report.complaints.back());
        std::fflush(stdout);
    };
    const std::vector<Trial> trials = trials_of(report.points, sample);
    for (const Trial& trial : trials) report.tallies[trial.fault];  // none is added while others are counted
    side_by_side(trials.size(), [&](std::size_t i) {
        const auto [fault, at] = trials[i];
        const auto wrong = campaign::complaint(fault, campaign::play(play, fault, at), undisturbed);
        judged(report.tallies[fault], fmt::format("{} at {}", campaign::name(fault), at), wrong);
    });
    side_by_side(sample == 0 ? all_races : sample,
                 [&](std::size_t i) { judged(report.races, fmt::format("race {}", i), campaign::race(play, i, undisturbed)); });
    return report;
}

std::string as_markdown(const std::vector<Report>& reports, std::size_t sample, const std::string& commit, double seconds) {
    std::string text =
        "# Reliability\n\nWritten by `./dev campaign`" + (commit.empty() ? "" : ", commit " + commit) +
        ". The shipped procedures run on their simulated site, in virtual time, with one fault "
        "at\na chosen point, and are resumed until they end. The judge is the site's own log and state: the state must be that of an\n"
        "undisturbed run, and no action may reach a host more often than there, unless the host was looked at in between.\n\n";
    text += sample == 0 ? "Every point was tried.\n\n" : fmt::format("A sample: {} points of each fault.\n\n", sample);
    for (const Report& report : reports) {
        text += fmt::format("## {}\n\n{} journalled points, {} actions that send something.\n\n| fault | tried | right |\n|---|---|---|\n",
                            report.procedure, report.points.events, report.points.actions);
        for (const auto& [fault, tally] : report.tallies)
            text += fmt::format("| {} | {} | {} |\n", campaign::name(fault), tally.tried, tally.right);
        text += fmt::format("| two operators race for the lock | {} | {} |\n", report.races.tried, report.races.right);
        text += "\nJournalled points by step:";
        for (const auto& [step, count] : report.points.per_step) text += fmt::format(" {}: {};", step.empty() ? "outside" : step, count);
        text.back() = '.';
        text += "\n\n";
    }
    text += fmt::format("The whole of it took {:.0f} seconds.\n", seconds);
    return text;
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t sample = 0;  // every point
    std::string report_file, commit;
    CLI::App app("The shipped procedures with a fault at every point.", "campaign");
    app.add_option("--sample", sample, "try N points of each fault, not every one")->check(CLI::PositiveNumber);
    app.add_option("--report", report_file, "write the figures to this file");
    app.add_option("--commit", commit, "of the sources that are tried, for the report");
    CLI11_PARSE(app, argc, argv);

    const std::string folder = PROCRUN_SOURCE_DIR "/procedures/jtel/";
    const auto started = std::chrono::steady_clock::now();
    std::vector<Report> reports;
    std::size_t wrong = 0;
    for (const auto& [procedure, scene] : {std::pair{"failover.proc", "healthy"}, std::pair{"failback.proc", "failed-over"}}) {
        reports.push_back(run(campaign::Play::prepare(folder + procedure, folder + "site.proc", scene), sample));
        for (const auto& [fault, tally] : reports.back().tallies) {
            fmt::print("{}: {}: {} of {} right\n", procedure, campaign::name(fault), tally.right, tally.tried);
        }
        fmt::print("{}: races: {} of {} right\n", procedure, reports.back().races.right, reports.back().races.tried);
        wrong += reports.back().complaints.size();
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    if (!report_file.empty()) std::ofstream(report_file) << as_markdown(reports, sample, commit, seconds);
    fmt::print("{} complaints, {:.0f} s\n", wrong, seconds);
    return wrong == 0 ? 0 : 1;
}
