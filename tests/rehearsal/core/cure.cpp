// A trouble that was injected can be cured: from then on the machine is as it would be without it.
#include <doctest/doctest.h>

#include <algorithm>

#include "rehearsal/scene.hpp"
#include "tests/rehearsal/pair.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;
using namespace std::chrono_literals;

namespace {

/// A machine for every system that has troubles.
struct Zoo {
    lang::Site site;
    World world;
    lang::Time clock = first_moment;

    Zoo() {
        using lang::Os;
        using lang::Value;
        for (const char* name : {"store1", "store2"}) add_host(site, name, Os::Linux);
        add_host(site, "web1", Os::Linux, {{"unit", "nginx"}});
        for (const char* name : {"db1", "db2", "lb1"}) add_host(site, name, Os::Linux);
        add_host(site, "tel1", Os::Windows, {{"services", Value::list({"robot5"})}});
        add_host(site, "edge1", Os::Linux,
                 {{"containers", Value::list({"proxy"})}, {"env_file", "/etc/edge/.env"}, {"env", Value::list({"SIP_HOST=10.0.0.1"})}});
        add_host(site, "xivo-master", Os::Linux, {{"role", "master"}, {"xivo_services", Value::list({"asterisk"})}});
        add_host(site, "xivo-slave", Os::Linux, {{"role", "slave"}, {"xivo_services", Value::list({"asterisk"})}});
        add_host(site, "cfg1", Os::Linux, {{"role", "master"}, {"monitor", std::int64_t{8000}}, {"unit", "lhcd"}});
        add_host(site, "netapp", Os::Linux, {{"role", "filer"}});
        add_host(site, "alteon", Os::Linux, {{"role", "service"}});
        add_host(site, "urs-a", Os::Linux, {{"console", std::int64_t{7000}}});
        add_host(site, "urs-b", Os::Linux, {{"console", std::int64_t{7000}}});
        add_cluster(site, "storage", "pacemaker", {"store1", "store2"}).settings = {
            {"resource", "g_store"}, {"ip", "10.77.0.100"}, {"drbd", "r0"}};
        lang::Cluster& database = add_cluster(site, "database", "mysql", {"db1"});
        database.settings = {{"replicas", hosts(site, {"db2"})}};
        database.more_machines.push_back(site.find_host("db2"));
        add_cluster(site, "front", "haproxy", {"lb1"}).settings = {{"backend", "web"}, {"servers", hosts(site, {"web1"})}};
        site.lock_hosts.push_back(site.find_host("store1"));
        site.replies.push_back(
            {.asked = "pg_ctl promote", .hosts = {site.find_host("db2")}, .said = {}, .changes = {}, .place = {}, .span = {}});
        world = World::healthy(site, clock);
        pass(10s);
    }
    Zoo(const Zoo&) = delete;

    void pass(lang::Duration time) { world.advance(clock += time); }
    void begin(const std::string& trouble) { CHECK_MESSAGE(inject(world, trouble).value_or("") == "", trouble); }
    void cure(const std::string& trouble) { CHECK_MESSAGE(inject(world, trouble, Fault::Ends).value_or("") == "", trouble); }
    std::string out(std::string_view on, const std::string& line) { return world.run(*site.find_host(on), line, {}, clock).out; }
};

/// On this site.
std::string written_here(std::string example) {
    for (const auto& [there, here] : {std::pair<std::string, std::string>{"kvm1", "store1"}, {"vm1", "store1"}, {"cfg2", "cfg1"}}) {
        if (example.starts_with(there + ":")) example.replace(0, there.size(), here);
    }
    return example;
}

bool contains(const std::vector<std::string>& all, const std::string& one) { return std::find(all.begin(), all.end(), one) != all.end(); }

}  // namespace

TEST_CASE("every trouble can be begun and cured, and is known in between") {
    for (const TroublesOf& system : known_troubles()) {
        for (const Trouble& trouble : system.troubles) {
            Zoo zoo;
            const std::string text = written_here(trouble.example);
            zoo.begin(text);
            CHECK_MESSAGE(contains(zoo.world.troubles, text), text);
            zoo.pass(1min);
            zoo.cure(text);
            CHECK_MESSAGE(zoo.world.troubles.empty(), text);
            zoo.pass(1min);
        }
    }
}

TEST_CASE("what a trouble kept from going on goes on when it is cured") {
    Zoo zoo;
    zoo.begin("store1: drbd split-brain");
    zoo.pass(10min);
    CHECK(zoo.out("store2", "drbdadm cstate r0") == "StandAlone\n");
    zoo.cure("store1: drbd split-brain");
    zoo.pass(1h);
    CHECK(zoo.out("store2", "drbdadm cstate r0") == "Connected\n");
    CHECK(zoo.out("store2", "drbdadm dstate r0") == "UpToDate/UpToDate\n");

    zoo.begin("tel1: service missing robot5");
    zoo.cure("tel1: service missing robot5");
    CHECK(zoo.out("tel1", "sc.exe query robot5").find("RUNNING") != std::string::npos);

    zoo.begin("edge1: env without SIP_HOST");
    CHECK(zoo.world.env_files.text(*zoo.site.find_host("edge1")).find("SIP_HOST") == std::string::npos);
    zoo.cure("edge1: env without SIP_HOST");
    CHECK(zoo.world.env_files.text(*zoo.site.find_host("edge1")).find("SIP_HOST=10.0.0.1") != std::string::npos);
}

TEST_CASE("a machine that did not boot boots when it is cured; one that was off is switched on") {
    Zoo zoo;
    const auto is_on = [&] { return zoo.world.machines.is_on(*zoo.site.find_host("web1")); };
    zoo.begin("web1: off");
    zoo.begin("web1: no-boot");
    zoo.cure("web1: off");
    zoo.pass(30min);
    CHECK_FALSE(is_on());
    zoo.cure("web1: no-boot");
    zoo.pass(10min);
    CHECK(is_on());
}

TEST_CASE("what cannot be cured says why") {
    Zoo zoo;
    CHECK(inject(zoo.world, "db1: session stuck", Fault::Ends).value_or("").find("cannot be cured: db1 has no session") !=
          std::string::npos);
    CHECK(inject(zoo.world, "tel1: service missing nosuch", Fault::Ends).value_or("").find("has no service") != std::string::npos);
}
