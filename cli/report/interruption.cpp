// When the service was down, and what kept it down.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "cli/report/model.hpp"
#include "cli/terminal/words.hpp"

namespace cli::report {

namespace {

/// What ended last before `at`, and began after `from` or ran already then. Null where nothing did.
const Stretch* last_before(const std::vector<Stretch>& stretches, Time from, Time at) {
    const Stretch* last = nullptr;
    for (const Stretch& one : stretches) {
        const bool within = one.to <= at && one.to > from && one.from < one.to;
        // Of two that end together the longer one had been waited for.
        if (within && (last == nullptr || one.to > last->to || (one.to == last->to && one.from < last->from))) last = &one;
    }
    return last;
}

std::string marked_interruptions(const Report& report) {
    std::vector<std::string> stretches;
    for (const Report::Interruption& one : report.interruptions) {
        if (one.to) {
            stretches.push_back(fmt::format("The service was down from {} to {}: {}.", clock(one.from), clock(*one.to), rounded(one.took)));
        } else if (one.undone) {
            stretches.push_back(fmt::format(
                "The service was down from {}. No `mark` says that it is back; the last undo after that was done at {}: whether "
                "the service was back with it was not measured.",
                clock(one.from), clock(*one.undone)));
        } else {
            stretches.push_back(fmt::format("The service has been down since {}: no `mark` says that it is back.", clock(one.from)));
        }
    }
    return fmt::format("{} The procedure marks these moments.", fmt::join(stretches, " "));
}

}  // namespace

std::vector<Stretch> critical_path(const std::vector<Stretch>& stretches, Time from, Time to) {
    std::vector<Stretch> path;
    for (Time at = to; const Stretch* last = last_before(stretches, from, at); at = last->from) {
        path.push_back(*last);
        path.back().from = std::max(last->from, from);
    }
    std::reverse(path.begin(), path.end());
    return path;
}

std::vector<Stretch> notable(const std::vector<Stretch>& path, Duration whole) {
    constexpr int parts = 100;  // what takes less of the whole than this one is not told by itself
    std::vector<Stretch> longest;
    std::copy_if(path.begin(), path.end(), std::back_inserter(longest),
                 [&](const Stretch& one) { return (one.to - one.from) * parts >= whole; });
    return longest;
}

std::string describe(const Stretch& stretch) {
    switch (stretch.kind) {
        case Stretch::Kind::Wait:
            return "wait " + stretch.label;
        case Stretch::Kind::Question:
            return "question: " + stretch.label;
        case Stretch::Kind::Action:
            break;
    }
    return stretch.label;
}

std::string where(const Stretch& stretch) {
    std::vector<std::string> parts;
    for (const std::string& part : {stretch.by, stretch.host}) {
        if (!part.empty()) parts.push_back(part);
    }
    if (!stretch.step.empty()) parts.push_back("step " + stretch.step);
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string about_rest(const std::vector<Stretch>& listed, Duration whole) {
    Duration rest = whole;
    for (const Stretch& one : listed) rest -= one.to - one.from;
    return fmt::format("The other {} went into shorter parts and into the time between them.", rounded(rest));
}

std::string about_interruption(const Report& report) {
    if (!report.interruptions.empty()) return marked_interruptions(report);
    if (!report.first_change) return "Nothing was changed, so nothing was interrupted by this run.";
    const auto end = report.run.end;
    const bool is_complete = end == runtime::End::Completed || end == runtime::End::CompletedWithSkips;
    return fmt::format(
        "The first change was begun at {} ({}{}), the last one had arrived at {} ({}{}): {} When the service itself was gone and when it "
        "was back was not measured.",
        clock(report.first_change->at), report.first_change->text,
        report.first_change->host.empty() ? "" : " on " + report.first_change->host, clock(report.last_change->at),
        report.last_change->text, report.last_change->host.empty() ? "" : " on " + report.last_change->host,
        is_complete ? fmt::format("what users noticed lies within these {}.", rounded(report.last_change->at - report.first_change->at))
                    : std::string("the run did not come to its end, and what users notice may go on."));
}

}  // namespace cli::report
