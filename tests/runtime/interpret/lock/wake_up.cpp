// A run is paused at any point of its journal, or while its command is on the way; others go on with it or act themselves; it wakes up.
// The lamps judge: from where another one has begun to act, nothing of the paused run arrives any more.
#include <doctest/doctest.h>

#include "tests/runtime/interpret/lock/locked_site.hpp"

namespace runtime_tests::locked {

namespace {

const char* const procedure = R"(
on_failure { on c { lamp.flash("sorry") } }
step "One" {
  on c { lamp.flash("x")  undo { lamp.flash("x-back") } }
  step "In" { on c { lamp.flash("y") } }
}
step "Two" {
  on a, c { lamp.flash("z") }
}
)";

enum class Meanwhile {
    GoneOnWith,        ///< by another machine, with the journal as it is now, to whatever end
    GoneOnWithTwice,   ///< the second after the first was killed
    ReleasedAndTaken,  ///< somebody breaks the lock, and a run of her own begins and ends
    ReleasedAndTakenByOneWhoDies,
};

/// What happens while `alice` is paused. False where there was nothing to go on with yet.
bool happens(Meanwhile what, Site& site, const Runner& alice) {
    const bool has_sought = alice.first<event::LockSought>() != nullptr;
    Runner carol = site.runner("carol");
    if (what == Meanwhile::GoneOnWithTwice || what == Meanwhile::ReleasedAndTakenByOneWhoDies) {
        carol.hears = [](const Event& event) {
            if (std::holds_alternative<event::LockTaken>(event.body)) throw LockKilled{};
        };
    }
    const auto plays = [&](Runner& runner, const RunOptions& options) {
        try {
            run_as(runner, *site.program, registry(), site.scheduler, options);
        } catch (const LockKilled&) {
        }
    };
    if (what == Meanwhile::ReleasedAndTaken || what == Meanwhile::ReleasedAndTakenByOneWhoDies) {
        site.release_by_hand("alice-1");
        plays(carol, {});
        return true;
    }
    if (!has_sought) return false;
    const Resumption past(alice.events);
    plays(carol, {.run = 12, .resumption = &past});
    if (what != Meanwhile::GoneOnWithTwice) return true;
    std::vector<Event> all = alice.events;
    all.insert(all.end(), carol.events.begin(), carol.events.end());
    const Resumption both(all);
    Runner dave = site.runner("dave");
    plays(dave, {.run = 12, .resumption = &both});
    return true;
}

struct Woken {
    bool was_paused = false;
    Texts after = {};    ///< what arrived when she was awake again
    bool began = false;  ///< she had the lock before
    End end = End::Failed;
};

/// `at`: the number of the event after which she is paused; 0 and less: while the command is on the way.
Woken wakes(int at, Meanwhile what, OnFailure on_failure) {
    Site site(procedure);
    Runner alice = site.runner("alice");
    Woken woken;
    std::size_t arrived = 0;
    const auto pause = [&] {
        woken.was_paused = happens(what, site, alice);
        woken.began = alice.first<event::LockTaken>() != nullptr;
        arrived = site.lamps.flashes.size();
    };
    int events = 0;
    if (at > 0) {
        // A command's end may be told while another look at the lock is under way, and that one would wait for us.
        alice.hears = [&](const Event& event) {
            if (!std::holds_alternative<event::CommandEnded>(event.body) && ++events == at) pause();
        };
    } else {
        site.lamps.before_flash = pause;
    }
    run_as(alice, *site.program, registry(), site.scheduler, {.on_failure = on_failure, .run = 12});
    woken.after.assign(site.lamps.flashes.begin() + static_cast<std::ptrdiff_t>(arrived), site.lamps.flashes.end());
    woken.end = alice.ended.end;
    return woken;
}

}  // namespace

TEST_CASE("a run that wakes up after others have acted sends nothing, wherever it was paused") {
    constexpr int most_events = 200;
    for (const Meanwhile what :
         {Meanwhile::GoneOnWith, Meanwhile::GoneOnWithTwice, Meanwhile::ReleasedAndTaken, Meanwhile::ReleasedAndTakenByOneWhoDies}) {
        for (const OnFailure on_failure : {OnFailure::Keep, OnFailure::Undo}) {
            int pauses = 0;
            for (int at = 0; at < most_events; ++at) {
                CAPTURE(static_cast<int>(what));
                CAPTURE(at);
                const Woken woken = wakes(at, what, on_failure);
                if (!woken.was_paused) {
                    if (at > 10) break;  // she has come to her end
                    continue;
                }
                ++pauses;
                // Who had not begun finds the lock free after a run of another's, and may; not after one of hers.
                const bool may_begin = what == Meanwhile::ReleasedAndTaken && !woken.began;
                if (may_begin) continue;
                CHECK(woken.after == Texts{});
            }
            CHECK(pauses > 15);
        }
    }
}

}  // namespace runtime_tests::locked
