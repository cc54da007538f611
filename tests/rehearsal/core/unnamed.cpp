// What a rehearsal lacks is told with what to write into the site.
#include "rehearsal/core/unnamed.hpp"

#include <doctest/doctest.h>

#include "tests/rehearsal/pair.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;

namespace {

std::string told(Pair& pair, std::string_view on, const std::string& line) {
    pair.world.unnamed.clear();
    pair.run(on, line);
    return pair.world.unnamed.empty() ? std::string() : *pair.world.unnamed.begin();
}

}  // namespace

TEST_CASE("a unit that the site does not name is told with the fact that would name it") {
    Pair pair;
    CHECK(told(pair, "kvm1", "systemctl show -p ActiveState -- wildfly") ==
          "kvm1 has no unit \"wildfly\": write `unit \"wildfly\"` into `host kvm1 { … }`, and above it `fact unit: text = \"\"`");
    CHECK(told(pair, "kvm1", "sudo -n -- systemctl stop -- wildfly.service").starts_with("kvm1 has no unit \"wildfly\":"));
    CHECK(told(pair, "kvm1", "service wildfly status").starts_with("kvm1 has no unit \"wildfly\":"));
    CHECK(told(pair, "kvm1", "systemctl show -p ActiveState -- ssh").empty());
    CHECK(told(pair, "kvm1", "systemctl list-units --failed --plain --no-legend").empty());
    CHECK(told(pair, "kvm1", "systemctl show -p Id,FragmentPath,ActiveState -- '*.service'").empty());
}

TEST_CASE("a machine that has a unit already gets a list") {
    lang::Site site;
    add_host(site, "web1", lang::Os::Linux).facts = {{"unit", "nginx"}, {"units", lang::Value::list({"keepalived"})}};
    World world = World::healthy(site, first_moment);
    world.run(*site.find_host("web1"), "systemctl start -- cron", "", first_moment);
    REQUIRE(world.unnamed.size() == 1);
    CHECK(*world.unnamed.begin() == "web1 has no unit \"cron\": write `units [\"keepalived\", \"cron\"]` into `host web1 { … }`");
}

TEST_CASE("a tool of a system that the machine has no part in is told with the cluster that would give it one") {
    Pair pair;
    CHECK(told(pair, "kvm1", "drbdadm role r1").find("`drbd \"r1\"`") != std::string::npos);
    CHECK(told(pair, "store1", "drbdadm role r1").find("DRBD resource \"r1\"") != std::string::npos);
    CHECK(told(pair, "store1", "drbdadm role r0").empty());
    CHECK(told(pair, "kvm1", "pcs status xml").find("kind pacemaker") != std::string::npos);
    CHECK(told(pair, "store1", "pcs status xml").empty());
    CHECK(told(pair, "store1", "mysql --batch -e 'SELECT 1'").find("kind mysql") != std::string::npos);
    CHECK(told(pair, "store1", "socat - UNIX-CONNECT:/run/haproxy/admin.sock").find("kind haproxy") != std::string::npos);
    CHECK(told(pair, "tel1", "sc query robot5").find("write `services [\"robot5\"]` into `host tel1 { … }`") != std::string::npos);
    CHECK(told(pair, "store1", "true").empty());
}

TEST_CASE("the machine that procrun runs on is simulated too, and the site need not name it") {
    Pair pair;
    const lang::Host& here = *pair.site.find_host("here");
    CHECK(pair.world.machines.is_on(here));
    CHECK(pair.world.run(here, "systemctl is-active ssh", "", pair.clock).out == "active\n");
    pair.world.unnamed.clear();
    pair.world.run(here, "systemctl is-active cron", "", pair.clock);
    REQUIRE(pair.world.unnamed.size() == 1);
    CHECK(pair.world.unnamed.begin()->find("`host NAME { via local  … }`") != std::string::npos);
}
