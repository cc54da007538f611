// What a prompt is given that a person opens at a statement that failed, and what becomes of what is done there.
#include <doctest/doctest.h>

#include "runtime/resume/resumption.hpp"
#include "tests/runtime/interpret/small_run.hpp"

namespace runtime_tests {

namespace {

namespace event = runtime::event;

struct Seen {
    std::string host;
    std::vector<std::string> bindings;
    int times = 0;
};

/// A person who looks around, and then lets it be tried again.
Played played(const std::string& program, const std::string& question, Seen& seen) {
    return play(program, {"a$ lamp on x: exit 3", '"' + question + "\": \"prompt\"", '"' + question + "\": \"retry\""},
                {.look_around = [&](const runtime::FailedStatement& here) {
                    seen.host = here.host != nullptr ? here.host->name : "";
                    for (const event::Named& one : here.bindings) seen.bindings.push_back(one.name + " = " + one.value);
                    ++seen.times;
                    here.told.on({.at = {}, .step = {}, .host = "b", .body = event::Noted{"typed"}});
                }});
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("the prompt stands on the host of the statement, and knows what it could name") {
    Seen seen;
    const Played done = played(
        "let name = \"x\"\nlet later = lamp.level(name) on b\nlet some = [b, c]\n"
        "step \"A\" { on a { lamp.light(name) } }",
        "lamp.light(name) on a failed. What now?", seen);
    CHECK(seen.host == "a");
    CHECK(seen.bindings == Texts{"name = \"x\"", "later = 0", "some = [b, c]"});
    CHECK(seen.times == 1);
    CHECK(done.ended.end == runtime::End::Completed);
}

TEST_CASE("what is done there is told at the step where the run stands, and the person's choice with it") {
    Seen seen;
    const Played done = played("step \"A\" { on a { lamp.light(\"x\") } }", "lamp.light(\"x\") on a failed. What now?", seen);
    const auto decided = done.all<event::Decided>();
    REQUIRE(decided.size() == 2);
    CHECK(decided[0].choice == "look around");
    CHECK(decided[1].choice == "retry");
    for (const runtime::Event& event : done.events) {
        const bool typed = std::holds_alternative<event::Noted>(event.body);
        if (typed) CHECK(event.step == "1");
        CHECK(event.typed == typed);
    }
    CHECK(done.all<event::Noted>().size() == 1);
}

TEST_CASE("a step, a `let` or a `commit` that is typed there is none of the procedure's: a resume takes nothing of it for its own") {
    namespace event = runtime::event;
    std::vector<runtime::Event> events;
    const auto tell = [&](runtime::Event::Body body, bool typed) {
        events.push_back({.at = {}, .step = "1", .host = {}, .body = std::move(body), .typed = typed});
    };
    tell(event::StepStarted{.title = "A"}, false);
    tell(event::UndoPending{.key = {.step = "1", .label = "x"}, .call = "x", .undo = "y", .place = "0:0", .frame = {}}, false);
    tell(event::StepEnded{.title = "A", .done = true}, true);
    tell(event::Bound{.key = {.step = "1", .label = "let n"}, .name = "n", .value = "1", .stored = "1"}, true);
    tell(event::Committed{.reason = "r", .undos = 1}, true);
    tell(event::ActionEnded{.key = {.step = "1", .label = "z"}, .call = "z", .effect = runtime::Effect::Changed}, true);
    const runtime::Resumption resumption(events);
    CHECK_FALSE(resumption.finished("1"));
    CHECK_FALSE(resumption.bound_in("1", "n"));
    CHECK(resumption.undos().size() == 1);
    CHECK(resumption.totals().changed == 0);
}

TEST_CASE("of a define its own names are known too") {
    Seen seen;
    played("let name = \"y\"\ndefine action go(lit: text) { on a { lamp.light(lit) } }\ngo(\"x\")",
           "lamp.light(lit) on a failed. What now?", seen);
    CHECK(seen.bindings == Texts{"lit = \"x\"", "name = \"y\""});
}

}  // namespace runtime_tests
