// One run at a time: races for the site's lock, holders that were killed, locks that are lost.
#include "runtime/interpret/effects/lock.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "lang/check/api.hpp"
#include "rehearsal/connection.hpp"
#include "rehearsal/scene.hpp"
#include "rehearsal/scheduler.hpp"
#include "rehearsal/site.hpp"
#include "runtime/shell/dialect.hpp"
#include "tests/runtime/interpret/lamp.hpp"
#include "tests/support/language.hpp"
#include "tests/support/race.hpp"

namespace runtime_tests {

namespace {

using namespace runtime;
using namespace std::chrono_literals;
using support::Runner;

constexpr const char* site_text = R"(
site "lamps"
host a { via simulated }
host b { via simulated }
host c { via simulated }
lock b, a
define action power_off(m: host) { on c { lamp.flash(m.name) } }
)";

constexpr const char* two_steps = R"(
step "A" { on c { lamp.flash("x") } }
step "B" { on c { lamp.flash("y") } }
)";

std::shared_ptr<const lang::program::Program> checked(const std::string& steps) {
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
    rehearsal::Knock knock(const lang::Host& host, lang::Time at) override { return site_.knock(host, at); }
    lang::Time now() override { return site_.now(); }
    rehearsal::Answer run(const lang::Host& host, const Line& line, lang::Time at) override {
        rehearsal::Answer answer = site_.run(host, line, at);
        const std::string_view shown = support::without_language(line.text);
        if (!shown.starts_with("lamp")) return answer;
        if (shown.starts_with("lamp status")) return {.out = host.name == lit ? "on 100\n" : "off 0\n"};
        flashes.push_back(host.name + ' ' + line.text);
        if (on_flash) on_flash(line.text.substr(line.text.rfind(' ') + 1));
        return {.takes = 5s};
    }

    std::vector<std::string> flashes;
    std::string lit = "a";  ///< where the lamp is on
    std::function<void(const std::string& lamp)> on_flash;

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
    /// By hand, on the host.
    void run(const char* name, const std::string& line) { world.run(host(name), line, {}, scheduler.now()); }
    void off(const char* name) { REQUIRE_FALSE(rehearsal::plant(world, fmt::format("{}: off", name))); }
    /// Where a lock lies, and whose it is.
    std::vector<std::string> locks() const {
        std::vector<std::string> found;
        for (const auto& [what, whose] : world.snapshot()) {
            if (what.starts_with("lock ")) found.push_back(fmt::format("{} {}", what.substr(5, what.find(' ', 5) - 5), whose));
        }
        return found;
    }
};

std::string refusal(const Runner& runner) {
    const auto* failed = runner.first<event::Failed>();
    return failed == nullptr ? std::string() : failed->message;
}

bool says(std::string_view text, std::string_view part) { return text.find(part) != std::string::npos; }

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("of two runs that race for the lock, one acts and the other says who does: a thousand times") {
    const auto program = checked("step \"A\" { on c { lamp.flash(\"x\") } }");
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        CAPTURE(seed);
        Site site(program, seed);
        std::array<Runner, 2> runners{site.runner("alice"), site.runner("bob")};
        std::mt19937_64 random(seed);
        std::vector<std::function<void()>> runs;
        for (Runner& runner : runners) {
            const Duration delay(random() % 200);
            runs.emplace_back([&, delay] {
                site.scheduler.sleep_until(site.scheduler.now() + delay, site.never, Stop::Level::NoNewAction);
                run_as(runner, *site.program, registry(), site.scheduler);
            });
        }
        site.scheduler.run_all(std::move(runs), 0);
        CHECK(wrong_in_race(runners).value_or("") == "");
        CHECK(site.locks() == Texts{});
    }
}

