// The shipped procedures on their simulated site, from end to end: what they leave, and where they stop when a trouble is planted.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "cli/left_behind.hpp"
#include "cli/load.hpp"
#include "cli/persons.hpp"
#include "cli/scenes.hpp"
#include "rehearsal/connection.hpp"
#include "rehearsal/scene.hpp"
#include "rehearsal/scheduler.hpp"
#include "rehearsal/site.hpp"
#include "runtime/interpret/run.hpp"
#include "tests/support/golden.hpp"

namespace {

namespace event = runtime::event;

const std::string folder = PROCRUN_SOURCE_DIR "/procedures/jtel/";

/// What a run told, as far as these tests ask.
struct Told : runtime::Observer {
    std::vector<std::string> failures;
    std::string failed_step;  ///< the first that was not done
    std::map<std::string, int> steps;
    std::optional<event::LeftBehind> left;
    std::function<void()> last_step = [] {};  ///< done when it begins
    void on(const runtime::Event& event) override {
        if (const auto* failed = std::get_if<event::Failed>(&event.body)) failures.push_back(failed->message);
        if (const auto* behind = std::get_if<event::LeftBehind>(&event.body)) left = *behind;
        if (const auto* step = std::get_if<event::StepStarted>(&event.body); step != nullptr && step->title.starts_with("Remove"))
            last_step();
        if (const auto* ended = std::get_if<event::StepEnded>(&event.body)) {
            if (!ended->done && failed_step.empty()) failed_step = ended->title;
            steps[event.step] += ended->done;
        }
    }
    bool said(std::string_view words) const {
        return std::any_of(failures.begin(), failures.end(), [&](const std::string& f) { return f.find(words) != std::string::npos; });
    }
};

/// A simulated site that procedures are run on, one after the other.
struct Theatre {
    lang::Checked site = cli::load({.file = folder + "site.proc", .parameters = {}, .site = folder + "site.proc"});
    cli::Scene scene;
    std::unique_ptr<runtime::Journal> journal = std::make_unique<runtime::Journal>(":memory:");

    explicit Theatre(const std::string& name) {
        REQUIRE(site.program != nullptr);
        scene = cli::make_scene(site.program->site, name, 1);
    }

    void rest() { scene.world->advance(scene.world->now + std::chrono::minutes(10)); }
    std::map<std::string, std::string> state() const { return scene.world->snapshot(); }

    event::RunEnded play(const std::string& file, Told& told) {
        const lang::Checked checked = cli::load({.file = folder + file, .parameters = {}, .site = std::nullopt});
        REQUIRE(checked.program != nullptr);
        rehearsal::LocalSite simulated(*scene.world);
        rehearsal::SimulatedScheduler scheduler({.start = simulated.now(), .seed = 1});
        runtime::Stop stop;
        const auto person = cli::rehearsing_person();
        const lang::Site& own = *site.program->site;
        const auto connect = [&](const lang::Host& host) {
            return rehearsal::simulated_connection(*own.find_host(host.name), simulated, scheduler, stop);
        };
        const auto kept = [&](const std::string& procedure, const std::string& name, const lang::Type& type) {
            const lang::Value here = journal->kept(procedure, name, type, *checked.program->site, true);
            return here.is_unknown() && scene.journal ? scene.journal->kept(procedure, name, type, *checked.program->site, true) : here;
        };
        journal->begin(*checked.program, true);
        runtime::World world{.scheduler = scheduler,
                             .stop = stop,
                             .registry = cli::registry(),
                             .connect = connect,
                             .person = *person,
                             .observers = {journal.get(), &told},
                             .secret = [](std::string_view) { return lang::Value(lang::Secret{"rehearsal"}); },
                             .mask = [](std::string text) { return text; },
                             .kept = kept,
                             .keep = [&](const std::string& name, const lang::Value& value) { journal->keep(name, value); },
                             .broken_invariant = nullptr,
                             .earlier = [&] { return journal->left_earlier(own.name, true, journal->current()); }};
        return runtime::run(*checked.program, world, {.operator_name = "test", .machine = "test", .simulated = true});
    }
};

std::string as_text(const event::LeftBehind& left) {
    std::string text;
    for (const cli::LeftBehindPart& part : cli::parts_of(left)) {
        text += part.title + ":\n";
        for (const std::string& item : part.items) text += "  - " + item + "\n";
    }
    return text + cli::in_short(left) + "\n";
}

struct Stopped {
    std::string step;
    Told told;
};

Stopped stopped(const std::string& file, const std::string& scene) {
    Theatre theatre(scene);
    Stopped result;
    const auto ended = theatre.play(file, result.told);
    CHECK(ended.end == runtime::End::Failed);
    result.step = result.told.failed_step;
    return result;
}

}  // namespace

