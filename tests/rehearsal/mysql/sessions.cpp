#include <doctest/doctest.h>

#include <sstream>

#include "tests/rehearsal/lab.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;
using namespace std::chrono_literals;

namespace {

/// How many connections of that machine the process list of a database shows.
int sessions(Lab& lab, const std::string& database, const std::string& client) {
    std::istringstream lines(lab.sql(database, "SHOW FULL PROCESSLIST"));
    int count = 0;
    for (std::string line; std::getline(lines, line);) {
        const bool session = line.find("\tSleep\t") != std::string::npos;
        count += session && line.find("\t" + client + ":") != std::string::npos ? 1 : 0;
    }
    return count;
}

}  // namespace

TEST_CASE("the process list has the replication threads, the software's sessions and the client itself") {
    Lab lab;
    const std::string list = lab.sql("acd-dbm1", "SHOW FULL PROCESSLIST");
    CHECK(list.starts_with("Id\tUser\tHost\tdb\tCommand\tTime\tState\tInfo\tProgress\n"));
    CHECK(list.find("\tsystem user\t\tNULL\tSlave_IO\t") != std::string::npos);
    CHECK(list.find("\tsystem user\t\tNULL\tSlave_SQL\t") != std::string::npos);
    CHECK(list.find("\tNULL\tBinlog Dump\t") != std::string::npos);
    CHECK(list.ends_with("\tlocalhost\tNULL\tQuery\t0\tstarting\tSHOW FULL PROCESSLIST\t0.000\n"));
    for (const char* client : {"acd-tel1", "acd-jb1", "acd-jb2"}) CHECK(sessions(lab, "acd-dbm1", client) >= 2);
    CHECK(sessions(lab, "acd-dbm2", "acd-jb1") == 0);
}

TEST_CASE("sessions of software that was stopped end one after the other") {
    Lab lab;
    const int at_work = sessions(lab, "acd-dbm1", "acd-jb1");
    lab.finish("acd-jb1", "systemctl stop -- wildfly");
    lab.pass(25s);
    CHECK(sessions(lab, "acd-dbm1", "acd-jb1") == at_work);
    lab.pass(75s);
    CHECK(sessions(lab, "acd-dbm1", "acd-jb1") == 0);
    CHECK(sessions(lab, "acd-dbm1", "acd-jb2") > 0);
    lab.finish("acd-jb1", "systemctl start -- wildfly");
    lab.pass(2s);
    CHECK(sessions(lab, "acd-dbm1", "acd-jb1") == at_work);
}

TEST_CASE("a stuck session never ends") {
    Lab lab;
    REQUIRE(lab.inject("acd-jb1", "session stuck") == "");
    lab.finish("acd-jb1", "systemctl stop -- wildfly");
    lab.pass(1h);
    CHECK(sessions(lab, "acd-dbm1", "acd-jb1") == 1);
}

TEST_CASE("when the database of the clients goes, they come back on the next one and stay there") {
    Lab lab;
    lab.run("acd-dbm1", "shutdown -h now");
    lab.pass(30s);
    CHECK(sessions(lab, "acd-dbm2", "acd-jb1") > 0);
}

TEST_CASE("a session is ended by its id, and the software comes back when it has none left") {
    Lab lab;
    const auto ids = [&] {
        std::vector<std::string> all;
        std::istringstream lines(lab.sql("acd-dbm1", "SHOW PROCESSLIST"));
        for (std::string line; std::getline(lines, line);) {
            if (line.find("\tacd-jb1:") != std::string::npos) all.push_back(line.substr(0, line.find('\t')));
        }
        return all;
    };
    const auto before = ids();
    REQUIRE(before.size() >= 2);
    CHECK(lab.run("acd-dbm1", "mysql -e 'KILL " + before[0] + "; KILL 9; KILL " + before[1] + "'").err.starts_with("ERROR 1094 (HY000)"));
    CHECK(ids().size() == before.size() - 1);
    // The client stops at a statement that fails, unless it is told to go on behind -e.
    std::string rest = "KILL 9";
    for (const std::string& id : ids()) rest += "; KILL " + id;
    CHECK(lab.run("acd-dbm1", "mysql --force -e '" + rest + "'").code == 1);
    CHECK(ids().size() == before.size() - 1);
    CHECK(lab.run("acd-dbm1", "mysql -e '" + rest + "' --force").code == 0);
    CHECK(ids().empty());
    lab.pass(2s);
    CHECK(ids().size() >= 2);
}

TEST_CASE("a long write holds up the closing of a server, and is rolled back when its session is ended") {
    Lab lab;
    REQUIRE(lab.inject("acd-jb1", "long write") == "");
    const std::string writes = lab.sql(
        "acd-dbm1", "SELECT trx_mysql_thread_id AS id, 0 AS seconds, trx_rows_modified AS written FROM information_schema.INNODB_TRX");
    REQUIRE(writes.starts_with("id\tseconds\twritten\n"));
    const Answer held = lab.run("acd-dbm1", "mysql -e 'SET max_statement_time=6, lock_wait_timeout=5; SET GLOBAL read_only=1'");
    CHECK(held.err.starts_with("ERROR 1205 (HY000)"));
    CHECK(held.takes >= 5s);
    CHECK(held.takes < 6s);
    CHECK(lab.sql("acd-dbm1", "SELECT @@GLOBAL.read_only").find("\n0\n") != std::string::npos);

    const std::string list = lab.sql("acd-dbm1", "SHOW PROCESSLIST");
    const std::size_t at = list.find("\tUpdating\t");
    REQUIRE(at != std::string::npos);
    const std::size_t line = list.rfind('\n', at) + 1;
    CHECK(lab.run("acd-dbm1", "mysql -e 'KILL " + list.substr(line, list.find('\t', line) - line) + "'").code == 0);
    CHECK(lab.sql("acd-dbm1", "SHOW PROCESSLIST").find("\tKilled\t") != std::string::npos);
    lab.pass(10s);
    CHECK(lab.sql("acd-dbm1", "SHOW PROCESSLIST").find("\tKilled\t") == std::string::npos);
    CHECK(lab.run("acd-dbm1", "mysql -e 'SET GLOBAL read_only=1'").code == 0);
}