TEST_CASE("the lock of a run that was killed is named to others, and the same run takes it up again from another machine") {
    Site site;
    const Resumption past = site.killed("alice");
    CHECK(site.locks() == Texts{"a alice-1", "b alice-1"});

    const Runner bob = site.play("bob");
    CHECK(bob.ended.end == End::Locked);
    CHECK(says(refusal(bob), "alice on alice-desk runs flash, run 12"));
    CHECK(says(refusal(bob), "(\"change 4711\")"));
    CHECK(says(refusal(bob), "procrun lock release"));
    CHECK(site.lamps.flashes.size() == 1);

    const Runner carol = site.play("carol", {.resumption = &past});
    CHECK(carol.ended.end == End::Completed);
    REQUIRE(carol.first<event::LockTaken>() != nullptr);
    CHECK(carol.first<event::LockTaken>()->again == Texts{"a", "b"});
    CHECK(site.lamps.flashes.size() == 2);
    CHECK(site.locks() == Texts{});
}

TEST_CASE("a lock that was made before locks had their present name is seen") {
    Site site;
    site.run("a", "mkdir /var/tmp/procrun-lock-lamps");
    const Runner alice = site.play("alice");
    CHECK(alice.ended.end == End::Locked);
    CHECK(says(refusal(alice), "a:/var/tmp/procrun-lock-lamps is empty"));
    CHECK(site.lamps.flashes == Texts{});
}

TEST_CASE("the lock is the machines': neither the site's name nor its file is in it, but an id that it declares") {
    lang::Site site;
    site.name = "lamps";
    lang::Site other;
    other.name = "lights";
    CHECK(lock_directory(site) == lock_directory(other));
    other.lock_id = "lights-2";
    CHECK(lock_directory(site) != lock_directory(other));
    CHECK(lock_directory(other) == "/var/tmp/procrun-lock.lights-2");
    other.name = "lights/../x y";
    CHECK(old_lock_name(other) == "procrun-lock-lights-x-y");
}

TEST_CASE("what a lock host can be asked: neither the token nor what the file says is in the line, which all its users can read") {
    const LockCall call{.what = "take", .name = "procrun-lock", .old_name = "procrun-lock-x", .token = "t'k", .note = "holder it's me\n"};
    const Line line = posix_line(call.command(), {});
    CHECK(line.text.find("t'k") == std::string::npos);
    CHECK(line.text.find("holder") == std::string::npos);
    CHECK(says(line.input, "token='t'\\''k'\n"));
    CHECK(says(lock_variables(call.command().words(), line.input), "note='holder it'\\''s me"));
    CHECK(lock_variables({"sh", "-c", "true"}, line.input).empty());
}

TEST_CASE("the lock tells who goes on with a run, not who began it") {
    Site site;
    const Resumption past = site.killed("alice");
    std::string told;
    site.lamps.on_flash = [&](const std::string&) { told = refusal(site.play("bob")); };
    CHECK(site.play("carol", {.run = 12, .resumption = &past}).ended.end == End::Completed);
    CHECK(says(told, "carol on carol-desk runs flash, run 12"));
}

TEST_CASE("of two that go on with one killed run, one does") {
    const auto program = checked(two_steps);
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        CAPTURE(seed);
        Site site(program, seed);
        const Resumption past = site.killed("alice");
        std::array<Runner, 2> runners{site.runner("bob"), site.runner("carol")};
        std::vector<std::function<void()>> runs;
        for (Runner& runner : runners)
            runs.emplace_back([&] { run_as(runner, *site.program, registry(), site.scheduler, {.resumption = &past}); });
        site.scheduler.run_all(std::move(runs), 0);
        CHECK(wrong_in_race(runners).value_or("") == "");
        CHECK(site.lamps.flashes.size() == 2);
    }
}

TEST_CASE("a run whose lock was broken and taken by another is not resumed while that one runs") {
    Site site;
    const Resumption past = site.killed("alice");
    for (const char* host : {"a", "b"}) {
        const std::string directory = lock_directory(*site.program->site);
        site.run(host, fmt::format("rm {0}/alice-1 && rmdir {0}", directory));
    }
    Runner again;
    site.lamps.on_flash = [&](const std::string&) {
        if (again.name.empty()) again = site.play("alice", {.resumption = &past});
    };
    CHECK(site.play("bob").ended.end == End::Completed);
    CHECK(again.ended.end == End::Locked);
    CHECK(says(refusal(again), "bob on bob-desk"));
}

