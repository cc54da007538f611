// Controlled failover and failback of a redundant jtel ACD: what they do, what they leave, and where they stop.
#include <doctest/doctest.h>

#include "cli/view/left_behind.hpp"
#include "rehearsal/scene.hpp"
#include "tests/procedures/simulated_run.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/said.hpp"

using procedures::SimulatedRun;
using runtime::End;

namespace {

using Names = std::vector<std::string>;

void fail_over_and_back(SimulatedRun& simulated) {
    REQUIRE(simulated.play("jtel/failover.proc") == End::Completed);
    REQUIRE(simulated.play("jtel/failback.proc") == End::Completed);
    CHECK(simulated.told.failures.empty());
}

/// "Switch acd-jb1 on" and "Shut acd-jb1 down, …", done by somebody at the hypervisor.
void switches(rehearsal::World& world, const std::string& text) {
    const auto machine = [&](std::size_t at) { return world.site->find_host(text.substr(at, text.find(' ', at) - at)); };
    if (text.starts_with("Switch acd-")) world.machines.start(*machine(std::string_view("Switch ").size()), world.now);
    if (text.starts_with("Shut acd-")) world.machines.shut_down(*machine(std::string_view("Shut ").size()), world.now, false);
}

}  // namespace

TEST_CASE("a failover and its failback: every row of the wiki's tables, in its order, and the site is left as it was") {
    SimulatedRun simulated("jtel/site.proc");
    simulated.rest();  // the sessions of a site at work come up within minutes
    const auto before = simulated.state();

    REQUIRE(simulated.play("jtel/failover.proc") == End::Completed);
    CHECK(simulated.went_off() ==
          Names{"acd-tel1", "acd-jb1", "acd-jb2", "acd-jb3", "acd-chat1", "acd-api1", "acd-dbs1", "acd-dbm1", "acd-lb1", "acd-store1"});
    CHECK(simulated.told.did("acd-lb1 haproxy.maint") == 6);
    CHECK(simulated.told.did("acd-lb2 haproxy.maint") == 6);
    for (const char* server : {"jb/acd-jb1", "jb/acd-jb2", "jb/acd-jb3", "chat/acd-chat1", "api/acd-api1", "mysql/acd-dbm1"})
        CHECK(simulated.state().at("acd-lb2 haproxy " + std::string(server)).starts_with("maint"));

    REQUIRE(simulated.play("jtel/failback.proc") == End::Completed);
    const Names up = simulated.came_up();
    REQUIRE(up.size() == 10);
    CHECK(Names(up.begin(), up.begin() + 4) == Names{"acd-store1", "acd-lb1", "acd-dbm1", "acd-dbs1"});
    CHECK(simulated.told.did("acd-lb2 haproxy.ready") == 6);
    for (const char* service : {"robot5", "jtel Platform UDP Listener", "jtel Presence Aggregator", "jtel TAPI service",
                                "jtelEWSMailService", "jtelIMAPMailService"}) {
        CAPTURE(service);
        // Stopped on both sides, started on one; stopped there, and on the other one after its boot; started on both.
        CHECK(simulated.told.did("winsvc.stop(\"" + std::string(service)) == 4);
        CHECK(simulated.told.did("winsvc.start(\"" + std::string(service)) == 3);
    }
    for (const auto& entry : {std::pair{"wildfly", 3U}, {"jtel-clientmessenger", 1U}, {"jtelrest", 1U}, {"jtel-listener", 1U}}) {
        const auto& unit = std::get<0>(entry);
        const auto& machines = std::get<1>(entry);
        CAPTURE(unit);
        CHECK(simulated.told.did("systemd.stop(\"" + std::string(unit)) == 4 * machines);
        CHECK(simulated.told.did("systemd.start(\"" + std::string(unit)) == 3 * machines);
    }
    CHECK(simulated.told.did("acd-tel1 winsvc.stop(\"AcdGroupDistribute") == 1);
    CHECK(simulated.told.did("acd-tel2 winsvc.stop(\"AcdGroupDistribute") == 1);

    CHECK(simulated.told.failures.empty());
    simulated.rest();
    procedures::same_state(before, simulated.state());
}

TEST_CASE("a failover leaves what it says, and its failback takes all of it back") {
    SimulatedRun simulated("jtel/site.proc");
    simulated.rest();
    REQUIRE(simulated.play("jtel/failover.proc") == End::Completed);
    support::matches_golden(support::in_tests("procedures/left/failover.txt"), simulated.left_behind());
    CHECK(simulated.told.left->others.empty());
    CHECK(simulated.told.left->not_known.empty());
    REQUIRE(simulated.play("jtel/failback.proc") == End::Completed);
    support::matches_golden(support::in_tests("procedures/left/failback.txt"), simulated.left_behind());
    CHECK(cli::parts_of(*simulated.told.left).empty());
}

