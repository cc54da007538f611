// What the events of a run that was killed say about what is to be undone, and of steps that were passed over.
#include "runtime/journal/past.hpp"

#include <doctest/doctest.h>

#include "tests/runtime/interpret/stage.hpp"

namespace runtime_tests {

namespace {

using namespace runtime;
using Texts = std::vector<std::string>;

struct Killed {};

/// Killed when it tells of `at`, for good.
struct Killer final : Observer {
    explicit Killer(std::string at) : at(std::move(at)) {}
    void on(const Event& event) override {
        events.push_back(event);
        if (told(event, events.front().at).find(at) != std::string::npos) throw Killed{};
    }
    std::string at;
    std::vector<Event> events;
};

Past past_of_killed(const std::string& program, const std::string& at, const Texts& script = {}) {
    Killer killer(at);
    CHECK_THROWS_AS(play(program, script, {.observers = {&killer}}), Killed);
    return read_past(killer.events);
}

Texts undos(const Past& past) {
    Texts texts;
    for (const Past::Undo& undo : past.undos) texts.push_back(undo.told.undo);
    return texts;
}

const std::string with_undo = R"(step "A" { on a { lamp.light("x")  undo lamp.dim("x") } })";
const std::string with_define = R"(
define action both() { lamp.light("x")  undo lamp.dim("x")
  lamp.light("y") }
step "A" { on a { both()  undo lamp.flash("back") } }
)";

Event step_event(const std::string& step, Event::Body body) { return {.at = {}, .step = step, .host = {}, .body = std::move(body)}; }

}  // namespace

TEST_CASE("from its intent on, an action without a result leaves its undo to be done") {
    CHECK(undos(past_of_killed(with_undo, "probe $")).empty());
    const Past past = past_of_killed(with_undo, "intent lamp.light");
    CHECK(undos(past) == Texts{R"(lamp.dim("x") on a)"});
    REQUIRE(past.undos.size() == 1);
    CHECK(past.undos.front().told.place.find(':') != std::string::npos);
    CHECK(past.undos.front().part == 1);
    CHECK(undos(past_of_killed(with_undo, "send $")) == Texts{R"(lamp.dim("x") on a)"});
}

TEST_CASE("what was not sent after all leaves nothing to be undone") {
    CHECK(undos(past_of_killed(with_undo, "run failed", {R"(a$ lamp on x: refused "no route to host")"})).empty());
}

TEST_CASE("within a define that has an undo, that is due too, and is done first") {
    CHECK(undos(past_of_killed(with_define, R"(intent lamp.light("x"))")) == Texts{R"(lamp.dim("x") on a)", R"(lamp.flash("back") on a)"});
    CHECK(undos(past_of_killed(with_define, R"(intent lamp.light("y"))")) == Texts{R"(lamp.dim("x") on a)", R"(lamp.flash("back") on a)"});
    const Texts refused{R"(a$ lamp on x: refused "no route to host")"};
    CHECK(undos(past_of_killed(with_define, "run failed", refused)).empty());
}

TEST_CASE("a later part that cannot look does not forget what an earlier one has sent") {
    Killer killer("intent lamp.light");
    CHECK_THROWS_AS(play(with_undo, {}, {.observers = {&killer}}), Killed);
    std::vector<Event> events = killer.events;
    const auto intent = std::get<event::Intent>(events.back().body);
    events.push_back(step_event("", event::RunResumed{.operator_name = "kay", .machine = "desk1", .part = 2, .finished = {}}));
    events.push_back(step_event("1", event::ActionEnded{.key = intent.key, .call = intent.call, .effect = Effect::NotSent, .why = {}}));
    const Past past = read_past(events);
    CHECK(undos(past) == Texts{R"(lamp.dim("x") on a)"});
    CHECK(past.actions.at(intent.key).came == Past::Came::Sent);
}

TEST_CASE("steps that a person passes over are skips of the run, told with her name and once") {
    const std::string program = R"(step "One" { note "1" }
step "Two" { on a { lamp.light("x") } }
step "Three" { note "3" })";
    Past past;
    past.steps["1"] = {};
    past.passed_over["2"] = {.by = "kay"};
    const Played played = play(program, {}, {.past = &past});
    CHECK(played.ended.end == End::CompletedWithSkips);
    CHECK(played.ended.skipped == Texts{R"(step 2 "Two": passed over by --from (kay))"});
    CHECK(played.received.empty());
    const auto passed = played.all<event::PassedOver>();
    REQUIRE(passed.size() == 1);
    CHECK(passed.front().title == "Two");
    CHECK(passed.front().by == "kay");

    Past again = read_past(played.events);
    CHECK(again.steps.contains("3"));
    CHECK_FALSE(again.steps.contains("2"));
    const Played third = play(program, {}, {.past = &again});
    CHECK(third.ended.skipped == played.ended.skipped);
    CHECK(third.all<event::PassedOver>().size() == 1);
}

}  // namespace runtime_tests
