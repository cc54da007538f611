// What a site file says of systems without a model: who is asked, how it is written, what changes it.
#include <doctest/doctest.h>

#include "rehearsal/scene.hpp"
#include "rehearsal/scheduler.hpp"
#include "tests/rehearsal/lab.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;
using runtime::Ending;

namespace {

constexpr const char* recovery = "psql -Atc 'select pg_is_in_recovery()'";

struct Databases {
    lang::Site site;
    World world;

    Databases() {
        for (const char* name : {"db1", "db2"}) add_host(site, name, lang::Os::Linux, {{"unit", "keepalived"}});
        reply(recovery, {"db1"}, {.text = "f"}, {});
        reply(recovery, {"db2"}, {.text = "t"}, {{.after = "pg_ctl promote", .on = {}, .said = {.text = "f"}}});
        reply("ip addr show | grep 10.0.0.9", {"db2"}, {.status = 1, .text = ""},
              {{.after = "systemctl stop keepalived", .on = {site.find_host("db1")}, .said = {.text = "inet 10.0.0.9/32"}}});
        reply("GET http://:8008/primary", {"db1", "db2"}, {.status = 503, .text = "standby"},
              {{.after = "pg_ctl promote", .on = {}, .said = {.status = 200, .text = "primary"}},
               {.after = "pg_ctl stop", .on = {}, .said = {.refused = true}}});
        reply("tcp://:5432", {"db1"}, {.text = ""}, {{.after = "pg_ctl stop", .on = {}, .said = {.refused = true}}});
        world = World::healthy(site, first_moment);
    }
    Databases(const Databases&) = delete;

    Answer run(std::string_view on, const std::string& line) { return world.run(*site.find_host(on), line, "", first_moment); }

  private:
    void reply(std::string asked, const std::vector<std::string>& on, lang::SimulatedReply::Said said,
               std::vector<lang::SimulatedReply::Change> changes) {
        lang::SimulatedReply& one = site.replies.emplace_back();
        one.asked = std::move(asked);
        for (const std::string& name : on) one.hosts.push_back(site.find_host(name));
        one.said = std::move(said);
        one.changes = std::move(changes);
        one.place = "site.proc:7";
    }
};

}  // namespace

TEST_CASE("a machine says what the site file says of it, however the command is quoted, and tells what that rests on") {
    Databases databases;
    for (const char* line :
         {recovery, "psql -Atc \"select pg_is_in_recovery()\"", "export LC_ALL=C; psql -Atc 'select pg_is_in_recovery()'",
          "sudo -n -- psql -Atc 'select pg_is_in_recovery()'", "LC_ALL=C psql -Atc 'select pg_is_in_recovery()'"}) {
        const Answer answer = databases.run("db2", line);
        CHECK_MESSAGE(answer.out == "t\n", line);
        CHECK(answer.code == 0);
        CHECK(answer.rests_on == "`psql -Atc 'select pg_is_in_recovery()'` on db2 (site.proc:7)");
    }
    CHECK(databases.run("db2", "psql -Atc 'select 1'").ending == Ending::NotSimulated);
    CHECK(databases.run("db1", "true").rests_on.empty());
}

TEST_CASE("what has succeeded there changes it, and on no other machine") {
    Databases databases;
    CHECK(databases.run("db1", "pg_ctl reload").ending == Ending::NotSimulated);
    CHECK(databases.run("db2", recovery).out == "t\n");
    CHECK(databases.run("db2", "pg_ctl promote").code == 0);
    CHECK(databases.run("db2", recovery).out == "f\n");
    CHECK(databases.run("db1", recovery).out == "f\n");
}

TEST_CASE("what a model does on another machine changes it, too, and a script with a pipe is a whole") {
    Databases databases;
    CHECK(databases.run("db2", "ip addr show | grep 10.0.0.9").code == 1);
    CHECK(databases.run("db2", "systemctl stop keepalived").code == 0);
    CHECK(databases.run("db2", "ip addr show | grep 10.0.0.9").code == 1);
    CHECK(databases.run("db1", "systemctl stop -- keepalived").code == 0);
    CHECK(databases.run("db2", "ip addr show | grep 10.0.0.9").out == "inet 10.0.0.9/32\n");
}

TEST_CASE("a request has a status, or is refused") {
    Databases databases;
    CHECK(databases.run("db2", "GET http://10.1.1.2:8008/primary").code == 503);
    databases.run("db2", "pg_ctl promote");
    const Answer answer = databases.run("db2", "GET http://10.1.1.2:8008/primary");
    CHECK(answer.code == 200);
    CHECK(answer.out == "primary");
    CHECK(databases.run("db1", "tcp://10.1.1.1:5432").ending == Ending::Exited);
    databases.run("db1", "pg_ctl stop");
    CHECK(databases.run("db1", "tcp://10.1.1.1:5432").ending == Ending::NotSent);
    CHECK(databases.run("db1", "GET http://10.1.1.1:8008/primary").ending == Ending::NotSent);
}

TEST_CASE("a command can be made to fail: nothing comes after it") {
    Databases databases;
    CHECK(inject(databases.world, "db2: command fails pg_ctl promote") == std::nullopt);
    const Answer answer = databases.run("db2", "pg_ctl promote");
    CHECK(answer.code == 1);
    CHECK(answer.err == "pg_ctl promote: failed\n");
    CHECK(databases.run("db2", recovery).out == "t\n");
    const auto refused = inject(databases.world, "db1: command fails pg_ctl reload");
    REQUIRE(refused);
    CHECK(refused->find("no `reply` of the site names \"pg_ctl reload\" on db1") != std::string::npos);
}

TEST_CASE("what nobody says is told with the line to write") {
    Databases databases;
    CHECK(databases.run("db1", "psql -Atc \"select 1\"").mend == "reply \"psql -Atc 'select 1'\" on db1 = \"…\"");
    CHECK(databases.run("db1", "export LC_ALL=C; echo \"$HOME\"").mend == "reply \"echo \\\"$HOME\\\"\" on db1 = \"…\"");
    CHECK(databases.run("db1", "GET http://10.1.1.1:80/health").mend == "reply \"GET http://:80/health\" on db1 = \"…\"");
    CHECK(databases.run("db2", "tcp://10.1.1.2:5432").mend == "reply \"tcp://:5432\" on db2 = \"…\"");
    CHECK(databases.run("db1", "systemctl start nginx").ending == Ending::Exited);  // the model of systemd knows better
}
