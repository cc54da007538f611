// For programs: JSON and JUnit.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/report/escape.hpp"
#include "cli/report/formats.hpp"
#include "cli/view/left_behind.hpp"

namespace cli::report {

namespace {

using nlohmann::ordered_json;

std::int64_t at(Time time) { return time.time_since_epoch().count(); }

ordered_json failure_of(const Entry& failure) {
    return {{"at", at(failure.at)}, {"host", failure.host}, {"message", failure.text}, {"more", failure.more}};
}

ordered_json step_of(const Step& step) {
    ordered_json made{{"step", step.number},         {"title", step.title},       {"state", name(step.state)}, {"attempts", step.attempts},
                      {"started", at(step.started)}, {"took", step.took.count()}, {"parts", step.parts},       {"planned", nullptr}};
    if (step.planned) made["planned"] = step.planned->count();
    return made;
}

ordered_json left_behind_of(const runtime::event::LeftBehind& left) {
    ordered_json announced = ordered_json::array();
    for (const auto& one : left.announced) announced.push_back({{"what", one.thing.text}, {"until", one.until}});
    return {{"announced", announced},        {"others", texts_of(left.others)},
            {"still", texts_of(left.still)}, {"taken_back", texts_of(left.taken_back)},
            {"not_known", left.not_known},   {"earlier", left.earlier},
            {"compared", left.compared}};
}

/// Milliseconds as the seconds that JUnit counts in.
std::string in_seconds(Duration duration) { return fmt::format("{}.{:03}", duration.count() / 1000, duration.count() % 1000); }

std::string failure_text(const Step& step) {
    std::string text;
    for (const Entry& entry : step.entries) {
        if (entry.tone != Tone::Bad) continue;
        text += (entry.host.empty() ? "" : entry.host + ": ") + entry.text + "\n";
        for (const std::string& line : entry.more) text += "  " + line + "\n";
    }
    return text;
}

}  // namespace

std::string json(const Report& report) {
    ordered_json page{{"run", report.run.id},
                      {"procedure", report.run.procedure},
                      {"site", report.run.site},
                      {"operator", report.run.operator_name},
                      {"machine", report.run.machine},
                      {"simulated", report.run.simulated},
                      {"end", report.run.end ? ordered_json(runtime::name(*report.run.end)) : ordered_json()},
                      {"started", at(report.run.started)},
                      {"ended", report.run.ended ? ordered_json(at(*report.run.ended)) : ordered_json()},
                      {"took", report.took().count()},
                      {"planned", report.earlier.whole ? ordered_json(report.earlier.whole->count()) : ordered_json()},
                      {"changed", report.changed},
                      {"unchanged", report.unchanged},
                      {"unverified", report.unverified}};
    page["parameters"] = ordered_json::object();
    for (const auto& parameter : report.parameters) page["parameters"][parameter.name] = parameter.value;
    page["steps"] = ordered_json::array();
    for (const Step& step : report.steps) {
        if (!step.number.empty()) page["steps"].push_back(step_of(step));
    }
    page["failures"] = ordered_json::array();
    for (const Entry& failure : report.failures) page["failures"].push_back(failure_of(failure));
    page["sign_offs"] = ordered_json::array();
    for (const SignOff& one : report.sign_offs) {
        page["sign_offs"].push_back(
            {{"at", at(one.at)}, {"step", one.step}, {"question", one.question}, {"answer", one.answer}, {"by", one.by}});
    }
    page["decisions"] = ordered_json::array();
    for (const Decision& one : report.decisions) {
        page["decisions"].push_back(
            {{"at", at(one.at)}, {"step", one.step}, {"about", one.about}, {"choice", one.choice}, {"reason", one.reason}, {"by", one.by}});
    }
    page["skipped"] = report.skipped;
    page["gaps"] = report.rehearsed.gaps;
    page["mends"] = report.rehearsed.mends;
    page["rested_on"] = report.rehearsed.rested_on;
    page["undone"] = report.undone;
    page["pending_undos"] = report.pending_undos;
    page["left"] = report.left;
    page["left_behind"] = report.left_behind ? left_behind_of(*report.left_behind) : ordered_json();
    page["interruptions"] = ordered_json::array();
    for (const Report::Interruption& one : report.interruptions) {
        ordered_json path = ordered_json::array();
        for (const Stretch& part : one.path) {
            path.push_back({{"from", at(part.from)},
                            {"to", at(part.to)},
                            {"what", describe(part)},
                            {"step", part.step},
                            {"host", part.host},
                            {"by", part.by}});
        }
        page["interruptions"].push_back(
            {{"from", at(one.from)}, {"to", one.to ? ordered_json(at(*one.to)) : ordered_json()}, {"critical_path", std::move(path)}});
    }
    return page.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

std::string junit(const Report& report) {
    int tests = 0, failed = 0;
    std::string cases;
    for (const Step& step : report.steps) {
        if (step.number.empty()) continue;
        ++tests;
        cases += fmt::format("  <testcase classname=\"{}\" name=\"{}\" time=\"{}\">\n", markup(report.run.procedure),
                             markup(step.number + " " + step.title), in_seconds(step.took));
        if (step.state == Step::State::Failed || step.state == Step::State::Unfinished) {
            ++failed;
            cases += fmt::format("    <failure message=\"{}\">{}</failure>\n", name(step.state), markup(failure_text(step)));
        } else if (step.state == Step::State::DoneBefore) {
            cases += "    <skipped message=\"done before\"/>\n";
        } else if (step.state == Step::State::PassedOver) {
            cases += fmt::format("    <skipped message=\"{}\"/>\n", name(step.state));
        }
        cases += "  </testcase>\n";
    }
    // A run may fail outside of all steps.
    const bool completed = report.run.end == runtime::End::Completed || report.run.end == runtime::End::CompletedWithSkips;
    ++tests;
    cases += fmt::format("  <testcase classname=\"{}\" name=\"the run\" time=\"{}\">\n", markup(report.run.procedure),
                         in_seconds(report.took()));
    if (!completed) {
        ++failed;
        std::string text;
        for (const Entry& failure : report.failures) text += failure.text + "\n";
        cases += fmt::format("    <failure message=\"{}\">{}</failure>\n", markup(report.end()), markup(text));
    }
    cases += "  </testcase>\n";
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{}\" "
        "timestamp=\"{:.10}T{}\">\n{}</testsuite>\n",
        markup(report.run.procedure), tests, failed, in_seconds(report.took()), lang::show(report.run.started),
        lang::show(report.run.started).substr(11), cases);
}

std::string written(const Report& report, Format format) {
    switch (format) {
        case Format::Html:
            return html(report);
        case Format::Markdown:
            return markdown_page(report);
        case Format::Json:
            return json(report);
        case Format::JUnit:
            return junit(report);
    }
    return {};
}

}  // namespace cli::report
