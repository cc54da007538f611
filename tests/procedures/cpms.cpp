// The failover of a CPMS on its simulated site: what the watch sees, who may write to the user database, and the way back.
#include <doctest/doctest.h>

#include "tests/procedures/simulated_run.hpp"

using procedures::SimulatedRun;
using runtime::End;

namespace {

const std::string folder = "cpms/";
const std::string site = folder + "site.proc", watch = folder + "watch.proc";
const std::string failover = folder + "failover.proc", failback = folder + "failback.proc";

const std::string serves = "25 80 110 389, has the user database", stopped = "stopped";

/// Where in the site's own log a line with these words came first; its end where none did.
std::size_t first(const SimulatedRun& simulated, std::string_view words) {
    std::size_t at = 0;
    for (; at < simulated.world.log.size(); ++at) {
        if ((simulated.world.log[at].host + ": " + simulated.world.log[at].line).find(words) != std::string::npos) break;
    }
    return at;
}

/// In this order, and all of them.
void came_in_order(const SimulatedRun& simulated, const std::vector<std::string>& lines) {
    std::size_t last = 0;
    for (const std::string& line : lines) {
        CAPTURE(line);
        const std::size_t at = first(simulated, line);
        CHECK(at < simulated.world.log.size());
        CHECK(at >= last);
        last = at;
    }
}

}  // namespace

TEST_CASE("a master that hangs shuts down when it is told to, and the slave serves, script by script") {
    SimulatedRun simulated(site, "cfg1 hangs");
    CHECK(simulated.play(failover) == End::Completed);
    CHECK(simulated.state().at("cfg1 cpms") == stopped);
    CHECK(simulated.state().at("cfg2 cpms") == serves);
    CHECK(simulated.state().at("mail cpms") == "sends to cfg2");
    CHECK(simulated.sent("tcp://10.4.1.11:7890") == 1);
    CHECK(simulated.sent("virsh destroy") == 0);
    came_in_order(simulated, {"cfg1: tcp://10.4.1.11:7890", "cfg2: sudo -n -- sh -c 'mount ", "start_389.sh", "start_110.sh", "start_25.sh",
                              "start_80.sh"});
}

TEST_CASE("failed over and back, everything is as it was, and the watch is on duty again") {
    SimulatedRun untouched(site), simulated(site, "failed-over");
    CHECK(simulated.state().at("mail cpms") == "sends to cfg2");
    REQUIRE(simulated.play(failback) == End::Completed);
    procedures::same_state(untouched.state(), simulated.state());
    CHECK(simulated.told.asked("It is known why cfg1 failed"));
    came_in_order(simulated, {"systemctl stop -- procrun-watch@cpms", "stop_80.sh", "stop_389.sh", "cfg2: sudo -n -- sh -c 'umount ",
                              "cfg1: sudo -n -- sh -c 'mount ", "procrun watch --rearm", "systemctl start -- procrun-watch@cpms"});
}

TEST_CASE("whoever does not confirm is fenced before the slave has the user database") {
    for (const char* scene : {"cfg1 refuses", "cfg1 says nothing", "cfg1 out of reach", "cfg1 is off"}) {
        CAPTURE(scene);
        SimulatedRun simulated(site, scene);
        const bool was_off = simulated.state().at("cfg1 power") == "off";
        CHECK(simulated.play(failover) == (was_off ? End::Completed : End::CompletedWithSkips));
        CHECK(simulated.state().at("cfg1 power").starts_with("off"));
        CHECK(simulated.state().at("cfg2 cpms") == serves);
        CHECK(simulated.sent("virsh destroy cfg1") == (was_off ? 0 : 1));
        if (!was_off) came_in_order(simulated, {"virsh destroy cfg1", "cfg2: sudo -n -- sh -c 'mount "});
    }
}

TEST_CASE("a confirmation of a master that keeps the user database is not believed") {
    SimulatedRun simulated(site, "cfg1 hangs", {"cfg1: cpms keeps the user database"});
    CHECK(simulated.play(failover) == End::CompletedWithSkips);
    CHECK(simulated.sent("virsh destroy cfg1") == 1);
    CHECK(simulated.state().at("cfg1 cpms") == stopped);
    CHECK(simulated.state().at("cfg2 cpms") == serves);
}

