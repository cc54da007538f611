// The storage pair of the construct Primary/Primary: one after the other, the sync watched, and refused where it does not belong.
#include <doctest/doctest.h>

#include "tests/procedures/simulated_run.hpp"
#include "tests/support/said.hpp"

using procedures::SimulatedRun;
using runtime::End;

namespace {

using Names = std::vector<std::string>;

const std::string primary_primary_folder = "jtel/primary-primary/";

/// What the check finds in one of the two procedures, on a site of the copy.
std::string findings(const procedures::Copy& copy, const std::string& procedure, const std::string& site) {
    const lang::Checked checked =
        cli::load({.file = copy.folder() + primary_primary_folder + procedure, .parameters = {}, .site = copy.folder() + site});
    CHECK(checked.program == nullptr);
    std::string found;
    for (const lang::Diagnostic& finding : checked.diagnostics) found += finding.code + " " + finding.message + "\n";
    return found;
}

}  // namespace

TEST_CASE("a pair that is Primary/Primary goes off and comes up one after the other, and is then as it was") {
    SimulatedRun simulated(primary_primary_folder + "site.proc");
    simulated.rest();
    const auto before = simulated.state();
    REQUIRE(simulated.play(primary_primary_folder + "shutdown.proc") == End::Completed);
    CHECK(simulated.went_off() == Names{"acd-store2", "acd-store1"});
    CHECK(simulated.told.did("acd-store2 drbd.secondary") == 1);
    CHECK(simulated.told.did("acd-store2 pcs.stop_node") == 1);
    REQUIRE(simulated.play(primary_primary_folder + "startup.proc") == End::Completed);
    CHECK(simulated.came_up() == Names{"acd-store1", "acd-store2"});
    CHECK(simulated.told.did("acd-store1 drbd.primary(\"r0\", alone: true)") == 1);
    CHECK(simulated.told.did("acd-store2 drbd.primary(\"r0\", dual: true)") == 1);
    simulated.rest();
    procedures::same_state(before, simulated.state());
}

TEST_CASE("the active node of a pair is where Samba and the address are") {
    SimulatedRun simulated(primary_primary_folder + "site.proc");
    simulated.ask("acd-store1", "pcs resource move g_samba acd-store2");
    simulated.rest();
    REQUIRE(simulated.play(primary_primary_folder + "shutdown.proc") == End::Completed);
    CHECK(simulated.went_off() == Names{"acd-store1", "acd-store2"});
    REQUIRE(simulated.play(primary_primary_folder + "startup.proc") == End::Completed);
    CHECK(simulated.came_up() == Names{"acd-store2", "acd-store1"});
}

TEST_CASE("the second side is not promoted before its sync has come to its end") {
    SimulatedRun simulated(primary_primary_folder + "site.proc", "slow sync");
    REQUIRE(simulated.play(primary_primary_folder + "startup.proc") == End::Completed);
    CHECK(simulated.state().at("acd-store2 drbd r0").find("ro:Primary/Primary ds:UpToDate/UpToDate") != std::string::npos);
    CHECK(simulated.told.waited("all s in stores: drbd.in_sync(\"r0\")") > std::chrono::minutes(2));
}

TEST_CASE("the checklist for Primary/Primary is refused on a Primary/Secondary site") {
    const procedures::Copy copy;
    copy.edit(primary_primary_folder + "site.proc", "allow_two_primaries true", "allow_two_primaries false");
    for (const char* procedure : {"shutdown.proc", "startup.proc"}) {
        CAPTURE(procedure);
        CHECK(support::says(findings(copy, procedure, "jtel/site.proc"), "allow_two_primaries"));
        CHECK(support::says(findings(copy, procedure, primary_primary_folder + "site.proc"), "this checklist is for Primary/Primary"));
    }
}

TEST_CASE("a pair that is not Primary/Primary, whatever its site says, is left alone") {
    SimulatedRun simulated(primary_primary_folder + "site.proc");
    simulated.ask("acd-store2", "drbdadm secondary r0");
    CHECK(simulated.play(primary_primary_folder + "shutdown.proc") == End::Failed);
    CHECK(simulated.told.said("not both nodes are Primary"));
    CHECK(simulated.told.done.empty());
}

TEST_CASE("the procedures for Primary/Primary stop at what is wrong") {
    procedures::stops("site.proc", primary_primary_folder,
                      {
                          {"shutdown.proc", "split-brain", {}, "Which node", "the storage is not in sync"},
                          {"shutdown.proc", "standalone", {}, "Which node", "the storage is not in sync"},
                          {"shutdown.proc", "out of reach", {}, "Which node", "acd-store2"},
                          {"startup.proc", "no boot", {}, "acd-store1, which was active", "acd-store1 does not come up"},
                          {"startup.proc", "second does not boot", {}, "must come up Secondary", "acd-store2 does not come up"},
                          {"startup.proc", "both went on", {}, "must come up Secondary", "does not find acd-store1"},
                          {"startup.proc", "healthy", {}, "", "say active=NAME"},
                          {"startup.proc", "healthy", {}, "Which node", "a machine came up by itself", {"active=acd-store1"}},
                      });
}
