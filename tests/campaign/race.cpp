#include "tests/campaign/race.hpp"

#include <chrono>
#include <random>

#include "cli/operator/persons.hpp"
#include "cli/run/load.hpp"
#include "rehearsal/connection.hpp"
#include "rehearsal/scheduler.hpp"
#include "rehearsal/site.hpp"
#include "tests/campaign/judge.hpp"
#include "tests/support/race.hpp"

namespace campaign {

std::optional<std::string> race(const Play& play, std::uint64_t seed, const Outcome& undisturbed) {
    using namespace std::chrono_literals;
    rehearsal::World world = *play.start.world;
    rehearsal::LocalSite site(world);
    rehearsal::SimulatedScheduler scheduler({.start = site.now(), .seed = seed});
    runtime::Stop never;
    const lang::Site& hosts = *play.site.program->site;
    const auto person = cli::rehearsing_person();
    const auto runner = [&](const char* name) {
        const auto connect = [&](const lang::Host& host) {
            return rehearsal::simulated_connection(*hosts.find_host(host.name), site, scheduler, never);
        };
        const auto kept = [&](const std::string& by, const std::string& what, const lang::Type& type) { return play.kept(by, what, type); };
        return support::Runner{.name = name, .connect = connect, .person = person.get(), .kept = kept};
    };
    std::array<support::Runner, 2> runners{runner("alice"), runner("bob")};
    std::mt19937_64 random(seed);
    std::vector<std::function<void()>> runs;
    for (support::Runner& one : runners) {
        const runtime::Duration delay(random() % 200);
        runs.emplace_back([&, delay] {
            scheduler.sleep_until(scheduler.now() + delay, never, runtime::Stop::Level::NoNewAction);
            support::run_as(one, *play.checked.program, cli::registry(), scheduler, {.simulated = true});
        });
    }
    scheduler.run_all(std::move(runs), 0);
    if (auto wrong = support::wrong_in_race(runners)) return wrong;
    world.advance(scheduler.now() + 20min);  // what is on its way arrives
    return differences(world.snapshot(), undisturbed.state);
}

}  // namespace campaign
