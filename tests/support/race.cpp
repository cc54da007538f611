#include "tests/support/race.hpp"

#include <fmt/format.h>

#include "tests/support/said.hpp"

namespace support {

namespace {

using namespace runtime;

struct Nobody final : Person {
    Reaction confirm(const std::string&, Time) override { return {}; }
    Reaction ask(const Question&, const lang::Type&, Time) override { return {}; }
    Reaction choose(const Question&, const std::vector<Option>&, Time) override { return {}; }
    Reaction sign(const Question&, const std::string&, const std::string&, Time) override { return {}; }
    std::optional<std::string> secret(const std::string&) override { return std::nullopt; }
};

struct Ear final : Observer {
    explicit Ear(Runner& runner) : runner(runner) {}
    void on(const Event& event) override {
        runner.events.push_back(event);
        if (runner.hears) runner.hears(event);
    }
    Runner& runner;
};

lang::Value nothing_kept(const std::string&, const std::string&, const lang::Type&) { return lang::Value::unknown("nothing was kept"); }

/// What a runner needs around it, and its name in the options.
struct Around {
    Around(Runner& runner, const Registry& registry, Scheduler& scheduler, RunOptions& options)
        : ear(runner),
          world{.scheduler = scheduler,
                .stop = stop,
                .registry = registry,
                .connect = runner.connect,
                .person = runner.person != nullptr ? *runner.person : nobody,
                .observers = {&ear},
                .secret = [](std::string_view) { return lang::Value::unknown("there is none"); },
                .mask = [](std::string text) { return text; },
                .kept = runner.kept ? runner.kept : nothing_kept,
                .keep = [](const std::string&, const lang::Value&) {},
                .broken_invariant = nullptr} {
        options.operator_name = runner.name;
        options.machine = runner.name + "-desk";
        options.lock_token = runner.name;
    }

    Stop stop;
    Nobody nobody;
    Ear ear;
    World world;
};

}  // namespace

void run_as(Runner& runner, const lang::program::Program& program, const Registry& registry, Scheduler& scheduler, RunOptions options) {
    Around around(runner, registry, scheduler, options);
    runner.ended = run(program, around.world, options);
}

void undo_as(Runner& runner, const lang::program::Program& program, const Registry& registry, Scheduler& scheduler, RunOptions options,
             const std::vector<event::UndoPending>& pending) {
    Around around(runner, registry, scheduler, options);
    runner.ended = run_undos(program, around.world, options, pending);
}

std::optional<std::string> wrong_in_race(const std::array<Runner, 2>& runners) {
    const bool second = runners[0].ended.end == End::Locked;
    const Runner& winner = runners[second ? 1 : 0];
    const Runner& loser = runners[second ? 0 : 1];
    if (winner.ended.end != End::Completed || loser.ended.end != End::Locked) {
        return fmt::format("{} is {} and {} is {}", winner.name, name(winner.ended.end), loser.name, name(loser.ended.end));
    }
    if (loser.first<event::Intent>() != nullptr) return fmt::format("{} is locked out and has sent an action", loser.name);
    const auto* refusal = loser.first<event::Failed>();
    if (refusal == nullptr) return fmt::format("{} is not told why", loser.name);
    const std::string who = fmt::format("{0} on {0}-desk", winner.name);
    if (!says(refusal->message, who)) return fmt::format("{} is not told by whom: {}", loser.name, refusal->message);
    return std::nullopt;
}

}  // namespace support
