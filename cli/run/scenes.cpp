#include "cli/run/scenes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "cli/operator/persons.hpp"
#include "cli/run/load.hpp"
#include "rehearsal/connection.hpp"
#include "rehearsal/scene.hpp"
#include "rehearsal/scheduler.hpp"
#include "runtime/interpret/run.hpp"

namespace cli {

namespace {

/// What a procedure said last: why it failed, and what it passed over.
struct LastWords : runtime::Observer {
    std::string message;
    runtime::event::Rehearsed rehearsed;
    void on(const runtime::Event& event) override {
        if (const auto* failed = std::get_if<runtime::event::Failed>(&event.body)) message = failed->message;
        if (const auto* told = std::get_if<runtime::event::Rehearsed>(&event.body)) rehearsed = *told;
    }
};

/// Runs a procedure on the world, in no real time, signed off by the rehearsal. What it passes over as a gap is one of the scene.
std::unique_ptr<runtime::Journal> play(const lang::Checked& checked, rehearsal::World& world, const std::string& file,
                                       const std::string& scene, std::uint64_t seed, runtime::event::Rehearsed& rehearsed) {
    const lang::Site& site = *world.site;
    rehearsal::LocalSite simulated(world);
    rehearsal::SimulatedScheduler scheduler({.start = simulated.now(), .seed = seed});
    runtime::Stop stop;
    const auto person = rehearsing_person();
    auto journal = std::make_unique<runtime::Journal>(":memory:");
    journal->begin(*checked.program, true);
    LastWords last;
    runtime::World quiet{
        .scheduler = scheduler,
        .stop = stop,
        .registry = registry(),
        // The procedure was checked by itself and has a site of its own: the same hosts by their names.
        .connect =
            [&](const lang::Host& host) { return rehearsal::simulated_connection(*site.find_host(host.name), simulated, scheduler, stop); },
        .person = *person,
        .observers = {journal.get(), &last},
        .secret = [](std::string_view) { return lang::Value(lang::Secret{"rehearsal"}); },
        .mask = [](std::string text) { return text; },
        .kept = [](const std::string&, const std::string&,
                   const lang::Type&) { return lang::Value::unknown("nothing was kept before this scene"); },
        .keep = [&](const std::string& name, const lang::Value& value) { journal->keep(name, value); },
        .broken_invariant = nullptr};
    const auto ended = runtime::run(*checked.program, quiet, {.operator_name = "the rehearsal", .machine = "", .simulated = true});
    const bool has_only_gaps = ended.end == runtime::End::CompletedWithSkips && ended.skipped.empty();
    if (ended.end != runtime::End::Completed && !has_only_gaps) {
        std::string why = last.message;
        for (const std::string& what : world.unnamed) why += "\nthe site: " + what;
        throw UsageError{fmt::format("scene \"{}\" cannot be made: {}: {}\n{}", scene, file, runtime::name(ended.end), why)};
    }
    for (const std::string& gap : last.rehearsed.gaps) rehearsed.gaps.push_back(fmt::format("in making the scene \"{}\": {}", scene, gap));
    rehearsed.mends.insert(rehearsed.mends.end(), last.rehearsed.mends.begin(), last.rehearsed.mends.end());
    return journal;
}

/// `above` are the scenes that come after this one: a procedure that a scene comes after begins in the scene that it needs itself.
Scene make(std::shared_ptr<const lang::Site> site, const std::string& name, std::uint64_t seed, std::vector<std::string> above) {
    const auto scene = rehearsal::find_scene(*site, name);
    if (!scene) {
        throw UsageError{fmt::format("there is no scene \"{}\"; there are: {}", name, rehearsal::all_scenes(*site))};
    }
    above.push_back(name);
    if (std::find(above.begin(), above.end() - 1, name) != above.end() - 1)
        throw UsageError{fmt::format("scene \"{}\" comes after itself: {}", name, fmt::join(above, ", "))};
    Scene made;
    if (scene->after) {
        const std::string file = (std::filesystem::path(site->path).parent_path() / *scene->after).string();
        const lang::Checked checked = load({.file = file, .parameters = {}, .site = site->path});
        if (!checked.program) throw UsageError{fmt::format("scene \"{}\": {} does not check", name, file)};
        const std::string& begins = checked.program->scene;
        made = make(site, begins.empty() ? "healthy" : begins, seed, above);
        made.journal = play(checked, *made.world, file, name, seed, made.rehearsed);
    } else {
        made.world = std::make_unique<rehearsal::World>(rehearsal::World::healthy(*site, rehearsal::first_moment));
    }
    if (const auto wrong = rehearsal::arrange(*made.world, *scene)) throw UsageError{fmt::format("scene \"{}\": {}", name, *wrong)};
    return made;
}

}  // namespace

Scene make_scene(std::shared_ptr<const lang::Site> site, const std::string& name, std::uint64_t seed) {
    Scene made = make(std::move(site), name, seed, {});
    made.world->log.clear();
    made.world->unnamed.clear();
    return made;
}

}  // namespace cli
