// What the events of a run that was killed say about what is to be undone, and of steps that were passed over.
#include "runtime/resume/resumption.hpp"

#include <doctest/doctest.h>

#include "tests/runtime/interpret/small_run.hpp"

namespace runtime_tests {

namespace {

using namespace runtime;
using Strings = std::vector<std::string>;

struct KilledThere {};

/// Killed when it tells of `at`, for good.
struct KillerAt final : Observer {
    explicit KillerAt(std::string at) : at(std::move(at)) {}
    void on(const Event& event) override {
        events.push_back(event);
        if (told(event, events.front().at).find(at) != std::string::npos) throw KilledThere{};
    }
    std::string at;
    std::vector<Event> events;
};

Resumption after_death(const std::string& program, const std::string& at, const Strings& script = {}) {
    KillerAt killer(at);
    CHECK_THROWS_AS(play(program, script, {.observers = {&killer}}), KilledThere);
    return Resumption(killer.events);
}

Strings undos(const Resumption& past) {
    Strings texts;
    for (const Resumption::Undo& undo : past.undos()) texts.push_back(undo.told.undo);
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
    CHECK(undos(after_death(with_undo, "probe $")).empty());
    const Resumption past = after_death(with_undo, "intent lamp.light");
    CHECK(undos(past) == Strings{R"(lamp.dim("x") on a)"});
    REQUIRE(past.undos().size() == 1);
    CHECK(past.undos().front().told.place.find(':') != std::string::npos);
    CHECK(past.undos().front().part == 1);
    CHECK(undos(after_death(with_undo, "send $")) == Strings{R"(lamp.dim("x") on a)"});
}

TEST_CASE("what was not sent after all leaves nothing to be undone") {
    CHECK(undos(after_death(with_undo, "run failed", {R"(a$ lamp on x: refused "no route to host")"})).empty());
}

TEST_CASE("within a define that has an undo, that is due too, and is done first") {
    CHECK(undos(after_death(with_define, R"(intent lamp.light("x"))")) == Strings{R"(lamp.dim("x") on a)", R"(lamp.flash("back") on a)"});
    CHECK(undos(after_death(with_define, R"(intent lamp.light("y"))")) == Strings{R"(lamp.dim("x") on a)", R"(lamp.flash("back") on a)"});
    const Strings refused{R"(a$ lamp on x: refused "no route to host")"};
    CHECK(undos(after_death(with_define, "run failed", refused)).empty());
}

TEST_CASE("a later part that cannot look does not forget what an earlier one has sent") {
    KillerAt killer("intent lamp.light");
    CHECK_THROWS_AS(play(with_undo, {}, {.observers = {&killer}}), KilledThere);
    std::vector<Event> events = killer.events;
    const auto intent = std::get<event::Intent>(events.back().body);
    events.push_back(step_event("", event::RunResumed{.operator_name = "kay", .machine = "desk1", .part = 2, .finished = {}}));
    events.push_back(step_event("1", event::ActionEnded{.key = intent.key, .call = intent.call, .effect = Effect::NotSent, .why = {}}));
    const Resumption past(events);
    CHECK(undos(past) == Strings{R"(lamp.dim("x") on a)"});
    CHECK(past.deed(intent.key).standing == Resumption::Standing::Sent);
}

TEST_CASE("steps that a person passes over are skips of the run, told with her name and once") {
    const std::string program = R"(step "One" { note "1" }
step "Two" { on a { lamp.light("x") } }
step "Three" { note "3" })";
    Resumption past({step_event("", event::RunStarted{}), step_event("1", event::StepEnded{.title = "One", .done = true})});
    past.pass_over("2", "kay");
    const Played played = play(program, {}, {.resumption = &past});
    CHECK(played.ended.end == End::CompletedWithSkips);
    CHECK(played.ended.skipped == Strings{R"(step 2 "Two": passed over by --from (kay))"});
    CHECK(played.received.empty());
    const auto passed = played.all<event::PassedOver>();
    REQUIRE(passed.size() == 1);
    CHECK(passed.front().title == "Two");
    CHECK(passed.front().by == "kay");

    Resumption again(played.events);
    CHECK(again.finished("3"));
    CHECK_FALSE(again.finished("2"));
    const Played third = play(program, {}, {.resumption = &again});
    CHECK(third.ended.skipped == played.ended.skipped);
    CHECK(third.all<event::PassedOver>().size() == 1);
}

}  // namespace runtime_tests
