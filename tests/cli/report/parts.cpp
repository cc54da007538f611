// What a report says of a run that had several parts, of what was typed at a prompt, and of a service that was marked as down and whose
// changes were undone.
#include <doctest/doctest.h>

#include <ctime>

#include "cli/report/formats.hpp"

namespace {

using namespace std::chrono_literals;
using cli::report::Report;
namespace event = runtime::event;

const runtime::Time first_second{std::chrono::sys_days{std::chrono::March / 1 / 2026} + 22h};

/// Events with times after the start of the run.
struct TwoParts {
    std::vector<runtime::Event> events;

    TwoParts() {
        setenv("TZ", "UTC", 1);
        tzset();
        tell(0s, "", event::RunStarted{.procedure = "p", .parameters = {{"home", "1"}}});
    }
    void tell(runtime::Duration after, const std::string& step, runtime::Event::Body body, bool typed = false) {
        events.push_back({.at = first_second + after, .step = step, .host = {}, .body = std::move(body), .typed = typed});
    }
    void resume(runtime::Duration after, int part, int undos = 0) {
        tell(after, "", event::RunResumed{.operator_name = "kay", .machine = "desk1", .part = part, .finished = {}, .undos = undos});
    }
    Report report() const { return cli::report::gather({.id = 1, .procedure = "p", .started = first_second}, events, {}); }
};

bool mentions(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a step that was resumed began when it was first begun, and took the time of all parts") {
    TwoParts told;
    told.tell(1min, "1", event::StepStarted{.title = "Move"});
    told.tell(3min, "1", event::StepEnded{.title = "Move", .done = false, .took = 2min});
    told.resume(10h, 2);
    told.tell(10h, "1", event::StepStarted{.title = "Move"});
    told.tell(10h + 1min, "1", event::Noted{"killed after this"});
    told.resume(20h, 3);
    told.tell(20h, "1", event::StepStarted{.title = "Move"});
    told.tell(20h + 5min, "1", event::StepEnded{.title = "Move", .done = true, .took = 5min});
    const Report made = told.report();
    const auto& step = made.steps[1];
    CHECK(step.started == first_second + 1min);
    CHECK(step.took == 8min);
    CHECK(cli::report::time_of(step) == "8m in 3 parts");
    CHECK(made.took() == 3min + 1min + 5min);
}

TEST_CASE("the pause between two attempts is time of the step") {
    TwoParts told;
    told.tell(0s, "1", event::StepStarted{.title = "Move"});
    told.tell(1min, "1", event::StepEnded{.title = "Move", .done = false, .took = 1min});
    told.tell(3min, "1", event::StepStarted{.title = "Move", .attempt = 2});
    told.tell(4min, "1", event::StepEnded{.title = "Move", .done = true, .took = 1min});
    CHECK(cli::report::time_of(told.report().steps[1]) == "4m");
}

TEST_CASE("an undo that was run later is a part of its own, and no time that the procedure took") {
    TwoParts told;
    told.tell(3min, "", event::RunEnded{.end = runtime::End::Failed, .took = 3min});
    told.resume(2h, 2, 1);
    told.tell(2h + 12s, "", event::RunEnded{.end = runtime::End::Failed, .took = 12s});
    const Report made = told.report();
    CHECK(made.took() == 3min);
    const auto later = cli::report::later_parts(made);
    REQUIRE(later.size() == 1);
    CHECK(later.front().first == "Part 2");
    CHECK(later.front().second == "undo, 2026-03-02 00:00:00 UTC, kay on desk1, took 12s");
}

TEST_CASE("parameters stand under a heading of their own") {
    CHECK(mentions(cli::report::markdown_page(TwoParts().report()), "## Parameters\n\n- home: 1\n"));
    CHECK(mentions(cli::report::html(TwoParts().report()), "<h2>Parameters</h2>\n<dl>\n<dt>home</dt><dd>1</dd>"));
}

TEST_CASE("what fails at the prompt of a failed statement is a try, and no failure of the run") {
    TwoParts told;
    told.tell(0s, "1", event::StepStarted{.title = "Move"});
    told.tell(1s, "1", event::Failed{"the move failed"});
    told.tell(2s, "1", event::ActionEnded{.call = "fix()", .effect = runtime::Effect::Failed, .why = "no"}, true);
    told.tell(2s, "1", event::Failed{"fix() failed"}, true);
    told.tell(3s, "1", event::ActionEnded{.call = "mend()", .effect = runtime::Effect::Changed}, true);
    told.tell(4s, "1", event::ActionEnded{.call = "move()", .effect = runtime::Effect::Changed});
    told.tell(4s, "1", event::StepEnded{.title = "Move", .done = false, .took = 4s});
    const Report made = told.report();
    REQUIRE(made.failures.size() == 1);
    CHECK(made.failures.front().text == "the move failed");
    CHECK(made.changed == 1);
    CHECK(made.first_change->text == "mend()");  // what users noticed may come from it all the same
    CHECK(mentions(cli::report::markdown_page(made), "at the prompt: FAILED: fix() failed"));
    CHECK_FALSE(mentions(cli::report::junit(made), "fix()"));
}

TEST_CASE("a service that is marked as down, and whose changes were undone, is not claimed to be down still, nor to be back") {
    TwoParts told;
    told.tell(1min, "", event::Marked{"service down"});
    told.tell(5min, "", event::UndoEnded{.key = {}, .undo = "start()", .done = false, .why = "no"});
    CHECK(mentions(cli::report::about_interruption(told.report()), "has been down since 22:01:00"));
    told.tell(6min, "", event::UndoEnded{.key = {}, .undo = "start()", .done = true, .why = {}});
    const std::string about = cli::report::about_interruption(told.report());
    CHECK(mentions(about, "was down from 22:01:00"));
    CHECK(mentions(about, "done at 22:06:00"));
    CHECK(mentions(about, "was not measured"));
    told.tell(7min, "", event::Marked{"service back"});
    CHECK(mentions(cli::report::about_interruption(told.report()), "from 22:01:00 to 22:07:00: 6m"));
}
