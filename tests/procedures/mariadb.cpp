// The switchover of a MariaDB pair on its simulated site: there and back, and where it must not go on.
#include <doctest/doctest.h>

#include "tests/procedures/simulated_run.hpp"

using procedures::SimulatedRun;
using procedures::Trouble;
using runtime::End;

namespace {

const std::string examples = PROCRUN_SOURCE_DIR "/examples/";
const std::string mariadb_site = "mariadb/site.proc", switchover = "mariadb/switchover.proc";

std::string state_of(const SimulatedRun& simulated, const std::string& database) { return simulated.state().at(database + " mysql"); }

}  // namespace

TEST_CASE("a switchover: the pair changes places, all follow the new primary, and clients are there") {
    SimulatedRun simulated(mariadb_site, "healthy", {}, examples);
    simulated.rest();
    CHECK(state_of(simulated, "db1") == "serves, read-write, follows db2: IO No, SQL No, caught up");
    CHECK(state_of(simulated, "db3") == "serves, read-only, follows db1: IO Yes, SQL Yes, caught up");

    REQUIRE(simulated.play(switchover, {"primary=db1"}) == End::Completed);
    CHECK(simulated.told.failures.empty());
    CHECK(state_of(simulated, "db1") == "serves, read-only, follows db2: IO Yes, SQL Yes, caught up");
    CHECK(state_of(simulated, "db2") == "serves, read-write, follows db1: IO No, SQL No, caught up");
    CHECK(state_of(simulated, "db3") == "serves, read-only, follows db2: IO Yes, SQL Yes, caught up");
    simulated.rest();
    for (const char* client : {"web1", "web2"}) {
        const std::string sessions = simulated.state().at(std::string(client) + " database sessions");
        CHECK_MESSAGE(sessions.ends_with(" on db2"), sessions);
    }

    // The way back is the same procedure.
    REQUIRE(simulated.play(switchover, {"primary=db2"}) == End::Completed);
    CHECK(state_of(simulated, "db1") == "serves, read-write, follows db2: IO No, SQL No, caught up");
    CHECK(state_of(simulated, "db2") == "serves, read-only, follows db1: IO Yes, SQL Yes, caught up");
    CHECK(state_of(simulated, "db3") == "serves, read-only, follows db1: IO Yes, SQL Yes, caught up");
}

TEST_CASE("load balancers are told before the primary is closed, and of the new one when all follow it") {
    SimulatedRun simulated(mariadb_site, "healthy", {}, examples);
    simulated.rest();
    REQUIRE(simulated.play(switchover, {"primary=db1"}) == End::Completed);
    const std::vector<std::string> order = {"lb1 haproxy.maint(db1)", "lb2 haproxy.maint(db2)", "db1 mysql.make_read_only",
                                            "db1 mysql.end_sessions", "db2 mysql.promote",      "db2 mysql.stop_replica",
                                            "db3 mysql.follow",       "db1 mysql.follow",       "lb1 haproxy.ready(db2)"};
    std::size_t next = 0;
    for (const std::string& done : simulated.told.done) {
        if (next < order.size() && done.starts_with(order[next])) ++next;
    }
    CHECK_MESSAGE(next == order.size(), "not done, or not in its place: ", next < order.size() ? order[next] : "");
}

TEST_CASE("a switchover leaves what it says, and nothing else") {
    SimulatedRun simulated(mariadb_site, "healthy", {}, examples);
    simulated.rest();
    REQUIRE(simulated.play(switchover, {"primary=db1"}) == End::Completed);
    CHECK_MESSAGE(simulated.told.left->others.empty(), simulated.left_behind());
    CHECK_MESSAGE(simulated.told.left->not_known.empty(), simulated.left_behind());
}

TEST_CASE("troubles that a switchover does not get over: nothing was changed, or it is taken back") {
    const std::vector<Trouble> troubles = {
        {"switchover.proc", "a write that takes minutes", {}, "Writes end", "open transactions: ", {"primary=db1"}},
        {"switchover.proc", "a replica that is behind", {}, "is the primary, and all follow it", "a replica is behind", {"primary=db1"}},
        {"switchover.proc",
         "a write on the replica",
         {},
         "takes over",
         "written here and unknown to the source: 2-2-12001",
         {"primary=db1"}},
        {"switchover.proc",
         "a write on the third",
         {},
         "The others follow",
         "executed here and unknown to the new source",
         {"primary=db1"}},
        {"switchover.proc",
         "a primary that can't follow",
         {},
         "is the primary, and all follow it",
         "no user of replication",
         {"primary=db1"}},
        {"switchover.proc", "a third that is broken", {}, "is the primary, and all follow it", "db3", {"primary=db1"}},
        {"switchover.proc", "healthy", {}, "is the primary, and all follow it", "db2 is closed to writers", {"primary=db2"}},
    };
    procedures::stops("site.proc", "../examples/mariadb/", troubles);
}
