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
