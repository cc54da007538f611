// Switching over between real MariaDB servers: closing one to writers, and what must be so before another takes its place.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/real/mariadb/server.hpp"

namespace {

using lang::Value;
using real::Done;
using real::Seen;
using real::Server;
using State = runtime::Verdict::State;
using namespace std::chrono_literals;

/// A source, and a replica that has all that it has.
struct Pair {
    Pair() {
        for (Server* server : {&source, &replica}) server->prepare();
        replica.follow(source);
        source.must("INSERT INTO app.t VALUES (1)");
        REQUIRE(eventually([&] { return at_replica.is("mysql.caught_up") && row(1); }));
    }
    bool row(int id) { return replica.sql(fmt::format("SELECT * FROM app.t WHERE id={}", id)).out.find("id") != std::string::npos; }
    Value failings() { return at_replica.query("mysql.safe_to_promote", {{"source", at_source.query("mysql.source")}}); }
    Done promote() { return at_replica.act("mysql.promote", {{"source", at_source.query("mysql.source")}}); }
    bool tells(const std::string& words) { return failings().show().find(words) != std::string::npos; }

    Server source{1}, replica{2};
    Seen at_source{source}, at_replica{replica};
};

}  // namespace

TEST_CASE("a replica is promoted when its source is closed and all of it was executed, and not before") {
    Pair pair;
    CHECK(pair.failings().show() == "[\"here: the source, server 1, still takes writes: mysql.make_read_only() there first\"]");
    const Done refused = pair.promote();
    CHECK(refused.before.state == State::Refused);
    CHECK_FALSE(refused.sent);

    const Done closed = pair.at_source.act("mysql.make_read_only");
    CHECK_MESSAGE(closed.after.state == State::Reached, closed.after.why);
    CHECK(closed.after.why == "closed to writers at 0-1-1");
    pair.replica.must("SET GLOBAL read_only=1");
    CHECK(eventually([&] { return pair.failings().items().empty(); }));
    const Done promoted = pair.promote();
    CHECK(promoted.sent);
    CHECK_MESSAGE(promoted.after.state == State::Reached, promoted.after.why);
    CHECK(pair.at_replica.query("mysql.read_only").show() == "false");
}

TEST_CASE("everything that speaks against a promotion is told at once") {
    Pair pair;
    pair.replica.must("STOP SLAVE SQL_THREAD; INSERT INTO app.t VALUES (100)");  // errant: the source never sees it
    pair.source.must("INSERT INTO app.t VALUES (2)");
    REQUIRE(eventually([&] { return pair.tells("executed up to"); }));
    const Value failings = pair.failings();
    REQUIRE_MESSAGE(failings.items().size() == 5, failings.show());
    CHECK(failings.items()[0].text().find("still takes writes") != std::string::npos);
    CHECK(failings.items()[1].text() == "here: replication from server 1: I/O Yes, SQL No");
    CHECK(failings.items()[2].text().starts_with("here: executed up to bin.000001:"));
    CHECK(failings.items()[3].text() == "here: not executed here: 0-1-2");
    CHECK(failings.items()[4].text() == "here: written here and unknown to the source: 0-2-2");
    CHECK(pair.promote().before.why.find("SQL No") != std::string::npos);
}

TEST_CASE("a replica that never received the last writes is not safe, though it says nothing is missing") {
    Pair pair;
    pair.replica.must("STOP SLAVE IO_THREAD");
    pair.source.must("INSERT INTO app.t VALUES (2); SET GLOBAL read_only=1");
    CHECK(pair.tells("received up to"));
    CHECK(pair.tells("I/O No"));
    pair.replica.must("STOP SLAVE; RESET SLAVE");  // the relay log is gone, and with it what was not executed
    CHECK(pair.tells("not executed here: 0-1-2"));
}

TEST_CASE("a statement that runs holds up the closing, which gives up, names it and changes nothing") {
    Server server(1);
    server.prepare();
    Seen seen(server);
    {
        const Daemon busy = server.in_background("jtel", "BEGIN; INSERT INTO app.t VALUES (1); INSERT INTO app.t SELECT SLEEP(600)");
        REQUIRE(eventually([&] { return server.sql("SHOW PROCESSLIST").out.find("SLEEP(600)") != std::string::npos; }));
        const Done held = seen.act("mysql.make_read_only", {{"patience", Value(lang::Duration(1s))}});
        CHECK(held.sent);
        REQUIRE(held.complaint);
        CHECK(held.complaint->find("ERROR 1205") != std::string::npos);
        CHECK(held.after.state == State::Needed);
        CHECK(held.after.why.find("open to writers; open transactions: ") != std::string::npos);
        CHECK(held.after.why.find("jtel@localhost") != std::string::npos);
        CHECK(seen.query("mysql.read_only").show() == "false");
    }
}

