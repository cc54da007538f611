// A text that was changed while its run was not completed: what of it is known again, and what is told.
#include "runtime/resume/texts.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/runtime/interpret/lamp.hpp"
#include "tests/runtime/resume/house.hpp"

namespace runtime_tests {

namespace {

using namespace runtime;
using Strings = std::vector<std::string>;

const std::string one_host = "host a { via simulated  address \"10.0.0.1\" }\n";

/// What a resume with `now` would know, after a run of `then` whose order `fails` did.
struct Resumed {
    Resumed(const std::string& then, const std::string& now, int fails) : program(checked_alone(now)) {
        const auto old = checked_alone(then);
        play_part(house, events, *old, {.fails = fails}, Asked::Nobody, nullptr);
        texts.emplace(*program, registry().catalog());
        texts->add(old);
        resumption = Resumption(events, {}, texts->earlier());
    }
    Strings lost() const { return texts->lost(resumption); }
    /// It goes on, whatever is lost, and is sent these.
    Strings goes_on() {
        house.orders.clear();
        end = play_part(house, events, *program, {}, Asked::Nobody, &resumption);
        return house.orders;
    }
    House house;
    std::vector<Event> events;
    std::shared_ptr<const lang::program::Program> program;
    std::optional<Texts> texts;
    Resumption resumption;
    std::optional<End> end;
};

const std::string nested = R"(step "A" {
  step "One" { on a { lamp.flash("1") } }
  step "Two" { on a { lamp.flash("2") } }
})";

}  // namespace

TEST_CASE("a step that is inserted before a finished one is done, and the finished one is not") {
    Resumed run(one_host + nested, one_host + R"(step "A" {
  step "New" { on a { lamp.flash("0") } }
  step "One" { on a { lamp.flash("1") } }
  step "Two" { on a { lamp.flash("2b") } }
})",
                2);
    CHECK(run.lost().empty());
    CHECK(run.texts->changed_steps(run.resumption) == Strings{"1 \"A\""});
    CHECK(run.goes_on() == Strings{"10.0.0.1$ lamp flash 0", "10.0.0.1$ lamp flash 2b"});
    CHECK(run.end == End::Completed);
}

TEST_CASE("a nested step that was finished and says something else now is lost") {
    Resumed run(one_host + nested, one_host + R"(step "A" {
  step "One" { on a { lamp.flash("one") } }
  step "Two" { on a { lamp.flash("2") } }
})",
                2);
    const Strings lost = run.lost();
    REQUIRE(lost.size() == 2);
    CHECK(lost[0] == "step 1.1 \"One\"");
    CHECK(lost[1] == "lamp.flash(\"1\") on a, in step 1.1");
}

TEST_CASE("comments, blanks, limits of an open line and the way a value is written change nothing") {
    Resumed run(one_host + R"(step "A" { on a { lamp.light("x")  within 60s
 lamp.light("y") } })",
                one_host + R"(# a comment
step "A" { on a {
    lamp.light("x")  within 2m  # longer
    lamp.light("y")
  } })",
                2);
    CHECK(run.lost().empty());
    CHECK(run.goes_on() == Strings{"10.0.0.1$ lamp on y"});
}

TEST_CASE("a changed value of a parameter, and what was done with the old one, are told") {
    const auto text = [](const std::string& which) {
        return one_host + "host b { via simulated  address \"10.0.0.9\" }\nparam on_host: text = \"" + which + R"("
step "One" { on a { lamp.light(on_host) } }
step "Two" { on a { lamp.light("y") } })";
    };
    Resumed run(text("x"), text("z"), 2);
    CHECK(run.texts->changed_values() == Strings{"parameter on_host was \"x\", and is \"z\""});
    const Strings lost = run.lost();
    REQUIRE(lost.size() == 2);
    CHECK(lost[0] == "step 1 \"One\"");
    CHECK(lost[1] == "lamp.light(\"x\") on a, in step 1");
    CHECK(run.goes_on() == Strings{"10.0.0.1$ lamp on z", "10.0.0.1$ lamp on y"});
}

TEST_CASE("a define that a finished step calls is a part of what it says") {
    const auto text = [](const std::string& which) {
        return "define action up() { lamp.light(\"" + which + "\") }\n" + one_host + R"(step "One" { on a { up() } }
step "Two" { on a { lamp.light("y") } })";
    };
    CHECK(Resumed(text("x"), text("x"), 2).lost().empty());
    const Strings lost = Resumed(text("x"), text("z"), 2).lost();
    CHECK(std::find(lost.begin(), lost.end(), "step 1 \"One\"") != lost.end());
}

TEST_CASE("what was done on a machine with another address is told, and a script is not done there unasked") {
    const std::string steps = R"(step "One" {
  on a {
    lamp.light("x")
    lamp.flash("f")
    lamp.light("y")
  }
})";
    Resumed run(one_host + steps, "host a { via simulated  address \"10.0.0.2\" }\n" + steps, 3);
    CHECK(run.texts->changed_values() == Strings{"address of a was \"10.0.0.1\", and is \"10.0.0.2\""});
    CHECK(run.lost().size() == 2);
    CHECK(run.goes_on() == Strings{"10.0.0.2$ lamp on x"});
    CHECK(run.end == End::UnknownOutcome);
}

TEST_CASE("a fact that a line uses is a part of what it says, of the machine that it is done on") {
    const auto text = [](const std::string& of_a, const std::string& of_b) {
        return "fact unit: text\nhost a { via simulated  address \"10.0.0.1\"  unit \"" + of_a +
               "\" }\nhost b { via simulated  address \"10.0.0.2\"  unit \"" + of_b + R"(" }
step "One" {
  on a { lamp.light(host.unit) }
  on b { lamp.light("y") }
})";
    };
    CHECK(Resumed(text("x", "v"), text("x", "w"), 2).lost().empty());
    CHECK(Resumed(text("x", "v"), text("z", "v"), 2).lost() == Strings{"lamp.light(\"x\") on a, in step 1"});
}

TEST_CASE("a change behind a # inside of a text in a hole is a change") {
    const auto text = [](const std::string& word) {
        return one_host + R"(let xs = ["a", "b"]
step "One" { note "${if xs == [] then " # " else ")" +
               word + R"("} done" }
step "Two" { on a { lamp.light("y") } })";
    };
    CHECK(Resumed(text("x"), text("x"), 1).lost().empty());
    CHECK(Resumed(text("x"), text("z"), 1).lost() == Strings{"step 1 \"One\""});
}

TEST_CASE("a value that was read before another run acted must be the same") {
    const std::string text = one_host + R"(host b { via simulated  address "10.0.0.2" }
group both = a, b
let active = find h in both where lamp.is_on("master")
step "One" { on active { lamp.light("x") } }
step "Two" { on active { lamp.light("y") } })";
    for (const bool moved : {false, true}) {
        CAPTURE(moved);
        House house;
        std::vector<Event> events;
        const auto program = checked_alone(text);
        house.lit["10.0.0.1 master"] = true;
        play_part(house, events, *program, {.fails = 2}, Asked::Nobody, nullptr);
        house.now += std::chrono::minutes(1);
        house.lit["10.0.0.1 master"] = !moved;
        house.lit["10.0.0.2 master"] = moved;
        const Resumption resumption(events, {{.name = "run 13 (other)", .last = house.now}});
        CHECK(play_part(house, events, *program, {}, Asked::Nobody, &resumption) == (moved ? End::Failed : End::Completed));
        CHECK(house.is_lit("10.0.0.2", "y") == false);
        CHECK(house.is_lit("10.0.0.1", "y") == !moved);
    }
}

}  // namespace runtime_tests
