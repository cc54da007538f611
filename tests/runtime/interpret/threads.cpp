// The same interpreter on the system clock, with threads: what is shared among branches is guarded.
#include <doctest/doctest.h>

#include "tests/runtime/interpret/small_run.hpp"

namespace runtime_tests {

TEST_CASE("branches that really run at the same time act, look and wait without stepping on each other") {
    const std::string program = R"(
step "A" {
  on a, b, c in parallel {
    for name in ["1", "2", "3", "4", "5"] {
      lamp.flash(name)
        undo lamp.dim(name)
      require lamp.label(name) != ""
    }
  }
}
step "B" {
  parallel {
    step "C" { let label = lamp.label("x") on a }
    step "D" { wait_until no h in abc: lamp.is_on("x")  within 5m  every 1ms  holding 20ms }
    on b { lamp.unlock("x", code) }
  }
  note "${label}"
})";
    std::vector<std::string> script;
    for (const char* host : {"a", "b", "c"}) {
        for (const char* command : {"flash 1", "flash 2", "flash 3", "flash 4", "flash 5", "status x", "version"})
            script.push_back(std::string(host) + "$ lamp " + command + ": takes 1ms, always");
    }
    runtime::Journal journal(":memory:");
    const Played played = play(program, script, {.journal = &journal, .real_time = true});
    CHECK(played.findings.empty());
    CHECK(played.ended.end == runtime::End::Completed);
    CHECK(played.ended.changed == 16);
    CHECK(played.all<runtime::event::UndoPending>().size() == 15);
}

TEST_CASE("a clock that is set in the middle of a run is believed from then on, and moves no deadline") {
    using namespace std::chrono_literals;
    for (const lang::Duration jump : {lang::Duration(48h), -lang::Duration(48h)}) {
        // Set when the first step has ended.
        struct Clock final : runtime::Observer {
            lang::Duration ahead{};
            std::atomic<bool> set = false;
            void on(const runtime::Event& event) override {
                if (std::holds_alternative<runtime::event::StepEnded>(event.body)) set = true;
            }
        } clock;
        clock.ahead = jump;
        const lang::Time real = lang::Time(lang::Duration(1'800'000'000'000));
        const Played played =
            play(R"(
step "Before" { keep before = lamp.clock() }
step "After" {
  keep after = lamp.clock()
  wait_until no h in abc: lamp.is_on("x")  within 1h  every 1ms  holding 5ms
})",
                 {R"(a$ lamp status x: "off 0", always)", R"(b$ lamp status x: "off 0", always)", R"(c$ lamp status x: "off 0", always)"},
                 {.observers = {&clock}, .real_time = true, .wall = [&] { return clock.set ? real + clock.ahead : real; }});
        CHECK(played.findings.empty());
        CHECK(played.ended.end == runtime::End::Completed);
        CHECK(played.ended.took < 1h);
        const auto bound = played.all<runtime::event::Bound>();
        REQUIRE(bound.size() == 2);
        CHECK(bound[0].value == lang::Value(real).show());
        CHECK(bound[1].value == lang::Value(real + jump).show());
    }
}

}  // namespace runtime_tests
