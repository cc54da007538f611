// Sessions of clients of a real MariaDB are ended, and what may run on it is limited by the server itself.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "stdlib/mysql/read/server.hpp"
#include "tests/real/mariadb/server.hpp"

namespace {

using lang::Value;
using real::Done;
using real::Seen;
using real::Server;
using State = runtime::Verdict::State;
using namespace std::chrono_literals;

const Value of_jtel = Value::list({"jtel"});

bool runs(Server& server, const std::string& words) { return server.sql("SHOW FULL PROCESSLIST").out.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("sessions of the named users are ended, and replication, others and our own are not") {
    Server source(1), replica(2);
    for (Server* server : {&source, &replica}) server->prepare();
    replica.follow(source);
    Seen seen(source);
    CHECK(seen.act("mysql.end_sessions", {{"users", of_jtel}}).before.state == State::Reached);

    const Daemon first = source.in_background("jtel", "DO SLEEP(601)"), second = source.in_background("jtel", "DO SLEEP(602)"),
                 other = source.in_background("root", "DO SLEEP(603)");
    REQUIRE(eventually([&] {
        return runs(source, "DO SLEEP(601)") && runs(source, "DO SLEEP(602)") && runs(source, "DO SLEEP(603)") &&
               runs(source, "Binlog Dump");
    }));
    const Done done = seen.act("mysql.end_sessions", {{"users", Value::list({"jtel", "repl"})}});
    CHECK(done.sent);
    CHECK_FALSE(done.complaint);
    CHECK(done.before.why.find("jtel@localhost") != std::string::npos);
    CHECK_MESSAGE(done.after.state == State::Reached, done.after.why);
    CHECK_FALSE(runs(source, "DO SLEEP(601)"));
    CHECK_FALSE(runs(source, "DO SLEEP(602)"));
    CHECK(runs(source, "DO SLEEP(603)"));
    CHECK(runs(source, "Binlog Dump"));
}

TEST_CASE("a write that is under way is not thrown away unasked") {
    Server server(1);
    server.prepare();
    Seen seen(server);
    const Daemon writer = server.in_background("jtel", "BEGIN; INSERT INTO app.t VALUES (1); DO SLEEP(600); COMMIT");
    REQUIRE(eventually([&] { return runs(server, "DO SLEEP(600)"); }));
    const auto end = [&](lang::Duration longest_write) {
        return seen.act("mysql.end_sessions", {{"users", of_jtel}, {"longest_write", Value(longest_write)}});
    };
    const Done refused = end(0s);  // though it may have been open for less than a second
    CHECK(refused.before.state == State::Refused);
    CHECK_FALSE(refused.sent);
    CHECK_MESSAGE(refused.before.why.find("jtel@localhost, Query for ") != std::string::npos, refused.before.why);
    CHECK(refused.before.why.find("1 rows written and not committed") != std::string::npos);
    CHECK(runs(server, "DO SLEEP(600)"));

    const Done ended = end(10min);
    CHECK(ended.sent);
    CHECK_MESSAGE(ended.after.state == State::Reached, ended.after.why);
    CHECK(server.sql("SELECT * FROM app.t").out.empty());
}

TEST_CASE("who may not end the sessions of others is told so") {
    Server server(1);
    server.prepare();
    server.must("CREATE USER ops@localhost IDENTIFIED BY 'x'; GRANT PROCESS ON *.* TO ops@localhost");
    Seen seen(server);
    seen.log_in("ops", "x");
    const Daemon client = server.in_background("jtel", "DO SLEEP(600)");
    REQUIRE(eventually([&] { return runs(server, "DO SLEEP(600)"); }));
    const Done refused = seen.act("mysql.end_sessions", {{"users", of_jtel}});
    CHECK(refused.sent);
    REQUIRE(refused.complaint);
    CHECK_MESSAGE(refused.complaint->find("ERROR 1095") != std::string::npos, *refused.complaint);
    CHECK(refused.after.state == State::Needed);
    CHECK(runs(server, "DO SLEEP(600)"));
}

TEST_CASE("the server itself ends what takes longer than it was told, and what waits for a lock") {
    Server server(1);
    server.prepare();
    const auto known = stdlib::mysql::server_from(Value("10.11.19-MariaDB"));
    const auto look = server.sql(known.limit_looks(1s) + "SELECT SLEEP(600)");
    CHECK(look.err.find("ERROR 1969 (70100)") != std::string::npos);
    const Daemon lock = server.in_background("root", "LOCK TABLES app.t WRITE; DO SLEEP(600)");
    REQUIRE(eventually([&] { return runs(server, "DO SLEEP(600)"); }));
    const auto change = server.sql(known.limit_changes(1s) + "INSERT INTO app.t VALUES (1)");
    CHECK(change.err.find("ERROR 1205 (HY000)") != std::string::npos);
    CHECK_FALSE(runs(server, "INSERT INTO app.t"));
}