TEST_CASE("a failover and its failback leave the site as it was, in full") {
    Theatre theatre("healthy");
    theatre.rest();  // the sessions of a site at work come up within minutes
    const auto before = theatre.state();
    Told told;
    CHECK(theatre.play("failover.proc", told).end == runtime::End::Completed);
    CHECK(theatre.state() != before);
    const auto back = theatre.play("failback.proc", told);
    CHECK(back.end == runtime::End::Completed);
    CHECK(told.failures.empty());
    theatre.rest();
    const auto after = theatre.state();
    for (const auto& [key, value] : before) {
        CAPTURE(key);
        const auto it = after.find(key);
        REQUIRE(it != after.end());
        CHECK(it->second == value);
    }
    for (const auto& [key, value] : after) {
        CAPTURE(key);
        CHECK(before.contains(key));
    }
}

TEST_CASE("a failover leaves what it says, and its failback takes all of it back") {
    Theatre theatre("healthy");
    Told over, back;
    REQUIRE(theatre.play("failover.proc", over).end == runtime::End::Completed);
    REQUIRE(over.left);
    support::matches_golden(support::in_tests("cli/jtel/failover.left.txt"), as_text(*over.left));
    CHECK(over.left->others.empty());
    CHECK(over.left->not_known.empty());
    REQUIRE(theatre.play("failback.proc", back).end == runtime::End::Completed);
    REQUIRE(back.left);
    support::matches_golden(support::in_tests("cli/jtel/failback.left.txt"), as_text(*back.left));
    CHECK(cli::parts_of(*back.left).empty());
    CHECK_FALSE(theatre.journal->left_earlier(theatre.site.program->site->name, true, theatre.journal->current() + 1));
}

TEST_CASE("what happens beside a failover stands out at its end") {
    Theatre theatre("healthy");
    Told told;
    told.last_step = [&] { REQUIRE_FALSE(rehearsal::plant(*theatre.scene.world, "acd-dbs2: replica error 1062")); };
    theatre.play("failover.proc", told);
    REQUIRE(told.left);
    CAPTURE(as_text(*told.left));
    CHECK(told.left->others == std::vector<std::string>{"acd-dbs2 does not replicate from 10.1.1.61:3306: its SQL thread is stopped"});
}

TEST_CASE("a failover stops before it changes anything when the storage has split") {
    const Stopped at = stopped("failover.proc", "split-brain");
    CHECK(at.step.find("healthy") != std::string::npos);
    CHECK(at.told.said("drbd."));
}

TEST_CASE("a failover stops before it changes anything when a replica is broken") {
    const Stopped at = stopped("failover.proc", "replication broken");
    CHECK(at.step.find("healthy") != std::string::npos);
    CHECK(at.told.said("acd-dbm2"));
}

TEST_CASE("a failover stops at a session that never ends, and says so") {
    const Stopped at = stopped("failover.proc", "stuck session");
    CHECK(at.step.find("session") != std::string::npos);
    CHECK(at.told.said("session"));
    CHECK(at.told.said("looks"));
}

TEST_CASE("a failback stops at the machine that does not boot, and names it") {
    const Stopped at = stopped("failback.proc", "no boot");
    CHECK(at.step.find("Start the machines") != std::string::npos);
    CHECK(at.told.said("acd-store1"));
}

TEST_CASE("the same seed tells the same story") {
    const auto story = [] {
        Theatre theatre("healthy");
        Told told;
        theatre.play("failover.proc", told);
        std::string all;
        for (const runtime::Event& event : theatre.journal->events(1)) all += runtime::to_json(event) + '\n';
        return all;
    };
    CHECK(story() == story());
}
