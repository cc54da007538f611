// The readers of the standard library take the simulated site for the real thing: what they read in a recording is what they
// read in the same state here.
#include <doctest/doctest.h>

#include "rehearsal/scene.hpp"
#include "stdlib/drbd/read/status.hpp"
#include "stdlib/pcs/read/cluster.hpp"
#include "tests/rehearsal/pair.hpp"
#include "tests/support/golden.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;
using namespace std::chrono_literals;
using stdlib::pcs::Cluster;

namespace {

Cluster read(const std::string& xml) {
    const auto reading = stdlib::pcs::read(xml);
    REQUIRE(std::holds_alternative<Cluster>(reading));
    return std::get<Cluster>(reading);
}

Cluster recorded_cluster(const std::string& name) {
    return read(support::read(support::in_tests("recordings/pacemaker/" + name + ".xml")));
}

Cluster simulated(Pair& pair) { return read(pair.out("store2", "crm_mon -1 -r --output-as=xml")); }

void alike(const Cluster& here, const Cluster& there) {
    CHECK(here.dc == there.dc);
    CHECK(here.quorum == there.quorum);
    CHECK(here.maintenance == there.maintenance);
    REQUIRE(here.nodes.size() == there.nodes.size());
    for (std::size_t i = 0; i < here.nodes.size(); ++i) {
        CHECK(here.nodes[i].name == there.nodes[i].name);
        CHECK(here.nodes[i].online == there.nodes[i].online);
        CHECK(here.nodes[i].available() == there.nodes[i].available());
    }
    REQUIRE(here.resources.size() == there.resources.size());
    for (std::size_t i = 0; i < here.resources.size(); ++i) {
        const auto &mine = here.resources[i], &theirs = there.resources[i];
        CHECK(mine.id == theirs.id);
        CHECK(mine.agent == theirs.agent);
        CHECK(mine.role == theirs.role);
        CHECK(mine.group == theirs.group);
        CHECK(mine.clone == theirs.clone);
        CHECK(mine.nodes == theirs.nodes);
        CHECK(mine.transitional() == theirs.transitional());
    }
    CHECK(here.failures.size() == there.failures.size());
    CHECK(idle(here) == idle(there));
    CHECK(unsettled(here) == unsettled(there));
    CHECK(stdlib::pcs::problems(here, true).size() == stdlib::pcs::problems(there, true).size());
}

std::string proc(const std::string& state) { return support::read(support::in_tests("recordings/drbd/" + state + ".proc-drbd")); }

std::string drbd_status(const std::string& text) { return stdlib::drbd::status(stdlib::drbd::views_from_proc(text, {0})).show(); }

}  // namespace

TEST_CASE("the reader of crm_mon sees the recorded states") {
    Pair pair;
    alike(simulated(pair), recorded_cluster("all-well"));
    CHECK(stdlib::pcs::problems(simulated(pair), true).empty());
    pair.finish("store1", "pcs node standby store1");
    pair.pass(90s);
    alike(simulated(pair), recorded_cluster("store1-standby"));
}

TEST_CASE("the reader of crm_mon sees a node that crashed") {
    Pair pair;
    REQUIRE_FALSE(inject(pair.world, "store1: off"));
    pair.pass(2min);
    const Cluster cluster = simulated(pair);
    CHECK_FALSE(cluster.nodes[0].online);
    CHECK(std::get<std::string>(location(cluster, "grp")) == "store2");
    CHECK(idle(cluster));
}

TEST_CASE("the reader of crm_mon sees every moment of a failover, and is never puzzled") {
    Pair pair;
    pair.run("store1", "pcs node standby store1");
    bool was_busy = false;
    for (int i = 0; i < 240; ++i) {
        pair.pass(250ms);
        was_busy = was_busy || !idle(simulated(pair));
    }
    CHECK(was_busy);
    CHECK(idle(simulated(pair)));
    CHECK(std::get<std::string>(location(simulated(pair), "grp")) == "store2");
}

TEST_CASE("the reader of crm_mon sees that the cluster is stopped here") {
    Pair pair;
    pair.finish("store2", "pcs cluster stop");
    pair.pass(60s);
    const auto reading = stdlib::pcs::read(pair.out("store2", "crm_mon -1 -r --output-as=xml"));
    REQUIRE(std::holds_alternative<stdlib::pcs::Unreadable>(reading));
    CHECK(std::get<stdlib::pcs::Unreadable>(reading).stopped);
}

TEST_CASE("the reader of /proc/drbd sees the recorded states") {
    Pair pair;
    CHECK(drbd_status(pair.out("store1", "cat /proc/drbd")) == drbd_status(proc("primary-secondary-uptodate")));
    CHECK(drbd_status(pair.out("store2", "cat /proc/drbd")) == drbd_status(proc("secondary-primary-uptodate")));
    REQUIRE_FALSE(inject(pair.world, "store2: drbd standalone"));
    CHECK(drbd_status(pair.out("store2", "cat /proc/drbd")) == drbd_status(proc("standalone-secondary")));
    CHECK(drbd_status(pair.out("store1", "cat /proc/drbd")) == drbd_status(proc("peer-disconnected.wfconnection")));
}

TEST_CASE("the reader of /proc/drbd sees how far a resync is") {
    Pair pair;
    pair.run("store1", "pcs node standby store1");
    pair.pass(10min);
    pair.run("store1", "pcs node unstandby store1");
    pair.until(1min, [&] { return pair.connection("store2") == "SyncSource\n"; });
    double before = -1;
    for (int i = 0; i < 5; ++i) {
        pair.pass(5s);
        const lang::Value status = stdlib::drbd::status(stdlib::drbd::views_from_proc(pair.out("store2", "cat /proc/drbd"), {0}));
        REQUIRE_FALSE(status.is_unknown());
        const double synced = status.field("synced").number();
        CHECK(synced > before);
        CHECK(synced < 100);
        before = synced;
    }
}
