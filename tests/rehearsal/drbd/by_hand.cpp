// A DRBD pair that no cluster manager has in its hands: the fact `drbd` of two hosts.
#include <doctest/doctest.h>

#include "rehearsal/scheduler.hpp"
#include "tests/rehearsal/lab.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;
using namespace std::chrono_literals;

namespace {

/// Two machines with a resource, and a cluster that moves an address between them and knows nothing of it.
struct Stores {
    lang::Site site;
    World world;
    lang::Time clock = first_moment;

    explicit Stores(bool two_primaries) {
        for (const char* name : {"store1", "store2"})
            add_host(site, name, lang::Os::Linux, {{"drbd", "r0"}, {"allow_two_primaries", two_primaries}});
        add_cluster(site, "storage", "pacemaker", {"store1", "store2"}).settings = {{"resource", "g_samba"}, {"ip", "10.77.0.100"}};
        world = World::healthy(site, clock);
        pass(10s);
    }
    Stores(const Stores&) = delete;

    void pass(lang::Duration time) { world.advance(clock += time); }
    Answer run(std::string_view on, const std::string& line) { return world.run(*site.find_host(on), line, {}, clock); }
    std::string role(std::string_view on) { return run(on, "drbdadm role r0").out; }
    std::string disk(std::string_view on) { return run(on, "drbdadm dstate r0").out; }
};

}  // namespace

TEST_CASE("a pair that may have two Primaries has them, and Pacemaker knows nothing of it") {
    Stores stores(true);
    CHECK(stores.role("store1") == "Primary/Primary\n");
    CHECK(stores.disk("store2") == "UpToDate/UpToDate\n");
    CHECK(stores.run("store1", "crm_mon -1 -r --output-as=xml").out.find("linbit:drbd") == std::string::npos);
    // Samba is beside the address, and keeps the device open there only.
    CHECK(stores.run("store1", "drbdadm secondary r0").code == 11);
    CHECK(stores.run("store2", "drbdadm secondary r0").code == 0);
    CHECK(stores.role("store1") == "Primary/Secondary\n");
    CHECK(stores.run("store2", "drbdadm primary r0").code == 0);
}

TEST_CASE("a pair by hand that may not have two Primaries refuses the second") {
    Stores stores(false);
    CHECK(stores.role("store1") == "Primary/Secondary\n");
    CHECK(stores.run("store2", "drbdadm primary r0").code == 11);
}

TEST_CASE("a machine of a pair by hand comes up Secondary, and gets what it missed") {
    Stores stores(true);
    stores.run("store2", "drbdadm secondary r0");
    stores.run("store2", "shutdown -h now");
    stores.pass(2min);
    CHECK(stores.role("store1") == "Primary/Unknown\n");
    stores.world.machines.start(*stores.site.find_host("store2"), stores.clock);
    stores.pass(70s);
    CHECK(stores.role("store2") == "Secondary/Primary\n");
    CHECK(stores.disk("store2") == "Inconsistent/UpToDate\n");
    stores.pass(2min);
    CHECK(stores.disk("store2") == "UpToDate/UpToDate\n");
}
