// XiVO, master and slave: a night of failover and failback, each deployment by its own procedure, and where they stop.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/procedures/simulated_run.hpp"
#include "tests/support/said.hpp"

using procedures::SimulatedRun;
using runtime::End;

namespace {

const std::string xivo_folder = "xivo/", xivo_site = xivo_folder + "site.proc";

/// What the Edge's .env says, line by line.
std::vector<std::string> env(const SimulatedRun& simulated) {
    std::vector<std::string> lines;
    for (int i = 1; i <= 8; ++i) lines.push_back(simulated.state().at("edge1 env " + std::to_string(i)));
    return lines;
}

const std::vector<std::string> on_master = {"XIVOCC_TAG=2024.05",
                                            "FQDN=edge.example.org",
                                            "XIVO_HOST=10.2.9.11",
                                            "XIVOCC_HOST=10.2.9.21",
                                            "TURN_REALM=edge.example.org",
                                            "TURN_ALLOWED_PEERS=10.2.9.11,10.2.9.31,10.2.9.32",
                                            "XIVO_MDS_HOST_DEFAULT=10.2.9.11",
                                            "XIVO_MDS_HOST_MDS1=10.2.9.31"};
const std::vector<std::string> on_slave = {"XIVOCC_TAG=2024.05",
                                           "FQDN=edge.example.org",
                                           "XIVO_HOST=10.2.9.12",
                                           "XIVOCC_HOST=10.2.9.22",
                                           "TURN_REALM=edge.example.org",
                                           "TURN_ALLOWED_PEERS=10.2.9.12,10.2.9.31,10.2.9.32",
                                           "XIVO_MDS_HOST_DEFAULT=10.2.9.12",
                                           "XIVO_MDS_HOST_MDS1=10.2.9.31"};

/// Which machines serve telephony.
std::string serving(const SimulatedRun& simulated) {
    std::string all;
    for (const auto& [what, how] : simulated.state()) {
        if (what.ends_with(" xivo") && how.starts_with("serves")) all += (all.empty() ? "" : ", ") + what.substr(0, what.size() - 5);
    }
    return all;
}

}  // namespace

TEST_CASE("XiVO, CC, XDS and Edge fail over to the slave and back to the master, and are then as they were") {
    SimulatedRun untouched(xivo_site), simulated(xivo_site, "failed-over");
    REQUIRE(env(simulated) == on_master);
    for (const char* part : {"xivo", "cc", "xds", "edge"}) REQUIRE(simulated.play(xivo_folder + part + "-failover.proc") == End::Completed);
    CHECK(serving(simulated) == "mds1, mds2, xivo-slave");
    CHECK(env(simulated) == on_slave);
    CHECK(simulated.state().at("edge1 env backups").starts_with("/etc/docker/edge/.env.2026-03-01T"));
    for (const char* part : {"xivo", "cc", "xds", "edge"}) REQUIRE(simulated.play(xivo_folder + part + "-failback.proc") == End::Completed);
    simulated.rest();
    untouched.rest();
    CHECK(serving(simulated) == "mds1, mds2, xivo-master");
    CHECK(env(simulated) == on_master);
    for (const auto& entry : untouched.state()) {
        const auto& what = std::get<0>(entry);
        const auto& how = std::get<1>(entry);
        CAPTURE(what);
        const bool of_a_boot = what.starts_with("xivo-master") || what.starts_with("machine");
        if (!of_a_boot) CHECK(simulated.state().at(what) == how);
    }
}

TEST_CASE("what is so already is not done again") {
    SimulatedRun simulated(xivo_site, "failed-over");
    REQUIRE(simulated.play(xivo_folder + "edge-failover.proc") == End::Completed);
    CHECK(simulated.told.done.size() == 2);
    REQUIRE(simulated.play(xivo_folder + "edge-failover.proc") == End::Completed);
    CHECK(simulated.told.done.size() == 2);
    CHECK(simulated.sent("replace-lines") == 1);
    CHECK(simulated.sent("up -d") == 1);
    REQUIRE(simulated.play(xivo_folder + "xivo-failover.proc") == End::Completed);
    CHECK(simulated.sent("xivo-check-master-status") == 0);
}

TEST_CASE("an Edge whose containers do not come up with the new addresses has its way back due, and nothing is taken back unasked") {
    SimulatedRun simulated(xivo_site, "failed-over", {"edge1: container fails coturn"});
    CHECK(simulated.play(xivo_folder + "edge-failover.proc") == End::Failed);
    CHECK(simulated.told.said("coturn: Exited"));
    CHECK(simulated.told.did("file.replace") == 1);
    CHECK(env(simulated) == on_slave);
}

