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

TEST_CASE("a site's own scene wins, and its troubles are injected") {
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
    const auto error = inject(pair.world, "store1: drdb standalone");
    CHECK(says(error, "unknown trouble \"drdb standalone\""));
    CHECK(says(error, "did you mean \"drbd standalone\"?"));
    for (const TroublesOf& system : known_troubles()) {
        for (const Trouble& trouble : system.troubles) CHECK(says(error, trouble.form));
    }
    for (const char* mine :
         {"off", "no-boot", "unreachable", "silent", "drbd standalone", "drbd slow", "pcs failed-start RESOURCE", "pcs lost", "pcs slow"}) {
        CHECK(says(error, mine));
    }
}

TEST_CASE("a trouble on the wrong machine, or badly written, is an error that says so") {
    Pair pair;
    CHECK(says(inject(pair.world, "store9: off"), "which is not a host of the site"));
    CHECK(says(inject(pair.world, "store1 off"), "HOST: WORDS"));
    CHECK(says(inject(pair.world, "kvm1: drbd standalone"), "kvm1 is in no pacemaker cluster with DRBD"));
    CHECK(says(inject(pair.world, "kvm1: pcs slow"), "kvm1 is in no pacemaker cluster"));
    CHECK(says(inject(pair.world, "store1: pcs failed-start nosuch"), "they have: fs, vip"));
}

TEST_CASE("every trouble is injected as its example is written, and told what it is for") {
    Pair pair;
    for (const TroublesOf& system : known_troubles()) {
        for (const Trouble& trouble : system.troubles) {
            CAPTURE(trouble.form);
            CHECK(trouble.doc.ends_with("."));
            const std::size_t colon = trouble.example.find(": ");
            REQUIRE(colon != std::string::npos);
            const std::string words = trouble.example.substr(colon + 2);
            CHECK(is_written_as(trouble.form, words));
            CHECK_FALSE(says(inject(pair.world, "store1: " + words), "unknown trouble"));
        }
    }
}

TEST_CASE("a trouble that is nearly known, or about a known system, is told which ones there are") {
    const auto advice = [](std::string_view words) { return advice_on_trouble(words, known_troubles()); };
    CHECK(advice("unit failz nginx") == "did you mean \"unit fails nginx\"?");
    CHECK(advice("unit fails") == "did you mean \"unit fails UNIT\"?");
    CHECK(advice("offf") == "did you mean \"off\"?");
    CHECK(advice("service fails jtel robot 5 now") == "did you mean \"service fails jtel robot 5 now\"?");
    CHECK(advice("systemd stopped nginx") ==
          "of systemd there are \"unit fails UNIT\", \"unit slow UNIT\", \"no-systemctl\"; `procrun docs troubles` lists all of them");
    CHECK(advice("on fire") == "`procrun docs troubles` lists those that there are");
}

TEST_CASE("the check learns which troubles of a scene are unknown, and which its host cannot have") {
    Pair pair;
    const auto judged = [&](std::vector<std::string> troubles, std::optional<std::string> after, bool sound) {
        return what_can_be_rehearsed().judge(pair.site, {.name = "x", .after = after, .troubles = std::move(troubles), .span = {}}, sound);
    };
    CHECK(judged({"store1: off", " store2 : drbd slow "}, std::nullopt, true).empty());
    const auto found = judged({"store1: of", "kvm1: drbd slow", "elsewhere: pcs slow", "off"}, std::nullopt, true);
    REQUIRE(found.size() == 2);
    CHECK(found[0].is_unknown);
    CHECK(found[0].instead == "did you mean \"off\"?");
    CHECK_FALSE(found[1].is_unknown);
    CHECK(found[1].trouble == 1);
    CHECK(says(found[1].why, "kvm1 is in no pacemaker cluster"));
    CHECK(judged({"kvm1: drbd slow"}, "failover.proc", true).empty());
    CHECK(judged({"kvm1: drbd slow"}, std::nullopt, false).empty());
    CHECK(what_can_be_rehearsed().scenes(pair.site) == scene_names(pair.site));
}
