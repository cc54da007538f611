// What a loop tells: as much as there is to know, not as much as it turns.
#include <doctest/doctest.h>

#include "cli/operator/persons.hpp"
#include "cli/run/load.hpp"
#include "runtime/connection/local.hpp"
#include "runtime/interpret/run.hpp"

namespace {

namespace event = runtime::event;
using Strings = std::vector<std::string>;

/// The conditions that a run told, in their order.
struct Conditions : runtime::Observer {
    Strings held;
    void on(const runtime::Event& event) override {
        if (const auto* required = std::get_if<event::Required>(&event.body)) held.push_back(required->condition);
    }
};

constexpr std::string_view site = "site \"test\"\nhost box { address \"127.0.0.1\"  via local }\n";

/// Runs a procedure on this machine.
Strings conditions_of(const std::string& procedure) {
    const auto load = [&](const std::string& path) -> std::optional<std::string> {
        return path == "site.proc" ? std::string(site) : procedure;
    };
    lang::CheckRequest request{.procedure = "test.proc", .site = "site.proc", .parameters = {}, .load = load};
    request.catalog = &cli::registry().catalog();
    const lang::Checked checked = lang::check(request);
    REQUIRE(checked.program != nullptr);
    const auto scheduler = runtime::real_scheduler();
    runtime::Stop stop;
    const auto person = cli::nobody();
    Conditions told;
    runtime::World world{.scheduler = *scheduler,
                         .stop = stop,
                         .registry = cli::registry(),
                         .connect = runtime::local_connections(*scheduler, stop),
                         .person = *person,
                         .observers = {&told},
                         .secret = nullptr,
                         .mask = [](std::string text) { return text; },
                         .kept = nullptr,
                         .keep = nullptr,
                         .broken_invariant = nullptr};
    REQUIRE(runtime::run(*checked.program, world, {}).end == runtime::End::Completed);
    return told.held;
}

}  // namespace

TEST_CASE("a condition that holds by computing alone is told once a loop") {
    CHECK(conditions_of("for i in [1, 2, 3] {\n  require i > 0\n  require i < 9\n}\n") == Strings{"i > 0", "i < 9"});
    CHECK(conditions_of("step \"A\" {\n  for i in [1, 2] { require i > 0 }\n  for i in [1, 2] { require i > 0 }\n}\n") ==
          Strings{"i > 0", "i > 0"});
}

TEST_CASE("a condition that asked a host is told for every element") {
    CHECK(conditions_of("for i in [1, 2] {\n  require shell.succeeds(\"test ${i} -gt 0\") on box\n}\n").size() == 2);
}
