// Start-up and shutdown of a jtel ACD in every size: the order, what is left, and where they stop.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/procedures/simulated_run.hpp"

using procedures::SimulatedRun;
using runtime::End;

namespace {

using Names = std::vector<std::string>;

struct Size {
    const char *folder, *site;
    Names down;  ///< in this order; what lies before `first_in_turn` in any
    std::size_t first_in_turn;
    Names up;  ///< those that come up in turn
};

const std::vector<Size> sizes = {
    {"jtel/non-redundant/", "simple-v1.proc", {"acd-tel1", "acd-store"}, 1, {"acd-store"}},
    {"jtel/non-redundant/", "simple-v2.proc", {"acd-tel1", "acd-dbm", "acd-store"}, 1, {"acd-store", "acd-dbm"}},
    {"jtel/non-redundant/", "simple-v3.proc", {"acd-jb1", "acd-tel1", "acd-dbm", "acd-store"}, 2, {"acd-store", "acd-dbm"}},
    {"jtel/non-redundant/",
     "master-slave.proc",
     {"acd-api1", "acd-chat1", "acd-jb1", "acd-jb2", "acd-tel1", "acd-tel2", "acd-dbs", "acd-dbm", "acd-store"},
     6,
     {"acd-store", "acd-dbm", "acd-dbs"}},
    {"jtel/",
     "site.proc",
     {"acd-api1", "acd-api2", "acd-chat1", "acd-chat2", "acd-jb1",  "acd-jb2",  "acd-jb3", "acd-jb4", "acd-jb5",    "acd-jb6",
      "acd-tel1", "acd-tel2", "acd-dbs1",  "acd-dbs2",  "acd-dbm2", "acd-dbm1", "acd-lb2", "acd-lb1", "acd-store2", "acd-store1"},
     12,
     {"acd-store1", "acd-store2", "acd-lb1", "acd-lb2", "acd-dbm1", "acd-dbm2", "acd-dbs1", "acd-dbs2"}},
    {"jtel/",
     "older.proc",
     {"acd-jb1", "acd-jb2", "acd-tel1", "acd-tel2", "acd-dbm2", "acd-dbm1", "acd-lb2", "acd-lb1"},
     4,
     {"acd-lb1", "acd-lb2", "acd-dbm1", "acd-dbm2"}},
};

/// The first `n` of them sorted: they went in any order.
Names with_sorted(Names names, std::size_t n) {
    std::sort(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(n, names.size())));
    return names;
}