TEST_CASE("xuc counts as ready when it says so after its restart, not for what it said before") {
    SimulatedRun simulated(xivo_site, "failed-over");
    REQUIRE(simulated.play(xivo_folder + "cc-failover.proc") == End::Completed);
    CHECK(simulated.told.did("cc-slave compose.restart") == 1);
    CHECK(simulated.told.did("compose.restart") == 1);
    const auto condition = std::find_if(simulated.told.waits.begin(), simulated.told.waits.end(),
                                        [](const auto& wait) { return wait.first.starts_with("log.has"); });
    REQUIRE(condition != simulated.told.waits.end());
    CHECK(condition->second > std::chrono::seconds(20));
}

TEST_CASE("the addresses are told by the site, all four, each another one: else the check refuses, before a host is asked") {
    const auto refused = [](const char* address) {
        const procedures::Copy copy;
        copy.edit(xivo_site, "voip \"10.2.9.22\"", address);
        const auto checked =
            cli::load({.file = copy.folder() + xivo_folder + "edge-failover.proc", .parameters = {}, .site = copy.folder() + xivo_site});
        CHECK(checked.program == nullptr);
        REQUIRE_FALSE(checked.diagnostics.empty());
        return checked.diagnostics.front().message;
    };
    CHECK(support::says(refused(""), "four VoIP addresses, each another one"));
    CHECK(support::says(refused("voip \"10.2.9.21\""), "four VoIP addresses, each another one"));
    CHECK(support::says(refused("voip \"10.2.9.2 2\""), "must be an address"));
}

TEST_CASE("high availability is switched on and off with a restart of the master, and the slave gets its data") {
    SimulatedRun simulated(xivo_site);
    REQUIRE(simulated.play(xivo_folder + "ha-configure.proc") == End::Completed);
    CHECK(simulated.told.asked("method Slave, address of the master 10.2.9.11"));
    CHECK(simulated.told.asked("method Master, address of the slave 10.2.9.12"));
    CHECK(simulated.sent("xivo-service restart") == 1);
    REQUIRE(simulated.play(xivo_folder + "ha-replicate.proc") == End::Completed);
    CHECK(simulated.state().at("xivo-slave xivo") == "does not serve, data of xivo-master");
    CHECK(simulated.sent("xivo-sync") == 1);
    REQUIRE(simulated.play(xivo_folder + "ha-disable.proc") == End::Completed);
    CHECK(simulated.sent("xivo-service restart") == 2);
}

TEST_CASE("a slave whose services were stopped does not take over until they may run again") {
    SimulatedRun simulated(xivo_site);
    REQUIRE(simulated.play(xivo_folder + "ha-slave-services.proc", {"order=stop"}) == End::Completed);
    simulated.ask("vmhost1", "virsh destroy xivo-master");
    simulated.rest();
    CHECK(serving(simulated) == "mds1, mds2");
    REQUIRE(simulated.play(xivo_folder + "ha-slave-services.proc", {"order=start"}) == End::Completed);
    CHECK(serving(simulated) == "mds1, mds2, xivo-slave");
}

TEST_CASE("an order to the slave's services that is neither start nor stop is refused by the check") {
    const auto checked = cli::load({.file = PROCRUN_SOURCE_DIR "/procedures/xivo/ha-slave-services.proc", .parameters = {"order=halt"}});
    CHECK(checked.program == nullptr);
    REQUIRE_FALSE(checked.diagnostics.empty());
    CHECK(support::says(checked.diagnostics.front().message, "order=start or order=stop"));
}

TEST_CASE("the procedures of XiVO and XDS stop at what is wrong") {
    procedures::stops("site.proc", xivo_folder,
                      {
                          {"xivo-failover.proc", "healthy", {}, "has taken over", "is xivo-master really down?"},
                          {"xivo-failover.proc", "no takeover", {}, "has taken over", "xivo-slave does not serve"},
                          {"xivo-failover.proc", "asterisk is down", {}, "has taken over", "xivo-slave does not serve"},
                          {"xivo-failover.proc", "failed-over", {"xivo-slave: unreachable"}, "has taken over", "xivo-slave"},
                          {"xivo-failback.proc", "failed-over", {"xivo-master: no-boot"}, "is back", "xivo-master does not serve"},
                          {"xivo-failback.proc", "failed-over", {"xivo-master: xivo stopped asterisk"}, "is back", "does not serve"},
                          {"xivo-failback.proc", "failed-over", {"xivo-slave: xivo no takeover"}, "has stopped", "both would take calls"},
                          {"xds-failover.proc", "healthy", {}, "xivo-slave serves", "fail XiVO over first"},
                          {"xds-failover.proc", "failed-over", {"mds2: xivo stopped asterisk"}, "Every media", "does not serve"},
                          {"xds-failover.proc", "failed-over", {"mds1: unreachable"}, "Every media", "a media server does not serve"},
                          {"xds-failback.proc", "failed-over", {}, "xivo-master serves", "fail XiVO back first"},
                          {"xds-failback.proc", "healthy", {"mds1: off"}, "Every media", "a media server does not serve"},
                          {"xds-failback.proc", "healthy", {"mds1: xivo stopped xivo-agid"}, "Every media", "does not serve"},
                      });
}

