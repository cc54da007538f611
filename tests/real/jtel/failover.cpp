// The shipped failover and failback from end to end on real machines: procrun as its operators start it, and then the machines
// themselves are asked, not its journal.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/real/jtel/site.hpp"
#include "tests/real/needs.hpp"

namespace {

const std::vector<std::string> balanced = {"acd-jb1", "acd-jb2", "acd-jb3", "acd-chat1", "acd-api1", "acd-dbm1",
                                           "acd-jb4", "acd-jb5", "acd-jb6", "acd-chat2", "acd-api2", "acd-dbm2"};

bool is_of_side_one(const std::string& name) { return name.ends_with('1') || name == "acd-jb2" || name == "acd-jb3"; }

}  // namespace

TEST_SUITE("jtel") {
    TEST_CASE("a new site says what the machines themselves said: replication, back ends, storage, units") {
        if (!real::can_run("a site of machines with systemd", real::Machine::why_not())) return;
        real::JtelSite site;
        REQUIRE(eventually([&] { return site.haproxy("acd-lb1", "acd-dbm1") == "UP" && site.haproxy("acd-lb2", "acd-dbm1") == "UP"; }));
        const std::string text = site.new_site();
        INFO(text);
        const auto says = [&](const std::string& words) { return text.find(words) != std::string::npos; };
        CHECK(says("nodes acd-dbm1, acd-dbm2 replicas acd-dbs1, acd-dbs2 replication \"master-master\""));
        CHECK(says("nodes acd-lb1, acd-lb2 backend \"jb\" servers acd-jb1, acd-jb2, acd-jb3, acd-jb4, acd-jb5, acd-jb6"));
        CHECK(says("nodes acd-lb1, acd-lb2 backend \"mysql\" servers acd-dbm1, acd-dbm2"));
        CHECK(says("nodes acd-store1, acd-store2 resource \"g_store\" drbd \"r0\" ip \"10.1.9.80\""));
        CHECK(says("wildfly"));
        CHECK_FALSE(says("could not be asked"));
    }

    TEST_CASE("a whole failover leaves one side at work and the other one off; a whole failback leaves all as it was") {
        if (!real::can_run("a site of machines with systemd and Windows", real::JtelSite::why_not())) return;
        real::JtelSite site;
        const auto all_up = [&](const std::string& balancer) {
            return std::all_of(balanced.begin(), balanced.end(),
                               [&](const std::string& server) { return site.haproxy(balancer, server) == "UP"; });
        };
        REQUIRE(eventually([&] { return all_up("acd-lb1") && all_up("acd-lb2"); }));
        const auto storage_before = site.simulated();

        const int failed_over = site.run("failover.proc");
        REQUIRE_MESSAGE(failed_over == 0, site.output());
        for (const std::string& name : site.of_side(1)) CHECK_MESSAGE(site.is_off(name), name);
        for (const std::string& name : site.of_side(2)) CHECK_MESSAGE(!site.is_off(name), name);
        for (const std::string& server : balanced) {
            CAPTURE(server);
            CHECK(site.haproxy("acd-lb2", server) == (is_of_side_one(server) ? "MAINT" : "UP"));
        }
        for (const char* name : {"acd-jb4", "acd-jb5", "acd-jb6"})
            CHECK(site.machine(name).systemctl({"is-active", "wildfly"}) == "active");
        CHECK(site.service("acd-tel2", "robot5") == "RUNNING");
        CHECK(site.service("acd-tel2", "AcdGroupDistribute") == "RUNNING");
        CHECK(site.mariadb("acd-dbm2", "Slave_IO_Running") == "Connecting");
        CHECK(site.mariadb("acd-dbs2", "Slave_IO_Running") == "Yes");

        const int failed_back = site.run("failback.proc");
        REQUIRE_MESSAGE(failed_back == 0, site.output());
        for (const std::string& name : site.names()) CHECK_MESSAGE(!site.is_off(name), name);
        CHECK(all_up("acd-lb1"));
        CHECK(all_up("acd-lb2"));
        for (const char* name : {"acd-dbm1", "acd-dbm2", "acd-dbs1", "acd-dbs2"}) {
            CAPTURE(name);
            CHECK(site.mariadb(name, "Slave_IO_Running") == "Yes");
            CHECK(site.mariadb(name, "Slave_SQL_Running") == "Yes");
        }
        for (const char* name : {"acd-tel1", "acd-tel2"}) CHECK(site.service(name, "jtel Platform UDP Listener") == "RUNNING");
        CHECK(site.service("acd-tel1", "AcdGroupDistribute") == "RUNNING");
        CHECK(site.service("acd-tel2", "AcdGroupDistribute") == "STOPPED");
        const auto storage_after = site.simulated();
        for (const auto& [key, value] : storage_before) {
            if (key.find(" drbd ") != std::string::npos || key.find("pacemaker") != std::string::npos)
                CHECK(storage_after.at(key) == value);
        }
    }
}