TEST_CASE("a master that was fenced is let in again by the failback") {
    SimulatedRun simulated(site, "fenced");
    CHECK(simulated.state().at("cfg1 power") == "off");
    REQUIRE(simulated.play(failback) == End::Completed);
    CHECK(simulated.state().at("cfg1 cpms") == serves);
    CHECK(simulated.state().at("cfg2 cpms") == stopped);
}

TEST_CASE("the slave never has the user database while nobody knows that the master has not") {
    procedures::stops("site.proc", folder,
                      {
                          {"failover.proc", "cfg1 says nothing", {"vmhost1: unreachable"}, "lets go", "vmhost1 does not answer"},
                          {"failover.proc", "cfg1 out of reach", {"vmhost1: unreachable"}, "lets go", "vmhost1 does not answer"},
                          {"failover.proc", "cfg1 is off", {"vmhost1: off"}, "lets go", "vmhost1 does not answer"},
                      });
    for (const char* scene : {"cfg1 says nothing", "cfg1 out of reach"}) {
        SimulatedRun simulated(site, scene, {"vmhost1: unreachable"});
        simulated.play(failover);
        CHECK(simulated.state().at("cfg2 cpms") == stopped);
    }
}

TEST_CASE("failover and failback stop at what is wrong") {
    const std::string keeps = "cfg2: cpms keeps the user database";
    procedures::stops("site.proc", folder,
                      {
                          {"failover.proc", "mounted twice", {}, "can take over", "mounted on both"},
                          {"failover.proc", "cfg1 hangs", {"netapp: cpms filer is stuck"}, "can take over", "would not help"},
                          {"failover.proc", "cfg1 hangs", {"cfg2: cpms script fails 25"}, "starts on cfg2", "start_25.sh: failed"},
                          {"failover.proc", "cfg1 hangs", {"mail: cpms balancer is stuck"}, "load balancer", "look at the real servers"},
                          {"failback.proc", "fenced", {"cfg1: no-boot"}, "is repaired", "machine.answers() on master"},
                          {"failback.proc", "failed-over", {"cfg1: cpms serves"}, "is repaired", "unmount it there at once"},
                          {"failback.proc", "failed-over", {keeps}, "stops on cfg2", "device is busy"},
                          {"failback.proc", "failed-over", {"cfg2: cpms script fails 110"}, "stops on cfg2", "stop_110.sh: failed"},
                          {"failback.proc", "fenced", {"cfg1: unit fails cpms-socketserver"}, "failover daemon", "failed"},
                      });
    SimulatedRun simulated(site, "failed-over", {keeps});
    simulated.play(failback);
    CHECK(simulated.state().at("cfg1 cpms") == stopped);
}

TEST_CASE("the watch fires for a master that is dead, however it shows") {
    for (const char* scene : {"cfg1 hangs", "cfg1 is off"}) {
        CAPTURE(scene);
        const auto watched = SimulatedRun(site, scene).watch(watch, 10);
        CHECK(watched.told == "FFD");
        CHECK(watched.runs == "failover.proc");
    }
    CHECK(SimulatedRun(site, "healthy", {"cfg1: off"}).watch(watch, 10).told == "FFD");
}

TEST_CASE("the watch tells a dead master from a network of ours that is down, and from a failover that would not help") {
    const auto all = [](const std::string& scene, const std::vector<std::string>& injected, char letter) {
        CAPTURE(scene);
        const auto watched = SimulatedRun(site, scene, injected).watch(watch, 5);
        CHECK(watched.told == std::string(5, letter));
        CHECK(watched.runs.empty());
    };
    all("healthy", {}, 'G');
    all("our own network is down", {}, 'U');
    all("cfg1 is off", {"alteon: off"}, 'U');                   // no witness
    all("cfg1 is off", {"netapp: off"}, 'U');                   // the slave could not serve
    all("cfg1 is off", {"netapp: cpms filer is stuck"}, 'G');   // nor here
    all("healthy", {"cfg1: unreachable"}, 'G');                 // the customers reach it
    all("healthy", {"cfg1: unreachable", "alteon: off"}, 'G');  // still
    all("healthy", {"cfg1: unreachable", "netapp: off"}, 'G');  // and even now
    all("our own network is down", {"cfg1: cpms hangs"}, 'U');  // it may be dead as well: nobody knows
}
