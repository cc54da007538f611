// Where runs share a site with a lock: lamps that take their time, on machines in virtual time.
#pragma once

#include <fmt/format.h>

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lang/check/api.hpp"
#include "rehearsal/connection.hpp"
#include "rehearsal/scene.hpp"
#include "rehearsal/scheduler.hpp"
#include "rehearsal/site.hpp"
#include "runtime/interpret/effects/lock.hpp"
#include "runtime/shell/guard.hpp"
#include "tests/runtime/interpret/lamp.hpp"
#include "tests/support/language.hpp"
#include "tests/support/race.hpp"
#include "tests/support/said.hpp"

namespace runtime_tests::locked {

using namespace runtime;
using namespace std::chrono_literals;
using support::Runner;

inline constexpr const char* site_text = R"(
site "lamps"
host a { via simulated }
host b { via simulated }
host c { via simulated }
lock b, a
define action power_off(m: host) { on c { lamp.flash(m.name) } }
)";

inline constexpr const char* two_steps = R"(
step "A" { on c { lamp.flash("x") } }
step "B" { on c { lamp.flash("y") } }
)";

inline std::shared_ptr<const lang::program::Program> checked(const std::string& steps) {
    const auto load = [&](const std::string& path) { return path == "flash.proc" ? std::optional(site_text + steps) : std::nullopt; };
    const lang::Checked checked =
        lang::check({.procedure = "flash.proc", .site = {}, .parameters = {}, .load = load, .catalog = &registry().catalog()});
    for (const lang::Diagnostic& finding : checked.diagnostics) MESSAGE(lang::render(finding, *checked.sources));
    REQUIRE(checked.program);
    return checked.program;
}

struct LockKilled {};

/// A simulated site whose lamps take their time and do what they are told.
class LampSite final : public rehearsal::SimulatedSite {
  public:
    explicit LampSite(rehearsal::World& world) : site_(world) {}
    rehearsal::Reachability reach(const lang::Host& host, lang::Time at) override { return site_.reach(host, at); }
    lang::Time now() override { return site_.now(); }
    std::optional<std::string> inject(std::string_view trouble, rehearsal::Fault fault, lang::Time at) override {
        return site_.inject(trouble, fault, at);
    }
    std::optional<std::vector<std::string>> troubles(lang::Time at) override { return site_.troubles(at); }
    rehearsal::Answer run(const lang::Host& host, const Line& line, lang::Time at) override {
        if (before_flash && line.shown.starts_with("lamp flash")) std::exchange(before_flash, nullptr)();
        rehearsal::Answer answer = site_.run(host, line, at);
        const std::string_view shown = support::without_language(line.text);
        if (!shown.starts_with("lamp") || answer.code == guard_status) return answer;
        if (shown.starts_with("lamp status")) return {.out = host.name == lit ? "on 100\n" : "off 0\n"};
        flashes.push_back(fmt::format("{} {}", host.name, shown));
        if (on_flash) on_flash(line.text.substr(line.text.rfind(' ') + 1));
        return {.takes = takes};
    }

    std::vector<std::string> flashes;
    Duration takes = 5s;
    std::string lit = "a";  ///< where the lamp is on
    std::function<void(const std::string& lamp)> on_flash;
    std::function<void()> before_flash;  ///< once, when a line has been sent and has not arrived

  private:
    rehearsal::LocalSite site_;
};

/// The site, and runs on it.
struct Site {
    explicit Site(const std::string& steps = two_steps) : Site(checked(steps), 1) {}
    Site(std::shared_ptr<const lang::program::Program> program, std::uint64_t seed)
        : program(std::move(program)), scheduler({.start = rehearsal::first_moment, .seed = seed}) {}

    std::shared_ptr<const lang::program::Program> program;
    rehearsal::World world = rehearsal::World::healthy(*program->site, rehearsal::first_moment);
    LampSite lamps{world};
    rehearsal::SimulatedScheduler scheduler;
    Stop never;

    Runner runner(const std::string& name) {
        return {.name = name,
                .connect = [this](const lang::Host& host) { return rehearsal::simulated_connection(host, lamps, scheduler, never); }};
    }
    Runner play(const std::string& name, const RunOptions& options = {}) {
        Runner one = runner(name);
        run_as(one, *program, registry(), scheduler, options);
        return one;
    }
    /// Is killed when a step has ended; what its journal tells.
    Resumption killed(const std::string& name) {
        Runner one = runner(name);
        one.hears = [](const Event& event) {
            if (std::holds_alternative<event::StepEnded>(event.body)) throw LockKilled{};
        };
        CHECK_THROWS_AS(run_as(one, *program, registry(), scheduler, {.run = 12, .lock_message = "change 4711"}), LockKilled);
        return Resumption(one.events);
    }
    const lang::Host& host(const char* name) const { return *program->site->find_host(name); }
    /// As `procrun lock release` does, whoever runs.
    void release_by_hand(const std::string& token) {
        for (const char* name : {"a", "b"}) run(name, fmt::format("rm {0}/{1} && rmdir {0}", lock_directory(*program->site), token));
    }
    /// By hand, on the host.
    void run(const char* name, const std::string& line) { world.run(host(name), line, {}, scheduler.now()); }
    void off(const char* name) { REQUIRE_FALSE(rehearsal::inject(world, fmt::format("{}: off", name))); }
    /// Where a lock lies, and whose it is.
    std::vector<std::string> locks() const {
        std::vector<std::string> found;
        for (const auto& [what, whose] : world.snapshot()) {
            if (what.starts_with("lock ")) found.push_back(fmt::format("{} {}", what.substr(5, what.find(' ', 5) - 5), whose));
        }
        return found;
    }
};

inline std::string refusal(const Runner& runner) {
    const auto* failed = runner.first<event::Failed>();
    return failed == nullptr ? std::string() : failed->message;
}

using support::says;

using Texts = std::vector<std::string>;

}  // namespace runtime_tests::locked
