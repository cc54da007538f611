// One run at a time: locks that are lost, lock hosts that are silent or switched off, and when a lock is given back.
#include <doctest/doctest.h>

#include <set>

#include "tests/runtime/interpret/lock/locked_site.hpp"

namespace runtime_tests::locked {

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

}  // namespace runtime_tests::locked