TEST_CASE("a failover whose sessions do not end is given up, and software-on starts what it has stopped") {
    SimulatedRun simulated("jtel/site.proc", "healthy", {"acd-jb2: session stuck"});
    simulated.rest();
    auto before = simulated.state();
    REQUIRE(simulated.play("jtel/failover.proc") == End::Failed);
    CHECK(simulated.told.failed_step.starts_with("No session is active"));
    const std::size_t stopped = simulated.told.did(".stop(");
    REQUIRE(stopped > 0);
    REQUIRE(simulated.play("jtel/software-on.proc") == End::Completed);
    CHECK(simulated.told.did(".start(") == stopped);
    simulated.rest();
    auto after = simulated.state();
    // The stuck session is still there, beside those of the software that was started.
    for (auto* state : {&before, &after}) state->erase("acd-jb2 database sessions");
    procedures::same_state(before, after);
}

TEST_CASE("software-on starts nothing once the storage was moved") {
    SimulatedRun simulated("jtel/site.proc", "failed-over");
    simulated.rest();
    CHECK(simulated.play("jtel/software-on.proc") == End::Failed);
    CHECK(simulated.told.done.empty());
}

TEST_CASE("what happens beside a failover stands out at its end") {
    SimulatedRun simulated("jtel/site.proc");
    simulated.rest();
    bool injected = false;
    simulated.hands = [&](rehearsal::World& world, const std::string& text) {
        if (injected || simulated.told.done.empty() || text.find("log in to the portal") == std::string::npos) return;
        injected = !rehearsal::inject(world, "acd-dbs2: replica error 1062");
    };
    simulated.play("jtel/failover.proc");
    REQUIRE(injected);
    REQUIRE(simulated.told.left->others.size() == 1);
    CHECK(support::said(simulated.told.left->others.front().text) ==
          support::said("acd-dbs2 does not replicate from 10.1.1.61:3306: its SQL thread is stopped"));
}

TEST_CASE("trap 37: a reload of HAProxy that forgets who is in MAINT is seen before the machines go off") {
    SimulatedRun simulated("jtel/site.proc");
    simulated.rest();
    simulated.told.after = [&](const std::string& step) {
        if (!step.starts_with("MAINT for every server")) return;
        const lang::Host& balancer = *simulated.world.site->find_host("acd-lb2");
        simulated.world.run(balancer, "socat -t 10 - UNIX-CONNECT:/run/haproxy/admin.sock", "set server jb/acd-jb2 state ready\n",
                            simulated.world.now);
    };
    CHECK(simulated.play("jtel/failover.proc") == End::Failed);
    CHECK(simulated.told.said("a reload forgets who is in MAINT"));
    CHECK(simulated.told.said("acd-jb2"));
    CHECK(simulated.went_off().empty());
}

TEST_CASE("one pair of procedures serves both directions, and passes over what is not installed") {
    SimulatedRun simulated("jtel/site.proc", "healthy",
                           {"acd-tel1: service missing jtel TAPI service", "acd-tel2: service missing jtelEWSMailService"});
    simulated.rest();
    const auto before = simulated.state();
    REQUIRE(simulated.play("jtel/failover.proc") == End::Completed);
    REQUIRE(simulated.play("jtel/failback.proc", {"original_sides=false"}) == End::Completed);
    CHECK(simulated.state().at("cluster balancers ip_lb") == "Started on acd-lb2");
    REQUIRE(simulated.play("jtel/failover.proc", {"home=2", "away=1"}) == End::Completed);
    for (const char* name : {"acd-store2", "acd-jb6"}) CHECK(simulated.state().at(name + std::string(" power")) == "off");
    CHECK(simulated.state().at("acd-jb1 power") == "on");
    REQUIRE(simulated.play("jtel/failback.proc", {"home=2", "away=1", "original_sides=false"}) == End::Completed);
    CHECK(simulated.told.failures.empty());
    CHECK(simulated.told.did("acd-tel1 winsvc.stop(\"jtel TAPI service") == 0);
    CHECK(simulated.told.did("acd-tel2 winsvc.stop(\"jtel TAPI service") == 4);
    simulated.rest();
    procedures::same_state(before, simulated.state());
}

