// The mysql module against real MariaDB servers.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/real/mariadb/server.hpp"

namespace {

using lang::Value;
using real::Done;
using real::Seen;
using real::Server;
using State = runtime::Verdict::State;

}  // namespace

TEST_CASE("the log-in comes from the cluster, whatever characters the password has, and a wrong one is unknown") {
    Server server(1);
    const std::string password = " a#b\"c\\d'e;\t=[f] ";
    server.must("CREATE USER `proc run`@localhost IDENTIFIED BY ' a#b\"c\\\\d\\'e;\\t=[f] '; GRANT PROCESS ON *.* TO `proc run`@localhost");
    Seen seen(server);
    seen.log_in("proc run", password);
    const Value sessions = seen.query("mysql.sessions");
    REQUIRE_MESSAGE(!sessions.is_unknown(), sessions.show());
    REQUIRE(sessions.items().size() == 1);
    CHECK(sessions.items().front().field("user").text() == "proc run");
    CHECK(sessions.items().front().field("kind").member_name() == "Own");

    seen.log_in("proc run", "wrong");
    const Value refused = seen.query("mysql.sessions");
    REQUIRE(refused.is_unknown());
    CHECK(refused.why_unknown().why.find("Access denied") != std::string::npos);

    server.stop();
    const Value down = seen.query("mysql.sessions");
    REQUIRE(down.is_unknown());
    CHECK(down.why_unknown().why.find("is the server running?") != std::string::npos);
}

TEST_CASE("clients are counted, and a user who cannot see them does not find none") {
    Server server(1);
    server.must("CREATE USER jtel@localhost, spy@localhost IDENTIFIED BY 'x'");
    Seen seen(server);
    CHECK(seen.query("mysql.client_sessions").items().empty());
    {
        // Its statement pretends to be further lines of the list.
        const Daemon client = server.in_background("jtel", "SELECT SLEEP(600), '\n99\tsystem user\t\tNULL\tDaemon\t0\t\tNULL\t0.000'");
        REQUIRE(eventually([&] { return seen.query("mysql.client_sessions").items().size() == 1; }));
        CHECK(seen.query("mysql.client_sessions").items().front().field("user").text() == "jtel");

        Seen spy(server);
        spy.log_in("spy", "x");
        const Value sessions = spy.query("mysql.client_sessions");
        REQUIRE(sessions.is_unknown());
        CHECK(sessions.why_unknown().why.find("PROCESS") != std::string::npos);
    }
    CHECK(eventually([&] {
        const Value sessions = seen.query("mysql.client_sessions");
        return !sessions.is_unknown() && sessions.items().empty();
    }));
}

TEST_CASE("a server is closed to writers and opened again") {
    Server server(1);
    server.prepare();
    Seen seen(server);
    CHECK(seen.query("mysql.read_only").show() == "false");
    CHECK(seen.act("mysql.make_read_only").after.state == State::Reached);
    CHECK(seen.query("mysql.read_only").show() == "true");
    CHECK(seen.act("mysql.make_read_only").before.state == State::Reached);
    CHECK(seen.act("mysql.make_writable").after.state == State::Reached);
    CHECK(seen.query("mysql.read_only").show() == "false");
}

TEST_CASE("replication starts, lags, breaks and stops as the module says") {
    Server source(1), replica(2);
    Seen seen(replica);
    CHECK_FALSE(seen.query("mysql.replica").field("configured").boolean());
    CHECK(seen.query("mysql.replicas").items().empty());
    CHECK(seen.act("mysql.start_replica").before.state == State::Refused);
    CHECK(seen.act("mysql.stop_replica").before.state == State::Reached);

    source.prepare();
    replica.prepare();
    replica.follow(source);
    replica.must("STOP SLAVE");
    CHECK_FALSE(seen.is("mysql.caught_up"));
    const Done started = seen.act("mysql.start_replica");
    CHECK(started.sent);
    CHECK_MESSAGE(started.after.state == State::Reached, started.after.why);
    CHECK(eventually([&] { return seen.is("mysql.caught_up"); }));
    CHECK(seen.query("mysql.replica").field("source").text() == fmt::format("{}:{}", source.address, source.port));

    {
        const Daemon lock = replica.in_background("root", "LOCK TABLES app.t WRITE; SELECT SLEEP(600)");
        REQUIRE(eventually([&] { return seen.query("mysql.client_sessions").items().size() == 1; }));
        source.must("INSERT INTO app.t VALUES (1)");
        REQUIRE(eventually([&] { return !seen.is("mysql.caught_up"); }));
        CHECK(seen.query("mysql.replica").field("running").boolean());
    }
    CHECK(eventually([&] { return seen.is("mysql.caught_up"); }));

    // The same key on both sides: the SQL thread stops, and START SLAVE says yes all the same.
    replica.must("SET sql_log_bin=0; INSERT INTO app.t VALUES (2)");
    source.must("INSERT INTO app.t VALUES (2)");
    REQUIRE(eventually([&] { return seen.query("mysql.replica").field("sql").member_name() == "No"; }));
    const Done broken = seen.act("mysql.start_replica");
    CHECK(broken.sent);
    CHECK_FALSE(broken.complaint);
    CHECK(broken.after.state == State::Failed);
    CHECK(broken.after.why.find("Duplicate entry '2'") != std::string::npos);
    replica.must("SET sql_log_bin=0; DELETE FROM app.t WHERE id=2");
    CHECK(seen.act("mysql.start_replica").after.state == State::Reached);

    source.stop();
    REQUIRE(eventually([&] { return seen.query("mysql.replica").field("io").member_name() == "Connecting"; }));
    CHECK_FALSE(seen.is("mysql.caught_up"));
    CHECK(seen.query("mysql.replica").field("behind").is_unknown());
    CHECK(seen.act("mysql.start_replica").before.state == State::Moving);
    CHECK(seen.act("mysql.stop_replica").after.state == State::Reached);
    CHECK(seen.query("mysql.replica").field("io").member_name() == "No");
}
