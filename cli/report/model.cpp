#include "cli/report/model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/terminal/words.hpp"

namespace cli::report {

std::size_t Step::depth() const { return static_cast<std::size_t>(std::count(number.begin(), number.end(), '.')); }

const char* name(Step::State state) {
    switch (state) {
        case Step::State::Done:
            return "done";
        case Step::State::Failed:
            return "NOT done";
        case Step::State::Unfinished:
            return "no end was written";
        case Step::State::DoneBefore:
            return "done before";
        case Step::State::PassedOver:
            return "passed over by --from";
    }
    return "";
}

std::string time_of(const Step& step) {
    return step.parts > 1 ? fmt::format("{} in {}", rounded(step.took), plural(step.parts, "part")) : rounded(step.took);
}

Time Report::ended() const { return run.ended ? *run.ended : last; }

Duration Report::took() const {
    Duration all{};
    for (const Part& part : parts) {
        if (!part.is_undo()) all += part.to - part.from;
    }
    return all;
}

std::vector<std::pair<std::string, std::string>> later_parts(const Report& report) {
    std::vector<std::pair<std::string, std::string>> told;
    for (std::size_t i = 1; i < report.parts.size(); ++i) {
        const Part& part = report.parts[i];
        told.emplace_back(fmt::format("Part {}", part.resumed.part),
                          fmt::format("{}, {}, {} on {}, took {}", part.is_undo() ? "undo" : "resumed", date_and_time(part.from),
                                      part.resumed.operator_name, part.resumed.machine, rounded(part.to - part.from)));
    }
    return told;
}

std::string Report::end() const { return run.end ? runtime::name(*run.end) : "no end was written: it is still running, or it was killed"; }

}  // namespace cli::report
