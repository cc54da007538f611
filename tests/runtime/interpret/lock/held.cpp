// One run at a time: who gets the site's lock, in races and from holders that were killed.
#include <doctest/doctest.h>

#include <random>

#include "runtime/shell/dialect.hpp"
#include "tests/runtime/interpret/lock/locked_site.hpp"

namespace runtime_tests::locked {

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

}  // namespace runtime_tests::locked
