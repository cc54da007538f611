// Two runs of one program that begin together on a site with a lock.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lang/program/tree.hpp"
#include "runtime/interpret/run.hpp"
#include "runtime/world.hpp"

namespace support {

/// One of the two, with a connection and a journal of its own.
struct Runner {
    std::string name;
    runtime::ConnectionFactory connect;
    /// Called with every event, as it happens.
    std::function<void(const runtime::Event&)> hears = nullptr;
    runtime::Person* person = nullptr;              ///< who is asked; null: nobody is there
    decltype(runtime::World::kept) kept = nullptr;  ///< by earlier runs; null: nothing

    std::vector<runtime::Event> events{};
    runtime::event::RunEnded ended{};

    template <typename Body>
    const Body* first() const {
        for (const runtime::Event& event : events) {
            if (const auto* body = std::get_if<Body>(&event.body)) return body;
        }
        return nullptr;
    }
};

/// Runs `program` as `runner`, from its beginning or where `options.resumption` ends.
void run_as(Runner& runner, const lang::program::Program& program, const runtime::Registry& registry, runtime::Scheduler& scheduler,
            runtime::RunOptions options = {});

/// The same for undos that an earlier part of its run has kept.
void undo_as(Runner& runner, const lang::program::Program& program, const runtime::Registry& registry, runtime::Scheduler& scheduler,
             runtime::RunOptions options, const std::vector<runtime::event::UndoPending>& pending);

/// Nothing, where exactly one of the two was completed and the other sent no action and said who has the lock; else what was wrong.
std::optional<std::string> wrong_in_race(const std::array<Runner, 2>& runners);

}  // namespace support
