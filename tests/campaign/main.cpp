// The campaign: the shipped procedures with a fault at every point, in virtual time.
//
//   campaign [--sample N] [--fault NAME [--at N]] [--procedure FILE] [--report FILE] [--commit ID]
//
// Without --sample every point is tried, and a thousand races for the lock are run. A sample is N points of each fault, and N races.
// What a complaint names is tried again by --fault, --at and --procedure.
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
#include <set>
#include <sstream>
#include <thread>

#include "tests/campaign/judge.hpp"
#include "tests/campaign/race.hpp"
#include "tests/support/pages/section.hpp"

namespace {

using campaign::Fault;

struct Trial {
    Fault fault = Fault::None;
    std::size_t at = 0;
};

/// A procedure and where it starts. Its site is the `site.proc` beside it.
struct Shipped {
    std::string folder, procedure, scene;
    std::string path() const { return folder + procedure; }
};
const std::vector<Shipped> shipped{
    {"jtel/", "failover.proc", "healthy"},
    {"jtel/", "failback.proc", "failed-over"},
    {"jtel/", "shutdown.proc", "healthy"},
    {"jtel/", "startup.proc", "shut-down"},
    {"jtel/primary-primary/", "shutdown.proc", "healthy"},
    {"jtel/primary-primary/", "startup.proc", "shut-down"},
    {"cpms/", "failover.proc", "cfg1 hangs"},
    {"cpms/", "failback.proc", "failed-over"},
    {"urs/", "rollover.proc", "healthy"},
    {"xivo/", "xivo-failover.proc", "failed-over"},
    {"xivo/", "xds-failover.proc", "failed-over"},
    {"xivo/", "cc-failover.proc", "failed-over"},
    {"xivo/", "edge-failover.proc", "failed-over"},
    {"xivo/", "xivo-failback.proc", "edge failed over"},
    {"xivo/", "xds-failback.proc", "xivo is back"},
    {"xivo/", "cc-failback.proc", "xivo is back"},
    {"xivo/", "edge-failback.proc", "xivo is back"},
    {"xivo/", "ha-configure.proc", "healthy"},
    {"xivo/", "ha-replicate.proc", "healthy"},
    {"xivo/", "ha-disable.proc", "healthy"},
};

/// What of it all is tried.
struct Choice {
    /// Points of each fault; 0: every point. A sample tries every second fault with the first two procedures and every fourth one with the
    /// others, each beginning with another one.
    std::size_t sample = 0;
    std::string fault;      ///< by its name; empty: all of them, and the races
    std::size_t at = 0;     ///< 0: not one point only
    std::string procedure;  ///< "jtel/failover.proc"; empty: all
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
constexpr std::array all_faults{Fault::Killed,   Fault::LostBefore, Fault::LostAfter,  Fault::Lie,
                                Fault::CtrlC,    Fault::DiskFull,   Fault::Silent,     Fault::SilentAfter,
                                Fault::NodeLost, Fault::LateDone,   Fault::LateFailed, Fault::LateUnheard};

/// All of them, or `sample` of them: at even distances, of which each fault begins with another.
std::vector<std::size_t> some_of(const std::vector<std::size_t>& points, std::size_t sample, std::size_t first) {
    if (sample == 0 || points.size() <= sample) return points;
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < sample; ++i)
        chosen.push_back(points[(i * all_faults.size() + first) * points.size() / (sample * all_faults.size())]);
    return chosen;
}

std::vector<std::size_t> up_to(std::size_t last) {
    std::vector<std::size_t> numbers(last);
    std::iota(numbers.begin(), numbers.end(), std::size_t{1});
    return numbers;
}

/// The points at which the fault can strike.
std::vector<std::size_t> candidates(Fault fault, const campaign::Points& points, std::size_t sample) {
    // A sample kills where it matters most: at an action's intent, its command and its result.
    if (fault == Fault::Killed && sample != 0) return points.boundaries;
    switch (campaign::point_of(fault)) {
        case campaign::Point::Action:
            return up_to(points.actions);
        case campaign::Point::HostEvent:
            return up_to(points.host_events);
        default:
            return up_to(points.events);
    }
}

bool is_chosen(std::size_t fault, std::size_t procedure, const Choice& choice) {
    if (!choice.fault.empty()) return choice.fault == campaign::name(all_faults[fault]);
    return choice.sample == 0 || !choice.procedure.empty() || (fault + procedure) % (procedure < 2 ? 2 : 4) == 0;
}

std::vector<Trial> trials_of(const campaign::Points& points, std::size_t procedure, const Choice& choice) {
    std::vector<Trial> trials;
    for (std::size_t i = 0; i < all_faults.size(); ++i) {
        const Fault fault = all_faults[i];
        if (!is_chosen(i, procedure, choice)) continue;
        if (choice.at != 0) {
            trials.push_back({fault, choice.at});
            continue;
        }
        for (const std::size_t at : some_of(candidates(fault, points, choice.sample), choice.sample, i)) trials.push_back({fault, at});
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

Report run(const Shipped& what, const Choice& choice) {
    const std::string folder = PROCRUN_SOURCE_DIR "/procedures/" + what.folder;
    const auto play = campaign::Play::prepare(folder + what.procedure, folder + "site.proc", what.scene);
    const campaign::Outcome undisturbed = campaign::play(play, Fault::None, 0);
    Report report{.procedure = what.path(), .points = campaign::points_of(undisturbed), .tallies = {}, .races = {}, .complaints = {}};
    if (undisturbed.ended.end != runtime::End::Completed) {
        report.complaints.push_back("the undisturbed run is not completed");
        fmt::print("{}: {}\n", report.procedure, report.complaints.back());
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
    const std::vector<Trial> trials = trials_of(report.points, static_cast<std::size_t>(&what - shipped.data()), choice);
    for (const Trial& trial : trials) report.tallies[trial.fault];  // none is added while others are counted
    side_by_side(trials.size(), [&](std::size_t i) {
        const auto [fault, at] = trials[i];
        const auto wrong = campaign::complaint(fault, campaign::play(play, fault, at), undisturbed);
        judged(report.tallies[fault], fmt::format("{} at {}", campaign::name(fault), at), wrong);
    });
    const bool raced = choice.fault.empty() && report.points.actions > 0 && !play.site.program->site->lock_hosts.empty();
    const std::size_t races = !raced ? 0 : choice.sample == 0 ? all_races : choice.sample;
    side_by_side(races, [&](std::size_t i) { judged(report.races, fmt::format("race {}", i), campaign::race(play, i, undisturbed)); });
    return report;
}

constexpr std::string_view how = R"(The shipped procedures run on their simulated site, in virtual time, with one fault at a chosen
point, and are resumed until they end. A host that is silent and a node that is lost stay so until the part in which they became so has
ended, by turns until the next one has; then somebody repairs them. What works late does so 5 s, 45 s or 4 min after its command was
sent, by turns.

The judge is the site's own log and state: the state must be that of an undisturbed run, no action may reach a host more often than
there, unless the host was looked at in between, the two sides of a disk that only one may write to are never both Primary, what is said
not to have been sent has not arrived, and every part ends by itself within a day of virtual time.

)";

/// What other programs write into the page.
constexpr std::array others = {"Models beside the real parts", "Every night"};

/// The page with these figures, and with the sections of others as they were.
void write_page(const std::string& page, std::string figures) {
    std::ostringstream before;
    before << std::ifstream(page).rdbuf();
    for (const char* title : others) {
        const std::string section = support::section_of(before.str(), title);
        if (!section.empty()) figures = support::with_section(figures, title, section);
    }
    std::ofstream(page) << figures;
}

std::string as_markdown(const std::vector<Report>& reports, std::size_t sample, const std::string& commit, double seconds) {
    std::string text = fmt::format("# Reliability\n\nWritten by `./dev campaign`{}{}. {}", commit.empty() ? "" : ", commit ", commit, how);
    text += sample == 0 ? "Every point was tried.\n\n" : fmt::format("A sample: {} points of each fault.\n\n", sample);
    for (const Report& report : reports) {
        text += fmt::format("## {}\n\n{} journalled points, {} actions that send something.\n\n| fault | tried | right |\n|---|---|---|\n",
                            report.procedure, report.points.events, report.points.actions);
        for (const auto& [fault, tally] : report.tallies)
            text += fmt::format("| {} | {} | {} |\n", campaign::name(fault), tally.tried, tally.right);
        if (report.races.tried > 0)
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
    Choice choice;
    std::string report_file, commit;
    CLI::App app("The shipped procedures with a fault at every point.", "campaign");
    app.add_option("--sample", choice.sample, "try N points of each fault, not every one")->check(CLI::PositiveNumber);
    std::set<std::string> faults, procedures;
    for (const Fault fault : all_faults) faults.insert(campaign::name(fault));
    for (const Shipped& one : shipped) procedures.insert(one.path());
    app.add_option("--fault", choice.fault, "try this fault only, by its name in the report")->check(CLI::IsMember(faults));
    app.add_option("--at", choice.at, "try this point only")->check(CLI::PositiveNumber);
    app.add_option("--procedure", choice.procedure, "try this procedure only, as jtel/failover.proc")->check(CLI::IsMember(procedures));
    app.add_option("--report", report_file, "write the figures to this file");
    app.add_option("--commit", commit, "of the sources that are tried, for the report");
    CLI11_PARSE(app, argc, argv);

    const auto started = std::chrono::steady_clock::now();
    std::vector<Report> reports;
    std::size_t wrong = 0;
    for (const Shipped& one : shipped) {
        if (!choice.procedure.empty() && choice.procedure != one.path()) continue;
        reports.push_back(run(one, choice));
        const Report& report = reports.back();
        for (const auto& [fault, tally] : report.tallies) {
            fmt::print("{}: {}: {} of {} right\n", report.procedure, campaign::name(fault), tally.right, tally.tried);
        }
        if (report.races.tried > 0) fmt::print("{}: races: {} of {} right\n", report.procedure, report.races.right, report.races.tried);
        wrong += report.complaints.size();
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    if (!report_file.empty()) write_page(report_file, as_markdown(reports, choice.sample, commit, seconds));
    fmt::print("{} complaints, {:.0f} s\n", wrong, seconds);
    return wrong == 0 ? 0 : 1;
}
