// A simulated site that is asked what would be sent, or what would be answered, without a run.
#pragma once

#include <memory>

#include "cli/command/all.hpp"
#include "cli/operator/persons.hpp"
#include "cli/run/scenes.hpp"
#include "lang/program/tree.hpp"
#include "rehearsal/connection.hpp"
#include "rehearsal/scheduler.hpp"
#include "runtime/interpret/values/evaluator.hpp"

namespace cli::show {

/// A simulated site in some state, with an evaluator on it.
struct SimulatedSite {
    SimulatedSite(const lang::program::Program& program, Scene made)
        : scene(std::move(made)),
          site(*scene.world),
          scheduler({.start = site.now()}),
          person(nobody()),
          world{.scheduler = scheduler,
                .stop = stop,
                .registry = registry(),
                .connect = [this](const lang::Host& host) { return rehearsal::simulated_connection(host, site, scheduler, stop); },
                .person = *person,
                .observers = {},
                .secret = [](std::string_view) { return lang::Value(lang::Secret{"secret"}); },
                .mask = [](std::string text) { return text; },
                .kept =
                    [this, &program](const std::string& procedure, const std::string& name, const lang::Type& type) {
                        return scene.journal ? scene.journal->kept(procedure, name, type, *program.site, true)
                                             : lang::Value::unknown("only a run knows what was kept");
                    },
                .keep = nullptr,
                .broken_invariant = nullptr},
          emitter(world),
          connections(world, *program.site, emitter),
          evaluator(program, world, connections) {}

    Scene scene;
    rehearsal::LocalSite site;
    rehearsal::SimulatedScheduler scheduler;
    runtime::Stop stop;
    std::unique_ptr<runtime::Person> person;
    runtime::World world;
    runtime::EventEmitter emitter;
    runtime::HostConnections connections;
    runtime::Evaluator evaluator;
};

}  // namespace cli::show