TEST_CASE("a transaction that is open while the server is closed fails when it commits") {
    Server server(1);
    server.prepare();
    Seen seen(server);
    const Daemon idle = server.in_background("jtel", "BEGIN; INSERT INTO app.t VALUES (1); DO SLEEP(10); COMMIT");
    REQUIRE(eventually([&] { return server.sql("SHOW PROCESSLIST").out.find("SLEEP(10)") != std::string::npos; }));
    const Done closed = seen.act("mysql.make_read_only");
    CHECK_MESSAGE(closed.after.state == State::Reached, closed.after.why);
    CHECK(eventually([&] { return server.sql("SHOW PROCESSLIST").out.find("jtel") == std::string::npos; }));
    CHECK(server.sql("SELECT * FROM app.t").out.empty());
}

TEST_CASE("a user with all privileges writes on after the closing, and that is seen") {
    Server server(1);
    server.prepare();
    Seen seen(server);
    std::string writes;
    for (int i = 0; i < 400; ++i) writes += fmt::format("INSERT INTO app.t VALUES ({}); DO SLEEP(.1);", i);
    {
        const Daemon root = server.in_background("root", writes);
        REQUIRE(eventually([&] { return !server.sql("SELECT * FROM app.t").out.empty(); }));
        const Done closed = seen.act("mysql.make_read_only", {}, 3s);
        CHECK(closed.sent);
        CHECK(closed.after.state == State::Moving);
        CHECK(closed.after.why.find("and yet it was written to") != std::string::npos);
        CHECK(seen.act("mysql.make_read_only").before.state == State::Refused);
    }
    CHECK(seen.act("mysql.make_read_only").before.state == State::Reached);
}

TEST_CASE("semi-synchronous replication that gave up is told by what it does, not by what is set") {
    Server server(1);
    server.prepare();
    Seen seen(server);
    const auto semi_sync = [&] { return seen.query("mysql.source").field("semi_sync").member_name(); };
    CHECK(semi_sync() == "Off");
    server.must("SET GLOBAL rpl_semi_sync_master_timeout=10; SET GLOBAL rpl_semi_sync_master_enabled=1");
    CHECK(semi_sync() == "On");
    server.must("INSERT INTO app.t VALUES (1)");  // nobody confirms it
    CHECK(semi_sync() == "FellBack");
}

TEST_CASE("programs that switch over by themselves are found by their log-in") {
    Server server(1);
    server.must("CREATE USER orchestrator@localhost");
    Seen seen(server);
    CHECK(seen.query("mysql.managers").items().empty());
    const Daemon watching = server.in_background("orchestrator", "DO SLEEP(600)");
    CHECK(eventually([&] { return seen.query("mysql.managers").items().size() == 1; }));
}

TEST_CASE("in a ring each side is closed and promoted while it follows the other") {
    Pair pair;
    pair.source.follow(pair.replica);
    pair.replica.must("INSERT INTO app.t VALUES (2)");
    REQUIRE(eventually([&] { return pair.at_source.is("mysql.caught_up") && pair.at_replica.is("mysql.caught_up"); }));
    CHECK(eventually([&] { return pair.at_source.query("mysql.source").field("gtids").text().find("0-2-2") != std::string::npos; }));
    CHECK(pair.at_source.act("mysql.make_read_only").after.state == State::Reached);
    CHECK(eventually([&] { return pair.failings().items().empty(); }));
    CHECK(pair.promote().before.state == State::Reached);  // it takes writes already
    CHECK(pair.at_source.act("mysql.make_writable").after.state == State::Reached);
}

TEST_CASE("a server that follows another one than the source is not a candidate") {
    Pair pair;
    Server other(3);
    Seen at_other(other);
    const Value failings = at_other.query("mysql.safe_to_promote", {{"source", pair.at_source.query("mysql.source")}});
    CHECK(failings.show().find("here: it is not a replica") != std::string::npos);
    const Value wrong = pair.at_replica.query("mysql.safe_to_promote", {{"source", at_other.query("mysql.source")}});
    CHECK(wrong.show().find("it does not follow server 3 but 127.") != std::string::npos);
}