TEST_CASE("a run that was paused while another machine took it up sends nothing more, in the same step either") {
    Site site(R"(step "A" { on c { lamp.flash("x")
 lamp.flash("y")
 lamp.flash("z") } })");
    Runner alice = site.runner("alice"), carol = site.runner("carol");
    site.lamps.on_flash = [&](const std::string&) {
        if (!carol.events.empty()) return;
        const Resumption past(alice.events);
        run_as(carol, *site.program, registry(), site.scheduler, {.run = 12, .resumption = &past});
    };
    run_as(alice, *site.program, registry(), site.scheduler, {.run = 12});
    CHECK(carol.ended.end == End::UnknownOutcome);  // nobody says what became of the first
    CHECK(alice.ended.end == End::Failed);
    CHECK(site.lamps.flashes == Texts{"c lamp flash x"});
    CHECK(alice.first<event::LockLost>() != nullptr);
}

TEST_CASE("a run whose lock is lost sends nothing more, no undo either") {
    Site site(R"(
step "A" {
  on c { lamp.flash("x")  undo { lamp.flash("back") } }
  step "A1" { on c { lamp.flash("y") } }
}
)");
    site.lamps.on_flash = [&](const std::string&) {
        const std::string directory = lock_directory(*site.program->site);
        site.run("b", fmt::format("rm {0}/alice-1 && rmdir {0}", directory));
    };
    const Runner alice = site.play("alice", {.on_failure = OnFailure::Undo});
    CHECK(alice.ended.end == End::Failed);
    CHECK(site.lamps.flashes == Texts{"c lamp flash x"});
    CHECK(alice.ended.pending_undos.size() == 1);
    REQUIRE(alice.first<event::LockLost>() != nullptr);
    CHECK(says(alice.first<event::LockLost>()->why, "b: it is gone"));
    CHECK(site.locks() == Texts{});
}

TEST_CASE("undos that were kept are not run while another run has the lock") {
    const std::string steps = R"(
step "A" {
  on c { lamp.flash("x")  undo { lamp.flash("back") } }
  fail "not today"
}
)";
    Site site(steps);
    const Runner alice = site.play("alice", {.on_failure = OnFailure::Keep});
    const Resumption past(alice.events);
    REQUIRE(past.undos().size() == 1);
    Runner undoing = site.runner("alice");
    site.lamps.on_flash = [&](const std::string&) {
        if (!undoing.events.empty()) return;
        undo_as(undoing, *site.program, registry(), site.scheduler, {.resumption = &past}, {past.undos().front().told});
    };
    CHECK(site.play("bob", {.on_failure = OnFailure::Keep}).ended.end == End::Failed);
    CHECK(undoing.ended.end == End::Locked);
    CHECK(undoing.ended.pending_undos.size() == 1);
    CHECK(site.lamps.flashes == Texts{"c lamp flash x", "c lamp flash x"});

    undoing.events.clear();
    site.lamps.on_flash = nullptr;
    undo_as(undoing, *site.program, registry(), site.scheduler, {.resumption = &past}, {past.undos().front().told});
    CHECK(undoing.ended.pending_undos.empty());
    CHECK(site.lamps.flashes.back() == "c lamp flash back");
    CHECK(site.locks() == Texts{});
}

TEST_CASE("a lock host that cannot be asked is unknown: no run, unless it is known to be down for everybody") {
    Site site;
    site.off("b");
    const Runner alice = site.play("alice");
    CHECK(alice.ended.end == End::Locked);
    CHECK(says(refusal(alice), "--lock-without b"));
    CHECK(site.lamps.flashes == Texts{});
    CHECK(site.locks() == Texts{});  // what it had on a is given back
    const Runner without = site.play("alice", {.lock_without = {"b"}});
    CHECK(without.ended.end == End::Completed);
    CHECK(without.first<event::LockTaken>()->without == Texts{"b"});
    CHECK(site.play("alice", {.lock_without = {"a", "b"}}).ended.end == End::Locked);
}

