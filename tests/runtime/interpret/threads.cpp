// The same interpreter on the system clock, with threads: what is shared among branches is guarded.
#include <doctest/doctest.h>

#include "tests/runtime/interpret/stage.hpp"

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

}  // namespace runtime_tests
