// Who may still send: runs that were paused, taken over or shut out, and what the lock hosts remember of the run before.
#include <doctest/doctest.h>

#include "runtime/shell/dialect.hpp"
#include "tests/runtime/interpret/lock/locked_site.hpp"

namespace runtime_tests::locked {

namespace {

const char* const one_flash = "step \"A\" { on c { lamp.flash(\"x\") } }";

const event::LockTaken& taken(const Runner& runner) {
    REQUIRE(runner.first<event::LockTaken>() != nullptr);
    return *runner.first<event::LockTaken>();
}

/// Machines that were told of a run, as their logs have it.
std::size_t claims(const Site& site) {
    const auto is_claim = [](const auto& entry) { return says(entry.line, "lock 'eval \"$(cat)\"' claim"); };
    return static_cast<std::size_t>(std::count_if(site.world.log.begin(), site.world.log.end(), is_claim));
}

/// The clocks of a machine that was suspended for a while.
struct Suspended final : Scheduler {
    explicit Suspended(Scheduler& awake) : awake(awake) {}
    Time now() override { return awake.now(); }
    Time uptime() override { return awake.now() + slept; }
    void sleep_until(Time when, const Stop& stop, Stop::Level level) override { awake.sleep_until(when, stop, level); }
    void run_all(std::vector<std::function<void()>> branches, std::size_t max) override { awake.run_all(std::move(branches), max); }
    void wake() override { awake.wake(); }
    bool concurrent() const override { return awake.concurrent(); }
    Scheduler& awake;
    Duration slept{};
};

}  // namespace

TEST_CASE("a run that is paused after its last look at the lock, and taken over meanwhile, is kept back by the machine itself") {
    Site site(one_flash);
    Runner alice = site.runner("alice"), carol = site.runner("carol");
    site.lamps.before_flash = [&] {
        const Resumption past(alice.events);
        run_as(carol, *site.program, registry(), site.scheduler, {.run = 12, .resumption = &past});
    };
    run_as(alice, *site.program, registry(), site.scheduler, {.run = 12});
    CHECK(taken(carol).not_told == Texts{});
    CHECK(site.lamps.flashes == Texts{});
    CHECK(alice.ended.end == End::Failed);
    CHECK(alice.first<event::LockLost>() != nullptr);
    REQUIRE(alice.first<event::ActionEnded>() != nullptr);
    CHECK(alice.first<event::ActionEnded>()->effect == Effect::NotSent);
}

TEST_CASE("the same where somebody has released its lock, and a run of its own began") {
    Site site(one_flash);
    Runner bob;
    site.lamps.before_flash = [&] {
        site.release_by_hand("alice-1");
        bob = site.play("bob");
    };
    const Runner alice = site.play("alice");
    CHECK(bob.ended.end == End::Completed);
    CHECK(says(taken(bob).before, "alice on alice-desk runs flash"));
    CHECK(alice.ended.end == End::Failed);
    CHECK(site.lamps.flashes == Texts{"c lamp flash x"});
}

TEST_CASE("a run that has given its lock back sends nothing more: nobody needs to be told of the next one") {
    Site site(one_flash);
    CHECK(site.play("alice").ended.end == End::Completed);
    const Runner bob = site.play("bob");
    CHECK(bob.ended.end == End::Completed);
    CHECK(says(taken(bob).before, "alice"));
    CHECK(says(taken(bob).before, "completed"));
    CHECK(claims(site) == 0);
}

TEST_CASE("a run that was refused has not ended the one before") {
    Site site(one_flash);
    site.killed("alice");
    site.run("a", fmt::format("rm {0}/alice-1 && rmdir {0}", lock_directory(*site.program->site)));
    CHECK(site.play("bob").ended.end == End::Locked);  // b has it still
    site.run("b", fmt::format("rm {0}/alice-1 && rmdir {0}", lock_directory(*site.program->site)));
    const Runner carol = site.play("carol");
    CHECK(carol.ended.end == End::Completed);
    CHECK(claims(site) == 3);
}

TEST_CASE("machines that cannot be told of a new run are named") {
    Site site("step \"A\" { on a { lamp.flash(\"x\") } }\nstep \"B\" { on a { lamp.flash(\"y\") } }");
    const Resumption past = site.killed("alice");
    site.off("c");
    const Runner carol = site.play("carol", {.resumption = &past});
    CHECK(carol.ended.end == End::Completed);
    REQUIRE(taken(carol).not_told.size() == 1);
    CHECK(says(taken(carol).not_told.front(), "c: "));
}

TEST_CASE("another run since is seen by who resumes with a journal of before: what was done is not believed any more") {
    for (const bool another : {false, true}) {
        CAPTURE(another);
        Site site;
        const Resumption past = site.killed("alice");
        if (another) {
            site.release_by_hand("alice-1");
            CHECK(site.play("bob").ended.end == End::Completed);
        }
        const std::size_t before = site.lamps.flashes.size();
        const Runner carol = site.play("carol", {.resumption = &past});
        CHECK(taken(carol).other_run == another);
        CHECK(carol.ended.end == (another ? End::UnknownOutcome : End::Completed));  // nobody says whether the first is still so
        CHECK(site.lamps.flashes.size() == before + (another ? 0 : 1));
    }
}

TEST_CASE("a look at the lock is over when the machine was suspended since, though no other clock has moved") {
    for (const Duration slept : {Duration(0), Duration(1h)}) {
        CAPTURE(slept.count());
        Site site("step \"A\" { on c { lamp.flash(\"x\")\n lamp.flash(\"y\") } }");
        site.lamps.takes = Duration(0);
        Suspended scheduler(site.scheduler);
        Runner alice{.name = "alice", .connect = [&](const lang::Host& host) {
                         return rehearsal::simulated_connection(host, site.lamps, site.scheduler, site.never);
                     }};
        site.lamps.on_flash = [&](const std::string& lamp) {
            if (lamp != "x") return;
            site.release_by_hand("alice-1");
            scheduler.slept = slept;
        };
        run_as(alice, *site.program, registry(), scheduler);
        CHECK(site.lamps.flashes.size() == (slept == Duration(0) ? 2 : 1));
        CHECK((alice.first<event::LockLost>() != nullptr) == (slept != Duration(0)));
    }
}

TEST_CASE("a machine that knows of a greater number while the lock is ours has it from a clock that was wrong") {
    Site site(one_flash);
    const LockCall call{.what = "claim",
                        .name = "procrun-lock",
                        .old_name = "procrun-lock-lamps",
                        .token = "eve-1",
                        .record = newest_name(*site.program->site),
                        .number = "9999999999",
                        .note = "holder eve\n"};
    const Line line = posix_line(call.command(), {});
    REQUIRE(site.world.run(site.host("c"), line.text, line.input, site.scheduler.now()).out.starts_with("ours\n"));
    const Runner alice = site.play("alice");
    CHECK(alice.ended.end == End::Completed);
    CHECK(site.lamps.flashes == Texts{"c lamp flash x"});
    CHECK(site.play("bob").ended.end == End::Completed);
}

}  // namespace runtime_tests::locked
