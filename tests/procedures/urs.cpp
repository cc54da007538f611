// The graceful rollover of a URS pair on its simulated site.
#include <doctest/doctest.h>

#include "tests/procedures/theatre.hpp"

using procedures::Theatre;
using runtime::End;
using namespace std::chrono_literals;

namespace {

const std::string urs_folder = "urs/";
const std::string rollover = urs_folder + "rollover.proc";
const std::string urs_site = urs_folder + "site.proc";

}  // namespace

TEST_CASE("a rollover makes the backup primary, and waits until the old primary has finished its calls") {
    Theatre theatre(urs_site);
    CHECK(theatre.play(rollover) == End::Completed);
    CHECK(theatre.state().at("urs-a urs") == "down");
    CHECK(theatre.state().at("urs-b urs") == "primary");
    CHECK(theatre.sent("GET http://10.3.1.11:5580/urs/console?rollover") == 1);
    CHECK(theatre.told.did("rollover") == 1);
    CHECK(theatre.told.asked("New calls are routed by urs-b"));
}

TEST_CASE("which one is primary is found out: the way back is the same procedure") {
    Theatre theatre(urs_site);
    CHECK(theatre.play(rollover) == End::Completed);
    const lang::Host& first = *theatre.world.site->find_host("urs-a");
    theatre.world.power_off(first, theatre.world.now);
    theatre.world.power_on(first, theatre.world.now);
    CHECK(theatre.state().at("urs-a urs") == "backup");
    CHECK(theatre.play(rollover) == End::Completed);
    CHECK(theatre.state().at("urs-a urs") == "primary");
    CHECK(theatre.state().at("urs-b urs") == "down");
    CHECK(theatre.sent("GET http://10.3.1.12:5580/urs/console?rollover") == 1);
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
        Theatre theatre(urs_site, scene);
        theatre.play(rollover);
        CHECK(theatre.sent("rollover") == 0);
    }
}
