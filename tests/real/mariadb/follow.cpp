// Real MariaDB servers are led to another source, and are not where that would lose or skip a transaction.
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

/// A primary that knows where it would follow, and two replicas that have all that it has.
struct Trio {
    Trio() {
        for (Server* server : {&primary, &next, &third}) server->prepare();
        primary.store_source(next);
        for (Server* server : {&next, &third}) server->follow(primary);
        primary.must("INSERT INTO app.t VALUES (1)");
        REQUIRE(eventually([&] { return has(next, 1) && has(third, 1); }));
        for (Server* server : {&next, &third}) server->must("SET GLOBAL read_only=1");
    }
    static bool has(Server& server, int id) {
        return server.sql(fmt::format("SELECT * FROM app.t WHERE id={}", id)).out.find("id") != std::string::npos;
    }
    static std::string told(Server& server, const std::string& column) {
        const std::string out = server.sql("SHOW ALL SLAVES STATUS\\G").out;
        const auto at = out.find(" " + column + ": ");
        REQUIRE(at != std::string::npos);
        const auto begin = at + column.size() + 3;
        return out.substr(begin, out.find('\n', begin) - begin);
    }
    /// As a switchover does it, up to where the replicas are to follow.
    void promote_next() {
        REQUIRE(at_primary.act("mysql.make_read_only").after.state == State::Reached);
        REQUIRE(eventually([&] { return at_next.is("mysql.caught_up"); }));
        const Done promoted = at_next.act("mysql.promote", {{"source", at_primary.query("mysql.source")}});
        REQUIRE_MESSAGE(promoted.after.state == State::Reached, promoted.before.why, promoted.after.why);
        REQUIRE(at_next.act("mysql.stop_replica").after.state == State::Reached);
    }
    /// Its first log goes as soon as nothing needs it any more.
    void purge_next() {
        next.must("FLUSH LOGS");
        REQUIRE(eventually([&] {
            next.must("PURGE BINARY LOGS TO 'bin.000002'");
            return next.sql("SHOW BINARY LOGS").out.find("bin.000001") == std::string::npos;
        }));
    }
    Done lead(Seen& server, lang::Duration patience = 30s) {
        return server.act("mysql.follow", {{"source", at_next.query("mysql.source")}}, patience);
    }

    Server primary{1}, next{2}, third{3};
    Seen at_primary{primary}, at_next{next}, at_third{third};
};

}  // namespace

TEST_CASE("an old primary does not ask for what it wrote itself: the log that had it may be gone") {
    Trio trio;
    trio.promote_next();
    trio.purge_next();
    trio.next.must("INSERT INTO app.t VALUES (2)");
    const Done led = trio.lead(trio.at_primary);
    CHECK_MESSAGE(led.after.state == State::Reached, led.after.why);
    CHECK(eventually([&] { return Trio::has(trio.primary, 2); }));
}

TEST_CASE("a source that has no longer what a replica lacks is not followed, and the server's error is told") {
    Trio trio;
    trio.promote_next();
    trio.next.must("INSERT INTO app.t VALUES (2)");
    trio.purge_next();
    const Done led = trio.lead(trio.at_third);
    CHECK(led.sent);
    CHECK(led.after.state == State::Failed);
    CHECK_MESSAGE(led.after.why.find("fatal error 1236") != std::string::npos, led.after.why);
}

TEST_CASE("a switchover of three: the new primary's writes come to the others, and to lead them there again changes nothing") {
    Trio trio;
    trio.promote_next();
    for (Seen* server : {&trio.at_third, &trio.at_primary}) {
        const Done led = trio.lead(*server);
        CHECK_MESSAGE(led.sent, led.before.why);
        CHECK_FALSE(led.complaint);
        CHECK_MESSAGE(led.after.state == State::Reached, led.after.why);
        CHECK(led.after.why.find(fmt::format("{}:{}", trio.next.address, trio.next.port)) != std::string::npos);
        const Done again = trio.lead(*server);
        CHECK_FALSE(again.sent);
        CHECK(again.before.state == State::Reached);
    }
    trio.next.must("INSERT INTO app.t VALUES (2)");
    CHECK(eventually([&] { return Trio::has(trio.primary, 2) && Trio::has(trio.third, 2); }));
    CHECK(Trio::told(trio.primary, "Master_User") == "repl");
    CHECK(Trio::told(trio.primary, "Using_Gtid") == "Slave_Pos");
    CHECK(trio.at_primary.query("mysql.read_only").show() == "true");
}