std::size_t place(const Names& names, const std::string& name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace

TEST_CASE("every size goes off and comes up in its order, and is then as it was") {
    for (const Size& size : sizes) {
        CAPTURE(size.site);
        const std::string folder = size.folder;
        SimulatedRun simulated(folder + size.site);
        simulated.rest();
        const auto before = simulated.state();

        REQUIRE(simulated.play(folder + "shutdown.proc") == End::Completed);
        CHECK(with_sorted(simulated.went_off(), size.first_in_turn) == size.down);
        for (const std::string& name : size.down) CHECK_MESSAGE(simulated.state().at(name + " power") == "off", name);

        REQUIRE(simulated.play(folder + "startup.proc") == End::Completed);
        const Names up = simulated.came_up();
        REQUIRE(up.size() == size.down.size());
        CHECK(Names(up.begin(), up.begin() + static_cast<std::ptrdiff_t>(size.up.size())) == size.up);
        CHECK(simulated.told.failures.empty());
        simulated.rest();
        procedures::same_state(before, simulated.state());
    }
}

TEST_CASE("which machine of a pair is active is found out: it goes off last and comes up first") {
    SimulatedRun simulated("jtel/older.proc");
    simulated.ask("acd-lb1", "pcs resource move g_store acd-lb2");
    simulated.rest();
    REQUIRE(simulated.play("jtel/shutdown.proc") == End::Completed);
    const Names off = simulated.went_off();
    CHECK(place(off, "acd-dbm2") < place(off, "acd-dbm1"));
    CHECK(place(off, "acd-lb1") < place(off, "acd-lb2"));
    REQUIRE(simulated.play("jtel/startup.proc") == End::Completed);
    CHECK(simulated.came_up().front() == "acd-lb2");
}

TEST_CASE("where no client tells which database is active, a person says so") {
    SimulatedRun simulated("jtel/older.proc");
    for (const auto& host : simulated.world.site->hosts) {
        for (const char* unit : {"wildfly", "jtel-listener"}) {
            if (host->os == lang::Os::Linux) simulated.ask(host->name, std::string("service ") + unit + " stop");
        }
        if (host->os == lang::Os::Windows) simulated.world.machines.shut_down(*host, simulated.world.now, false);
    }
    simulated.rest();
    CHECK(simulated.play("jtel/shutdown.proc") == End::Failed);
    CHECK(simulated.told.said("is_active"));
    CHECK(simulated.went_off().empty());
    REQUIRE(simulated.play("jtel/shutdown.proc", {"active_database=acd-dbm2"}) == End::Completed);
    CHECK(place(simulated.went_off(), "acd-dbm1") < place(simulated.went_off(), "acd-dbm2"));
}

TEST_CASE("a start-up without a shutdown before it asks which side was active") {
    SimulatedRun simulated("jtel/older.proc");
    for (const auto& host : simulated.world.site->hosts) {
        if (host->name.starts_with("acd-")) simulated.world.machines.destroy(*host, simulated.world.now, simulated.world);
    }
    CHECK(simulated.play("jtel/startup.proc") == End::Failed);
    CHECK(simulated.told.said("say side=1 or side=2"));
    CHECK(simulated.came_up().empty());
    CHECK(simulated.play("jtel/startup.proc", {"side=1"}) == End::Completed);
    CHECK(simulated.came_up().front() == "acd-lb1");
}

TEST_CASE("a shutdown stops at what is wrong") {
    procedures::stops("site.proc", "jtel/",
                      {
                          {"shutdown.proc", "split-brain", {}, "which machines are active", "the storage is not in sync"},
                          {"shutdown.proc", "replication broken", {}, "which machines are active", "acd-dbm2"},
                          {"shutdown.proc", "healthy", {"acd-lb2: unreachable"}, "which machines are active", "acd-lb2"},
                          {"shutdown.proc", "healthy", {"acd-jb3: unreachable"}, "Telephony and web", "acd-jb3"},
                          {"shutdown.proc", "healthy", {"acd-dbm2: off"}, "which machines are active", "acd-dbm2"},
                      });
    for (const char* size : {"simple-v1.proc", "master-slave.proc"}) {
        const std::string databases = size == std::string("simple-v1.proc") ? "Storage" : "Database master";
        procedures::stops(size, "jtel/non-redundant/",
                          {
                              {"shutdown.proc", "telephony out of reach", {}, "Telephony and web", "acd-tel1"},
                              {"shutdown.proc", "database out of reach", {}, databases.c_str(), "does not answer"},
                              {"shutdown.proc", "healthy", {"acd-store: unreachable"}, "Storage", "acd-store"},
                          });
    }
}

TEST_CASE("a start-up stops at what is wrong") {
    procedures::stops(
        "older.proc", "jtel/",
        {
            {"startup.proc", "shut-down", {"acd-lb1: no-boot"}, "Storage", "acd-lb1 does not come up"},
            {"startup.proc", "shut-down", {"acd-dbm2: no-boot"}, "Database masters", "acd-dbm2 does not come up"},
            {"startup.proc", "shut-down", {"acd-jb2: unit fails wildfly"}, "Web and telephony", "a Linux machine did not start"},
        });
    for (const char* size : {"simple-v1.proc", "master-slave.proc"}) {
        procedures::stops(size, "jtel/non-redundant/",
                          {
                              {"startup.proc", "no boot", {}, "Storage", "acd-store does not come up"},
                              {"startup.proc", "no database", {}, "Database master", "the master database does not start"},
                              {"startup.proc", "no Wildfly", {}, "Telephony and web", "a Linux machine did not start"},
                              {"startup.proc", "no 8-Server", {}, "Telephony and web", "a telephony machine did not start"},
                          });
    }
}