TEST_CASE("the procedures of CC stop at what is wrong") {
    procedures::stops("site.proc", xivo_folder,
                      {
                          {"cc-failover.proc", "no takeover", {}, "xivo-slave serves", "fail XiVO over first"},
                          {"cc-failover.proc", "failed-over", {"cc-slave: container fails xuc"}, "Restart xuc", "xuc: Exited"},
                          {"cc-failover.proc", "failed-over", {"cc-slave: container silent xuc"}, "Restart xuc", "does not say that it is"},
                          {"cc-failover.proc", "failed-over", {"cc-slave: no docker"}, "Restart xuc", "Cannot connect to the Docker"},
                          {"cc-failback.proc", "failed-over", {}, "xivo-master serves", "fail XiVO back first"},
                          {"cc-failback.proc", "healthy", {"cc-master: container fails xuc"}, "Restart xuc", "xuc: Exited"},
                          {"cc-failback.proc", "healthy", {"cc-master: unreachable"}, "Restart xuc", "cc-master"},
                          {"cc-failback.proc", "healthy", {"cc-master: container silent xuc"}, "Restart xuc", "does not say that it is"},
                      });
}

TEST_CASE("the procedures of Edge stop at what is wrong, and what is wrong with the .env changes nothing") {
    const std::vector<procedures::Trouble> troubles = {
        {"edge-failover.proc", "healthy", {}, "serve", "fail XiVO over first"},
        {"edge-failover.proc", "failed-over", {"cc-slave: no docker"}, "serve", "Cannot connect to the Docker"},
        {"edge-failover.proc", "failed-over", {"edge1: unreachable"}, "serve", "edge1"},
        {"edge-failover.proc", "failed-over", {"edge1: env also XIVO_HOST=10.2.9.11"}, "serve", "defines XIVO_HOST 2 times, in lines 3, 9"},
        {"edge-failover.proc", "failed-over", {"edge1: env is a link"}, "serve", "is a symbolic link"},
        {"edge-failover.proc", "failed-over", {"edge1: env without TURN_ALLOWED_PEERS"}, "relays", "does not define TURN_ALLOWED_PEERS"},
        {"edge-failover.proc", "failed-over", {"edge1: env read-only"}, "relays", "Read-only file system"},
        {"edge-failover.proc", "failed-over", {"edge1: no docker"}, "relays", "Cannot connect to the Docker"},
        {"edge-failback.proc", "failed-over", {}, "serve", "fail XiVO back first"},
        {"edge-failback.proc", "xivo is back", {"edge1: env without XIVOCC_HOST"}, "serve", "does not define XIVOCC_HOST"},
        {"edge-failback.proc", "xivo is back", {"edge1: container fails nginx"}, "relays", "nginx: Exited"},
        {"edge-failback.proc", "xivo is back", {"cc-master: container fails xuc", "edge1: env read-only"}, "relays", "Read-only"},
    };
    procedures::stops("site.proc", xivo_folder, troubles);
}

TEST_CASE("the administration of high availability stops at what is wrong") {
    procedures::stops(
        "site.proc", xivo_folder,
        {
            {"ha-replicate.proc", "healthy", {"xivo-slave: xivo no replication"}, "Replicate", "the data was not carried over"},
            {"ha-replicate.proc", "healthy", {"xivo-slave: unreachable"}, "can be reached", "xivo-slave"},
            {"ha-replicate.proc", "failed-over", {}, "can be reached", "xivo-master"},
            {"ha-configure.proc", "healthy", {"xivo-master: xivo stopped asterisk"}, "becomes the master", "do not come up"},
            {"ha-configure.proc", "healthy", {"xivo-master: unreachable"}, "becomes the master", "xivo-master"},
            {"ha-configure.proc", "healthy", {"xivo-master: off"}, "becomes the master", "xivo-master"},
            {"ha-disable.proc", "healthy", {"xivo-master: xivo stopped asterisk"}, "This is meant", "fail back first"},
            {"ha-disable.proc", "failed-over", {}, "This is meant", "xivo-master"},
            {"ha-disable.proc", "healthy", {"xivo-master: unreachable"}, "This is meant", "xivo-master"},
            {"ha-slave-services.proc", "healthy", {"xivo-slave: unreachable"}, "stop the", "xivo-slave", {"order=stop"}},
            {"ha-slave-services.proc", "asterisk is down", {}, "start the", "does not serve", {"order=start"}},
        });
}