TEST_CASE("user and TLS of a replica stay, and a source that refuses the user is no source that is followed") {
    Trio trio;
    trio.promote_next();
    trio.next.must("SET sql_log_bin=0; DROP USER repl@'127.%'");
    const Done refused = trio.lead(trio.at_third, 3s);
    CHECK(refused.sent);
    CHECK(refused.after.state == State::Moving);
    CHECK_MESSAGE(refused.after.why.find("Access denied for user 'repl'") != std::string::npos, refused.after.why);

    trio.primary.must("CHANGE MASTER TO MASTER_SSL=1, MASTER_SSL_CA='/nowhere/ca.pem'");
    const Done without_tls = trio.lead(trio.at_primary, 3s);
    CHECK(without_tls.sent);
    CHECK(without_tls.after.state != State::Reached);
    CHECK(Trio::told(trio.primary, "Master_SSL_Allowed") == "Yes");
    CHECK(Trio::told(trio.primary, "Master_SSL_CA_File") == "/nowhere/ca.pem");
}

TEST_CASE("a replica that has what the new source lacks stays where it is") {
    Trio trio;
    const auto refused = [&](Seen& server, const std::string& words) {
        const Done done = trio.lead(server);
        CHECK_FALSE(done.sent);
        CHECK(done.before.state == State::Refused);
        CHECK_MESSAGE(done.before.why.find(words) != std::string::npos, done.before.why);
    };
    // Executed there, and not here: the new source is behind.
    trio.next.must("STOP SLAVE SQL_THREAD");
    trio.primary.must("INSERT INTO app.t VALUES (2)");
    REQUIRE(eventually([&] { return Trio::has(trio.third, 2); }));
    refused(trio.at_third, "executed here and unknown to the new source: 0-1-2");
    // Received there and not executed, and not here.
    trio.next.must("START SLAVE SQL_THREAD");  // with both threads stopped, MariaDB would throw away what it has received
    REQUIRE(eventually([&] { return Trio::has(trio.next, 2); }));
    trio.next.must("STOP SLAVE IO_THREAD");
    trio.third.must("STOP SLAVE SQL_THREAD");
    trio.primary.must("INSERT INTO app.t VALUES (3)");
    REQUIRE(eventually([&] { return Trio::told(trio.third, "Gtid_IO_Pos") == "0-1-3"; }));
    refused(trio.at_third, "received here, not executed, and unknown to the new source: 0-1-3");
    // The primary still takes writes, and has more than the one that it is to follow.
    refused(trio.at_primary, "it takes writes and does not replicate");
    refused(trio.at_primary, "executed here and unknown to the new source: 0-1-3");
    // Written there by nobody's leave.
    trio.third.must("START SLAVE");
    trio.next.must("START SLAVE");
    REQUIRE(eventually([&] { return Trio::has(trio.third, 3) && Trio::has(trio.next, 3); }));
    trio.third.must("INSERT INTO app.t VALUES (100)");
    refused(trio.at_third, "executed here and unknown to the new source: 0-3-4");
    CHECK(Trio::told(trio.third, "Master_Host") == trio.primary.address);
}

TEST_CASE("where a place in another log is not known, or no user is stored, or there are several sources, a person has to decide") {
    Trio trio;
    trio.promote_next();
    const auto refusal = [&](Seen& server) {
        const Done done = trio.lead(server);
        CHECK_FALSE(done.sent);
        CHECK(done.before.state == State::Refused);
        return done.before.why;
    };
    trio.third.must("STOP SLAVE; CHANGE MASTER TO MASTER_USE_GTID=no; START SLAVE");
    CHECK(refusal(trio.at_third).find("it asks by places in the log of its source") != std::string::npos);
    trio.third.must(
        fmt::format("CHANGE MASTER 'second' TO MASTER_HOST='{}', MASTER_USER='repl', MASTER_USE_GTID=slave_pos", trio.primary.address));
    CHECK(refusal(trio.at_third).find("it follows 2 sources") != std::string::npos);
    trio.primary.must("RESET SLAVE ALL");
    CHECK(refusal(trio.at_primary).find("it knows no user") != std::string::npos);
    CHECK(refusal(trio.at_next).find("it is this server itself") != std::string::npos);
}
