#include "cli/run/expected.hpp"

#include <algorithm>
#include <vector>

namespace cli {

namespace {

/// Enough for a median, few enough that what was true two years ago does not count.
constexpr std::size_t newest = 9;

std::string key(const std::string& number, const std::string& title) { return number + '\n' + title; }

lang::Duration median(std::vector<lang::Duration> durations) {
    const auto middle = durations.begin() + static_cast<std::ptrdiff_t>(durations.size() / 2);
    std::nth_element(durations.begin(), middle, durations.end());
    return *middle;
}

}  // namespace

std::optional<lang::Duration> Expected::step(const std::string& number, const std::string& title) const {
    const auto it = steps.find(key(number, title));
    return it == steps.end() ? std::nullopt : std::optional(it->second);
}

Expected expected(const runtime::Journal& journal, const std::string& procedure, const std::string& site, bool simulated,
                  std::int64_t before) {
    Expected found;
    std::vector<lang::Duration> wholes;
    std::map<std::string, std::vector<lang::Duration>> steps;
    for (const runtime::RunSummary& run : journal.runs()) {
        const bool counts = run.procedure == procedure && run.site == site && run.simulated == simulated && run.ended &&
                            run.end == runtime::End::Completed && (before == 0 || run.id < before);
        if (!counts) continue;
        std::vector<runtime::Event> resumed, ends;
        try {
            resumed = journal.events(run.id, "run resumed");
            ends = journal.events(run.id, "step ended");
        } catch (const runtime::DamagedEvent&) {
            continue;  // how long it took is not worth an error
        }
        // Between the parts of a resumed run lies whatever its people did meanwhile.
        if (resumed.empty()) wholes.push_back(*run.ended - run.started);
        for (const runtime::Event& event : ends) {
            const auto& ended = std::get<runtime::event::StepEnded>(event.body);
            if (ended.done) steps[key(event.step, ended.title)].push_back(ended.took);
        }
        if (++found.runs == newest) break;
    }
    if (!wholes.empty()) found.whole = median(std::move(wholes));
    for (auto& [step, durations] : steps) found.steps.emplace(step, median(std::move(durations)));
    return found;
}

}  // namespace cli
