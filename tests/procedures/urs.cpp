// The graceful rollover of a URS pair on its simulated site.
#include <doctest/doctest.h>

#include "tests/procedures/simulated_run.hpp"

using procedures::SimulatedRun;
using runtime::End;
using namespace std::chrono_literals;

namespace {

const std::string urs_folder = "urs/";
const std::string rollover = urs_folder + "rollover.proc";
const std::string urs_site = urs_folder + "site.proc";

}  // namespace

TEST_CASE("a rollover makes the backup primary, and waits until the old primary has finished its calls") {
    SimulatedRun simulated(urs_site);
    CHECK(simulated.play(rollover) == End::Completed);
    CHECK(simulated.state().at("urs-a urs") == "down");
    CHECK(simulated.state().at("urs-b urs") == "primary");
    CHECK(simulated.sent("GET http://10.3.1.11:5580/urs/console?rollover") == 1);
    CHECK(simulated.told.did("rollover") == 1);
    CHECK(simulated.told.asked("New calls are routed by urs-b"));
}

TEST_CASE("which one is primary is found out: the way back is the same procedure") {
    SimulatedRun simulated(urs_site);
    CHECK(simulated.play(rollover) == End::Completed);
    const lang::Host& first = *simulated.world.site->find_host("urs-a");
    simulated.world.power_off(first, simulated.world.now);
    simulated.world.power_on(first, simulated.world.now);
    CHECK(simulated.state().at("urs-a urs") == "backup");
    CHECK(simulated.play(rollover) == End::Completed);
    CHECK(simulated.state().at("urs-a urs") == "primary");
    CHECK(simulated.state().at("urs-b urs") == "down");
    CHECK(simulated.sent("GET http://10.3.1.12:5580/urs/console?rollover") == 1);
}

TEST_CASE("the rollover stops at what is wrong, and starts nothing that it should not") {
    procedures::stops("site.proc", urs_folder,
                      {
                          {"rollover.proc", "calls unseen", {}, "Which one is primary", "calls that ORS backs up would be lost"},
                          {"rollover.proc", "no backup", {}, "Which one is primary", "urs-a has no backup"},
                          {"rollover.proc", "no connection", {}, "Roll over", "it says 'no connection'"},
                          {"rollover.proc", "never drained", {}, "finishes its calls", "still has calls after 2h"},
                          {"rollover.proc", "never drained", {}, "finishes its calls", "still has calls after 10m", {"drain=10m"}},
                          {"rollover.proc", "backup down", {}, "Which one is primary", "urs-b"},
                          {"rollover.proc", "two primaries", {}, "Which one is primary", "urs-b"},
                      });
    for (const char* scene : {"calls unseen", "no backup", "backup down", "two primaries"}) {
        SimulatedRun simulated(urs_site, scene);
        simulated.play(rollover);
        CHECK(simulated.sent("rollover") == 0);
    }
}