TEST_CASE("where there are no services a person closes and starts windows; where there is no systemctl, `service` is used") {
    SimulatedRun simulated("jtel/older.proc");
    simulated.rest();
    const auto before = simulated.state();
    fail_over_and_back(simulated);
    for (const char* window : {"8-Server: startup_launcher.cmd", "Platform UDP Listener: startListener.bat",
                               "Presence Aggregator: start-presence-aggregator.cmd", "Telephony Connector: jtelTAPIMonitorService.exe"}) {
        CAPTURE(window);
        CHECK(simulated.told.asked("On acd-tel1, closed: the starter window of " + std::string(window)));
        CHECK(simulated.told.asked("On acd-tel1, started by its link in shell:startup: " + std::string(window)));
    }
    CHECK(simulated.told.asked("On acd-tel2, closed: the starter window of Telephony Connector: JTELInnovaphonePBXService.exe"));
    CHECK(simulated.told.asked("Stop the daemon AcdGroupDistribute.r5 on the acd-tel of VM-Host 1"));
    CHECK(simulated.told.asked("Start the daemon AcdGroupDistribute.r5 on the acd-tel of VM-Host 2"));
    CHECK(simulated.told.asked("Back the database on acd-dbm1 up"));
    CHECK(simulated.told.asked("Schedule a monitoring downtime of 2h"));
    CHECK(simulated.told.asked("With chat: one is accepted and answered"));
    CHECK(simulated.sent("service wildfly stop") > 0);
    CHECK(simulated.sent("systemctl stop") == 0);
    simulated.rest();
    procedures::same_state(before, simulated.state());
}

TEST_CASE("where the site has no verbs for it, a person switches the machines") {
    const procedures::Copy copy;
    copy.edit("jtel/older.proc", "import \"../libvirt/power.proc\"\n", "");
    SimulatedRun simulated("jtel/older.proc", "healthy", {}, copy.folder());
    simulated.hands = switches;
    fail_over_and_back(simulated);
    CHECK(simulated.sent("virsh") == 0);
    CHECK(simulated.told.asked("Shut acd-tel1 down, and see in the hypervisor that it is off"));
    CHECK(simulated.told.asked("Switch acd-lb1 on"));
}

TEST_CASE("a failover stops at what is wrong") {
    procedures::stops("site.proc", "jtel/",
                      {
                          {"failover.proc", "split-brain", {}, "healthy", "drbd."},
                          {"failover.proc", "replication broken", {}, "healthy", "acd-dbm2"},
                          {"failover.proc", "stuck session", {}, "session", "user \"jtel\""},
                          {"failover.proc", "server out", {}, "healthy", "load-balanced"},
                          {"failover.proc", "storage stays", {}, "Storage to", "g_store"},
                          {"failover.proc", "chat does not start", {}, "Only VM-Host 2", "jtel-clientmessenger"},
                          {"failover.proc", "healthy", {"acd-tel2: unreachable"}, "Stop the software", "acd-tel2"},
                          {"failover.proc", "healthy", {}, "healthy", "the storage is not on VM-Host 2", {"home=2", "away=1"}},
                      });
}

TEST_CASE("a failback stops at what is wrong") {
    procedures::stops(
        "site.proc", "jtel/",
        {
            {"failback.proc", "no boot", {}, "Start the machines", "acd-store1"},
            {"failback.proc", "failed-over", {"acd-lb1: no-boot"}, "Start the machines", "acd-lb1"},
            {"failback.proc", "failed-over", {"acd-store1: pcs failed-start g_store"}, "Storage and load", "g_store"},
            {"failback.proc", "failed-over", {"acd-tel2: unreachable"}, "Stop the software", "acd-tel2"},
            {"failback.proc", "failed-over", {"acd-chat1: unit fails jtel-clientmessenger"}, "Start the software", "jtel-clientmessenger"},
        });
}

TEST_CASE("a failback does not begin where a machine came up by itself") {
    SimulatedRun simulated("jtel/site.proc", "failed-over");
    simulated.ask("vmhost1", "virsh start acd-jb1");
    CHECK(simulated.play("jtel/failback.proc") == End::Failed);
    CHECK(simulated.told.failed_step.find("VM-Host 2 is the active side") != std::string::npos);
    CHECK(simulated.told.said("a machine came up by itself"));
}

TEST_CASE("a failback compares HAProxy with how it was kept before the failover") {
    SimulatedRun simulated("jtel/older.proc", "failed-over");
    simulated.ask("acd-lb2", "socat -t 10 - UNIX-CONNECT:/run/haproxy/admin.sock", "set server jb/acd-jb2 state maint\n");
    CHECK(simulated.play("jtel/failback.proc") == End::Failed);
    CHECK(simulated.told.said("load-balanced"));
}

TEST_CASE("the same seed tells the same story") {
    const auto story = [] {
        SimulatedRun simulated("jtel/older.proc");
        simulated.play("jtel/failover.proc");
        return simulated.story();
    };
    CHECK(story() == story());
}
