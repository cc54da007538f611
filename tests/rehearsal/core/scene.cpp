#include "rehearsal/scene.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/rehearsal/pair.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;
using namespace std::chrono_literals;

namespace {

bool says(const std::optional<std::string>& error, std::string_view words) { return error && error->find(words) != std::string::npos; }

}  // namespace

TEST_CASE("every site has the scenes healthy and failed-over") {
    Pair pair;
    CHECK(scene_names(pair.site) == std::vector<std::string>{"healthy", "failed-over"});
    REQUIRE(find_scene(pair.site, "failed-over"));
    CHECK(find_scene(pair.site, "failed-over")->troubles == std::vector<std::string>{"store1: off"});
    CHECK_FALSE(find_scene(pair.site, "burning"));
    World healthy = pair.world;
    CHECK_FALSE(arrange(healthy, *find_scene(pair.site, "healthy")));
    CHECK(healthy.snapshot() == pair.world.snapshot());
}

TEST_CASE("in failed-over the first node is off and the second has taken over") {
    Pair pair;
    CHECK_FALSE(arrange(pair.world, *find_scene(pair.site, "failed-over")));
    pair.clock = pair.world.now;
    CHECK_FALSE(pair.world.machines.is_on(pair.host("store1")));
    CHECK(pair.world.pacemaker.location("grp") == &pair.host("store2"));
    CHECK(pair.role("store2") == "Primary/Unknown\n");
}

TEST_CASE("a site's own scene wins, and its troubles are planted") {
    Pair pair;
    pair.site.scenes.push_back(
        {.name = "failed-over", .after = "failover.proc", .troubles = {"store2: drbd standalone", " kvm1 :  unreachable "}, .span = {}});
    const auto scene = find_scene(pair.site, "failed-over");
    REQUIRE(scene);
    CHECK(scene->after == "failover.proc");
    CHECK_FALSE(arrange(pair.world, *scene));
    pair.clock = pair.world.now;
    CHECK(pair.connection("store1") == "WFConnection\n");
    CHECK(pair.connection("store2") == "StandAlone\n");
    CHECK(pair.world.machines.refusal(pair.host("kvm1")) == Machines::Refusal::NoRoute);
    CHECK(pair.world.machines.is_on(pair.host("kvm1")));
}

TEST_CASE("a trouble that nobody knows is an error that lists all there are") {
    Pair pair;
    const auto error = plant(pair.world, "store1: drdb standalone");
    CHECK(says(error, "nobody knows the trouble \"drdb standalone\""));
    for (const std::string& trouble : known_troubles()) CHECK(says(error, trouble));
    for (const char* mine :
         {"off", "no-boot", "unreachable", "silent", "drbd standalone", "drbd slow", "pcs failed-start RESOURCE", "pcs lost", "pcs slow"}) {
        const auto known = known_troubles();
        CHECK(std::find(known.begin(), known.end(), mine) != known.end());
    }
}

TEST_CASE("a trouble on the wrong machine, or badly written, is an error that says so") {
    Pair pair;
    CHECK(says(plant(pair.world, "store9: off"), "the site has no host of this name"));
    CHECK(says(plant(pair.world, "store1 off"), "HOST: WORDS"));
    CHECK(says(plant(pair.world, "kvm1: drbd standalone"), "kvm1 is in no pacemaker cluster with DRBD"));
    CHECK(says(plant(pair.world, "kvm1: pcs slow"), "kvm1 is in no pacemaker cluster"));
    CHECK(says(plant(pair.world, "store1: pcs failed-start nosuch"), "they have: fs, vip"));
}
