// A node that is lost and that nobody fences: each side sees the other as unclean, and goes on with what it has.
#include <doctest/doctest.h>

#include "rehearsal/scene.hpp"
#include "stdlib/pcs/read/cluster.hpp"
#include "tests/rehearsal/pair.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;
using namespace std::chrono_literals;
using stdlib::pcs::Cluster;

namespace {

struct Split : Pair {
    explicit Split(std::string_view lost) {
        REQUIRE_FALSE(inject(world, std::string(lost) + ": pcs lost"));
        pass(2min);
    }
    Cluster seen_by(std::string_view node) { return std::get<Cluster>(stdlib::pcs::read(out(node, "crm_mon -1 -r --output-as=xml"))); }
    std::string location_seen_by(std::string_view node) {
        const auto where = stdlib::pcs::location(seen_by(node), "grp");
        return std::holds_alternative<std::string>(where) ? std::get<std::string>(where) : "unknown";
    }
};

}  // namespace

TEST_CASE("a lost node that runs everything goes on, and the other one starts nothing of it") {
    Split split("store1");
    const Cluster there = split.seen_by("store2");
    REQUIRE(there.node("store1") != nullptr);
    CHECK(there.node("store1")->unclean);
    CHECK_FALSE(there.node("store1")->online);
    CHECK(there.dc == "store2");
    CHECK(there.fencing == true);
    REQUIRE(there.fencings.size() == 1);
    CHECK(there.fencings[0].state == stdlib::pcs::Fencing::State::Failed);
    CHECK(split.location_seen_by("store2") == "unknown");

    const Cluster here = split.seen_by("store1");
    CHECK(here.node("store2")->unclean);
    CHECK(here.dc == "store1");
    CHECK(split.location_seen_by("store1") == "store1");
    CHECK(split.role("store1") == "Primary/Unknown\n");
    CHECK(split.role("store2") == "Secondary/Unknown\n");
    CHECK(split.connection("store1") == "WFConnection\n");
}

TEST_CASE("nothing is moved away from a lost node, nor to one") {
    for (const char* lost : {"store1", "store2"}) {
        CAPTURE(lost);
        Split split(lost);
        CHECK(split.finish("store1", "pcs resource move grp store2").code == 1);
        CHECK(split.finish("store2", "pcs resource move grp store2").code == 1);
        split.pass(5min);
        CHECK(split.role("store1") == "Primary/Unknown\n");
        CHECK(split.role("store2") == "Secondary/Unknown\n");
    }
}

TEST_CASE("where the lost node ran nothing, all stays where it is; what is stopped is not started again") {
    Split split("store2");
    CHECK(split.location_seen_by("store1") == "store1");
    split.finish("store1", "pcs resource disable grp");
    split.pass(1min);
    CHECK(split.finish("store1", "pcs resource enable grp").code == 0);
    split.pass(2min);
    CHECK(split.location_seen_by("store1") == "unknown");
    split.world.pacemaker.meet_again(split.host("store2"), split.clock, split.world);
    split.pass(2min);
    CHECK(split.location_seen_by("store1") == "store1");
}

TEST_CASE("what the others know of a lost node is a memory, also when its power has gone") {
    Split split("store1");
    split.finish("kvm1", "virsh destroy store1");
    split.pass(3min);
    CHECK(split.seen_by("store2").node("store1")->unclean);
    CHECK(split.location_seen_by("store2") == "unknown");
    CHECK(split.role("store2") == "Secondary/Unknown\n");
    split.finish("kvm1", "virsh start store1");
    split.pass(3min);
    CHECK(split.run("store1", "crm_mon -1 -r --output-as=xml").code == 102);  // it waits for the others
    CHECK(split.location_seen_by("store2") == "unknown");
}

TEST_CASE("when they meet again nothing has changed; of a node that is off it is known then") {
    Split split("store1");
    split.world.pacemaker.meet_again(split.host("store1"), split.clock, split.world);
    split.pass(5min);
    CHECK(split.location_seen_by("store2") == "store1");
    CHECK(split.connection("store2") == "Connected\n");
    CHECK(split.disk("store2") == "UpToDate/UpToDate\n");

    Split off("store1");
    off.finish("kvm1", "virsh destroy store1");
    off.pass(3min);
    off.world.pacemaker.meet_again(off.host("store1"), off.clock, off.world);
    off.pass(2min);
    CHECK(off.location_seen_by("store2") == "store2");
    CHECK_FALSE(off.seen_by("store2").node("store1")->unclean);
}

TEST_CASE("a node that is off cannot be lost") {
    Pair pair;
    pair.finish("kvm1", "virsh destroy store1");
    pair.pass(2min);
    REQUIRE_FALSE(inject(pair.world, "store1: pcs lost"));
    CHECK_FALSE(pair.world.pacemaker.is_lost(pair.host("store1")));
}
