#include "tests/campaign/simulated_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "cli/run/load.hpp"
#include "rehearsal/connection.hpp"
#include "rehearsal/scheduler.hpp"
#include "runtime/interpret/run.hpp"
#include "runtime/journal/store.hpp"
#include "runtime/resume/resumption.hpp"
#include "tests/campaign/fate.hpp"

namespace campaign {

namespace {

namespace event = runtime::event;
using namespace std::chrono_literals;

/// A run that is not done after so many parts will not be.
constexpr int most_parts = 6;
/// Longer than anything that a shipped procedure waits for.
constexpr lang::Duration longest_part = 24h;
/// What a person takes to repair a host or a cluster.
constexpr lang::Duration repair = 10min;

bool is_over(const event::RunEnded& ended) { return ended.end == runtime::End::Completed || ended.end == runtime::End::CompletedWithSkips; }

}  // namespace

const char* name(Fault fault) {
    switch (fault) {
        case Fault::None:
            return "undisturbed";
        case Fault::Killed:
            return "killed";
        case Fault::LostBefore:
            return "link lost before the effect";
        case Fault::LostAfter:
            return "link lost after the effect";
        case Fault::Lie:
            return "lying command";
        case Fault::CtrlC:
            return "Ctrl-C";
        case Fault::DiskFull:
            return "disk full";
        case Fault::Silent:
            return "host silent";
        case Fault::SilentAfter:
            return "host silent after the effect";
        case Fault::NodeLost:
            return "node lost without fencing";
        case Fault::LateDone:
            return "effect late, after a success";
        case Fault::LateFailed:
            return "effect late, after a failure";
        case Fault::LateUnheard:
            return "effect late, without an answer";
    }
    return "";
}

Point point_of(Fault fault) {
    switch (fault) {
        case Fault::LostBefore:
        case Fault::LostAfter:
        case Fault::Lie:
        case Fault::SilentAfter:
        case Fault::LateDone:
        case Fault::LateFailed:
        case Fault::LateUnheard:
            return Point::Action;
        case Fault::Silent:
            return Point::HostEvent;
        default:
            return Point::Event;
    }
}

Play Play::prepare(const std::string& procedure, const std::string& site, const std::string& scene) {
    Play play{.procedure = procedure,
              .scene = scene,
              .site = cli::load({.file = site, .parameters = {}, .site = site}),
              .checked = cli::load({.file = procedure, .parameters = {}, .site = site}),
              .start = {}};
    if (!play.site.program || !play.checked.program) throw std::runtime_error(procedure + " does not check");
    play.start = cli::make_scene(play.site.program->site, scene, 1);
    return play;
}

lang::Value Play::kept(const std::string& by, const std::string& name, const lang::Type& type) const {
    if (start.journal == nullptr) return lang::Value::unknown("nothing was kept");
    return start.journal->kept(by, name, type, *checked.program->site, true);
}

Outcome play(const Play& play, Fault fault, std::size_t at) {
    rehearsal::World world = *play.start.world;
    world.log.clear();
    rehearsal::SimulatedScheduler scheduler({.start = world.now, .seed = 1});
    runtime::Stop stop;
    FaultySite site(world, fault, at, stop, scheduler);
    Fate fate(fault, at, site, stop, scheduler);
    Truthful person(fate);
    runtime::Journal journal(":memory:");
    const lang::Site& hosts = *play.site.program->site;
    const lang::program::Program& program = *play.checked.program;
    runtime::World around{
        .scheduler = scheduler,
        .stop = stop,
        .registry = cli::registry(),
        .connect =
            [&](const lang::Host& host) { return rehearsal::simulated_connection(*hosts.find_host(host.name), site, scheduler, stop); },
        .person = person,
        .observers = {&journal, &fate},
        .secret = [](std::string_view) { return lang::Value(lang::Secret{"rehearsal"}); },
        .mask = [](std::string text) { return text; },
        .kept = [&](const std::string& by, const std::string& name, const lang::Type& type) { return play.kept(by, name, type); },
        .keep = [&](const std::string& name, const lang::Value& value) { journal.keep(name, value); },
        .broken_invariant = nullptr};

    runtime::RunOptions options{.operator_name = "campaign", .machine = "here", .simulated = true};
    if (fault == Fault::CtrlC) options.on_failure = runtime::OnFailure::Undo;
    const std::int64_t run = journal.begin(program, true);
    Outcome outcome;
    runtime::Resumption resumption;
    for (;; ++outcome.parts) {
        outcome.ended = {};
        outcome.ended.end = runtime::End::Aborted;
        site.must_end(scheduler.now() + longest_part);
        try {
            outcome.ended = runtime::run(program, around, options);
        } catch (const Dead&) {
        } catch (const runtime::JournalError&) {
            outcome.sent_without_journal = site.acts() != fate.acts_when_full;
            fate.mend();
        }
        if (is_over(outcome.ended) || site.endless() || outcome.parts >= most_parts) break;
        stop.rearm();
        // By turns the run is gone on with once before anybody has repaired anything.
        if (site.is_ill() && outcome.parts > static_cast<int>(at % 2)) {
            site.heal();
            scheduler.sleep_until(scheduler.now() + repair, stop, runtime::Stop::Level::NoNewAction);
        }
        resumption = runtime::Resumption(journal.events(run));
        options.resumption = &resumption;
        journal.resume(run, program);
    }
    outcome.struck = fate.struck;
    outcome.events = journal.events(run);
    outcome.untrue = fate.untrue;
    outcome.endless = site.endless();
    site.heal();
    site.finish();
    world.advance(std::max(world.now, scheduler.now()) + 20min);  // what is on its way arrives
    outcome.split = site.split();
    outcome.wire = std::move(site.wire);
    outcome.state = world.snapshot();
    return outcome;
}

}  // namespace campaign