TEST_CASE("a lock host that goes down under way does not stop the run, as long as another one answers") {
    Site site;
    site.lamps.on_flash = [&](const std::string&) {
        if (site.lamps.flashes.size() == 1) site.off("b");
    };
    const Runner alice = site.play("alice");
    CHECK(alice.ended.end == End::Completed);
    REQUIRE(alice.first<event::LockReleased>() != nullptr);
    CHECK(alice.first<event::LockReleased>()->hosts == Texts{"a"});
    CHECK(alice.first<event::LockReleased>()->kept.size() == 1);
}

TEST_CASE("when no lock host answers for a minute, nothing more is sent") {
    Site site;
    site.lamps.on_flash = [&](const std::string&) {
        site.off("a");
        site.off("b");
    };
    const lang::Time begin = site.scheduler.now();
    const Runner alice = site.play("alice");
    CHECK(alice.ended.end == End::Failed);
    CHECK(site.lamps.flashes.size() == 1);
    CHECK(site.scheduler.now() - begin >= 1min);
    REQUIRE(alice.first<event::LockLost>() != nullptr);
    CHECK(says(alice.first<event::LockLost>()->why, "no lock host can say"));
}

TEST_CASE("a machine that the run switches off is given its lock back before, and is not missed by the same run later") {
    Site site(R"(
step "A" { power_off(b) }
step "B" { on c { lamp.flash("y") } }
)");
    Texts while_off;
    site.lamps.on_flash = [&](const std::string& lamp) {
        if (lamp != "b") return;
        while_off = site.locks();
        site.off("b");
    };
    const Resumption past = site.killed("alice");
    CHECK(while_off == Texts{"a alice-1"});
    CHECK(past.lock_yielded() == std::set<std::string>{"b"});
    const Runner again = site.play("alice", {.resumption = &past});
    CHECK(again.ended.end == End::Completed);
    REQUIRE(again.first<event::LockTaken>() != nullptr);
    CHECK(again.first<event::LockTaken>()->without == Texts{"b"});
    CHECK(site.locks() == Texts{});
}

TEST_CASE("the last machine that keeps the lock is not switched off") {
    Site site(R"(
step "A" {
  let first = find m in [a, b] where lamp.is_on("x")
  power_off(first)
}
step "B" {
  let second = find m in [a, b] where lamp.is_on("x")
  power_off(second)
}
)");
    site.lamps.on_flash = [&](const std::string&) { site.lamps.lit = "b"; };
    const Runner alice = site.play("alice");
    CHECK(alice.ended.end == End::Failed);
    CHECK(site.lamps.flashes == Texts{"c lamp flash a"});
    CHECK(says(refusal(alice), "b keeps the site's lock, and no other machine does"));
}

TEST_CASE("the lock is given back at the end of a run that failed, whatever it leaves") {
    Site site(R"(
step "A" {
  on c { lamp.flash("x")  undo { lamp.flash("back") } }
  fail "not today"
}
)");
    const Runner alice = site.play("alice", {.on_failure = OnFailure::Keep});
    CHECK(alice.ended.end == End::Failed);
    CHECK(alice.ended.pending_undos.size() == 1);
    CHECK(site.locks() == Texts{});
}

TEST_CASE("a run that changes nothing takes no lock") {
    Site site(R"(
step "A" { note "nothing is done" }
)");
    const Runner alice = site.play("alice");
    CHECK(alice.ended.end == End::Completed);
    CHECK(alice.first<event::LockTaken>() == nullptr);
}

TEST_CASE("a lock that nobody has signed is waited for, and then told as nobody's") {
    Site site;
    site.run("a", "mkdir " + lock_directory(*site.program->site));
    const Runner alice = site.play("alice");
    CHECK(alice.ended.end == End::Locked);
    CHECK(says(refusal(alice), "nothing says by whom"));
    CHECK(site.locks() == Texts{"a nameless"});
}

}  // namespace runtime_tests
