#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "tests/rehearsal/lab.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;
using namespace std::chrono_literals;

namespace {

struct Seen {
    std::string io, sql, behind;
    bool operator==(const Seen&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Seen& seen) { return out << seen.io << "/" << seen.sql << "/" << seen.behind; }

Seen replica(Lab& lab, const std::string& on) {
    const std::string status = lab.sql(on, "SHOW SLAVE STATUS\\G");
    return {field(status, "Slave_IO_Running"), field(status, "Slave_SQL_Running"), field(status, "Seconds_Behind_Master")};
}

/// The names before the colons of a vertical output.
std::string columns(const std::string& vertical) {
    std::string names;
    std::istringstream lines(vertical);
    for (std::string line; std::getline(lines, line);) names += line.substr(0, line.find(':')) + "\n";
    return names;
}

std::string recorded_status(const std::string& name) {
    std::ifstream file(PROCRUN_SOURCE_DIR "/tests/recordings/mysql/" + name);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("the columns of the replication status are those of a recorded MariaDB 10.11") {
    Lab lab;
    CHECK(columns(lab.sql("acd-dbs1", "SHOW SLAVE STATUS\\G")) == columns(recorded_status("show-slave-status")));
    CHECK(columns(lab.sql("acd-dbs1", "SHOW REPLICA STATUS\\G")) == columns(recorded_status("show-slave-status")));
    CHECK(columns(lab.sql("acd-dbs1", "SHOW ALL SLAVES STATUS\\G")) == columns(recorded_status("show-all-slaves-status")));
}

TEST_CASE("masters follow each other, and replicas the first of them") {
    Lab lab;
    const auto source = [&](const char* on) { return field(lab.sql(on, "SHOW SLAVE STATUS\\G"), "Master_Host"); };
    CHECK(source("acd-dbm1") == lab.host("acd-dbm2").address);
    CHECK(source("acd-dbm2") == lab.host("acd-dbm1").address);
    CHECK(source("acd-dbs1") == lab.host("acd-dbm1").address);
    CHECK(source("acd-dbs2") == lab.host("acd-dbm1").address);
    for (const char* on : {"acd-dbm1", "acd-dbm2", "acd-dbs1", "acd-dbs2"}) CHECK(replica(lab, on) == Seen{"Yes", "Yes", "0"});
}

TEST_CASE("a source whose power is cut is believed to be there for a minute") {
    Lab lab;
    lab.world.machines.destroy(lab.host("acd-dbm1"), lab.clock, lab.world);
    lab.pass(50s);
    CHECK(replica(lab, "acd-dbm2") == Seen{"Yes", "Yes", "0"});
    lab.pass(15s);
    CHECK(replica(lab, "acd-dbm2") == Seen{"Connecting", "Yes", "NULL"});
    const std::string status = lab.sql("acd-dbm2", "SHOW SLAVE STATUS\\G");
    CHECK(field(status, "Last_IO_Errno") == "2003");
    CHECK(field(status, "Last_IO_Error").find("No route to host") != std::string::npos);
}

TEST_CASE("a source that is stopped in order is missed at once") {
    Lab lab;
    const Answer stop = lab.finish("acd-dbm1", "systemctl stop -- mariadb");
    lab.pass(2s);
    CHECK(replica(lab, "acd-dbm2").io == "Connecting");
    CHECK(field(lab.sql("acd-dbm2", "SHOW SLAVE STATUS\\G"), "Last_IO_Error").find("Connection refused") != std::string::npos);
}

TEST_CASE("a server that does not run is told by the client, not by an empty answer") {
    Lab lab;
    lab.finish("acd-dbm1", "systemctl stop -- mariadb");
    lab.pass(1s);
    const Answer answer =
        lab.run("acd-dbm1", "mysql --defaults-extra-file=/dev/stdin --batch --raw -e 'SELECT VERSION()'", "[client]\nuser=u\n");
    CHECK(answer.code == 1);
    CHECK(answer.out.empty());
    CHECK(answer.err.starts_with("ERROR 2002 (HY000): Can't connect to local server through socket"));
}

TEST_CASE("a server that comes back catches up: the executed position moves towards the one that was read") {
    Lab lab;
    lab.finish("acd-dbm2", "systemctl stop -- mariadb");
    lab.pass(30min);
    lab.finish("acd-dbm2", "systemctl start -- mariadb");
    lab.pass(10s);
    const auto missing = [&] {
        const std::string status = lab.sql("acd-dbm2", "SHOW SLAVE STATUS\\G");
        return std::stoll(field(status, "Read_Master_Log_Pos")) - std::stoll(field(status, "Exec_Master_Log_Pos"));
    };
    const auto at_first = missing();
    CHECK(at_first > 0);
    CHECK(std::stoi(replica(lab, "acd-dbm2").behind) > 0);
    lab.pass(20s);
    CHECK(missing() < at_first);
    lab.pass(3min);
    CHECK(missing() == 0);
    CHECK(replica(lab, "acd-dbm2") == Seen{"Yes", "Yes", "0"});
}

TEST_CASE("START SLAVE on a thread that meets a duplicate says yes, and the thread stays stopped") {
    Lab lab;
    REQUIRE(lab.inject("acd-dbs1", "replica error 1062") == "");
    CHECK(replica(lab, "acd-dbs1") == Seen{"Yes", "No", "NULL"});
    CHECK(lab.run("acd-dbs1", "mysql -e 'START SLAVE'").code == 0);
    lab.pass(5s);
    CHECK(replica(lab, "acd-dbs1").sql == "No");
    CHECK(field(lab.sql("acd-dbs1", "SHOW SLAVE STATUS\\G"), "Last_SQL_Errno") == "1062");
}

TEST_CASE("a lagging replica is behind, and stays so while the software writes") {
    Lab lab;
    REQUIRE(lab.inject("acd-dbm2", "replica lagging") == "");
    const int before = std::stoi(replica(lab, "acd-dbm2").behind);
    CHECK(before > 60);
    lab.pass(1min);
    CHECK(std::stoi(replica(lab, "acd-dbm2").behind) >= before);
}

TEST_CASE("stopped threads stay stopped until they are started, or the server is") {
    Lab lab;
    lab.sql("acd-dbs1", "STOP SLAVE");
    CHECK(replica(lab, "acd-dbs1") == Seen{"No", "No", "NULL"});
    lab.pass(10min);
    CHECK(replica(lab, "acd-dbs1").io == "No");
    lab.sql("acd-dbs1", "START REPLICA");
    lab.pass(10s);
    CHECK(replica(lab, "acd-dbs1").io == "Yes");
}

TEST_CASE("read_only is set and read, and forgotten by a restart") {
    Lab lab;
    CHECK(lab.sql("acd-dbm1", "SELECT @@GLOBAL.read_only") == "@@GLOBAL.read_only\n0\n");
    lab.sql("acd-dbm1", "SET GLOBAL read_only=1");
    CHECK(lab.sql("acd-dbm1", "SELECT @@GLOBAL.read_only") == "@@GLOBAL.read_only\n1\n");
    lab.finish("acd-dbm1", "systemctl restart -- mariadb");
    lab.pass(1s);
    CHECK(lab.sql("acd-dbm1", "SELECT @@GLOBAL.read_only") == "@@GLOBAL.read_only\n0\n");
}

TEST_CASE("a server that follows nobody answers nothing, and cannot start") {
    Lab lab;
    lab.site.clusters.front().nodes.resize(1);
    lab.restart();
    const Answer status = lab.run("acd-dbm1", "mysql --batch --raw -e 'SHOW SLAVE STATUS\\G'");
    CHECK(status.code == 0);
    CHECK(status.out.empty());
    CHECK(lab.run("acd-dbm1", "mysql -e 'START SLAVE'").err.starts_with("ERROR 1200 (HY000)"));
    CHECK(lab.inject("acd-dbm1", "replica lagging") == "acd-dbm1 follows no other database server");
}

TEST_CASE("whoever only follows is closed to writers, after a restart too; masters are not") {
    Lab lab;
    const auto closed = [&](const char* on) { return lab.sql(on, "SELECT @@GLOBAL.read_only").find("\n1\n") != std::string::npos; };
    CHECK_FALSE(closed("acd-dbm1"));
    CHECK_FALSE(closed("acd-dbm2"));
    CHECK(closed("acd-dbs1"));
    lab.sql("acd-dbs1", "SET GLOBAL read_only=0");
    CHECK_FALSE(closed("acd-dbs1"));
    lab.finish("acd-dbs1", "systemctl restart -- mariadb");
    lab.pass(1s);
    CHECK(closed("acd-dbs1"));

    lab.site.clusters.front().settings["replication"] = "master-replica";
    lab.restart();
    CHECK_FALSE(closed("acd-dbm1"));
    CHECK(closed("acd-dbm2"));
}

TEST_CASE("where masters change places, the first has the other one stored as its source, and does not follow it") {
    Lab lab;
    lab.site.clusters.front().settings["replication"] = "master-replica";
    lab.restart();
    CHECK(replica(lab, "acd-dbm1") == Seen{"No", "No", "NULL"});
    CHECK(field(lab.sql("acd-dbm1", "SHOW SLAVE STATUS\\G"), "Master_Host") == lab.host("acd-dbm2").address);
    CHECK(replica(lab, "acd-dbm2") == Seen{"Yes", "Yes", "0"});
    REQUIRE(lab.inject("acd-dbm1", "no stored source") == "");
    CHECK(lab.sql("acd-dbm1", "SHOW SLAVE STATUS").empty());
    CHECK(lab.inject("acd-dbm2", "no stored source") == "acd-dbm2 follows another database server");
}

TEST_CASE("a replica is led to another source, and hears nothing of it before it is started") {
    Lab lab;
    const std::string there = lab.host("acd-dbm2").address;
    const std::string change = "CHANGE MASTER TO MASTER_HOST='" + there + "', MASTER_PORT=3306, MASTER_USE_GTID=Slave_Pos";
    const auto told = [&](const char* column) { return field(lab.sql("acd-dbs1", "SHOW ALL SLAVES STATUS\\G"), column); };
    const auto say = [&](const std::string& statement) { return lab.run("acd-dbs1", "mysql --batch -e \"" + statement + "\""); };
    const std::string old_source = told("Master_Server_Id");
    CHECK(say(change).err.starts_with("ERROR 1198 (HY000)"));
    CHECK(say("SET GLOBAL gtid_slave_pos=@@GLOBAL.gtid_current_pos").err.starts_with("ERROR 1198 (HY000)"));
    CHECK(say("STOP SLAVE; SET GLOBAL gtid_slave_pos=@@GLOBAL.gtid_current_pos; " + change).code == 0);
    CHECK(told("Master_Host") == there);
    CHECK(told("Master_Server_Id") == old_source);  // until another one has told its own
    CHECK(told("Master_Log_File") == "");
    CHECK(told("Relay_Master_Log_File") == "");
    CHECK(say("START SLAVE").code == 0);
    CHECK(told("Slave_IO_Running") == "Connecting");
    lab.pass(10s);
    CHECK(told("Slave_IO_Running") == "Yes");
    CHECK(told("Slave_SQL_Running") == "Yes");
    CHECK(told("Master_Server_Id") != old_source);
    CHECK(told("Relay_Master_Log_File") == "mysql-bin.000001");
    lab.finish("acd-dbm2", "systemctl stop -- mariadb");
    lab.pass(2s);
    CHECK(told("Slave_IO_Running") == "Connecting");
    CHECK(say("STOP SLAVE; CHANGE MASTER TO MASTER_HOST='10.9.9.9'").err.starts_with("ERROR: not simulated: "));
    CHECK(say("CHANGE MASTER TO MASTER_HOST='" + there + "', MASTER_SSL=1").err.starts_with("ERROR: not simulated: "));
}

TEST_CASE("a replica that has started and not reached its source yet knows no server_id of it") {
    Lab lab;
    const auto id = [&] { return field(lab.sql("acd-dbs1", "SHOW ALL SLAVES STATUS\\G"), "Master_Server_Id"); };
    lab.finish("acd-dbm1", "systemctl stop -- mariadb");
    lab.finish("acd-dbs1", "systemctl restart -- mariadb");
    CHECK(id() == "0");
    lab.finish("acd-dbm1", "systemctl start -- mariadb");
    lab.pass(15s);
    CHECK(id() != "0");
}

TEST_CASE("why a replica could not connect stands there after it was stopped, until it is started") {
    Lab lab;
    const auto told = [&](const char* column) { return field(lab.sql("acd-dbs1", "SHOW ALL SLAVES STATUS\\G"), column); };
    lab.finish("acd-dbm1", "systemctl stop -- mariadb");
    lab.pass(5s);
    const std::string error = told("Last_IO_Error");
    CHECK(error.starts_with("error reconnecting to master"));
    lab.sql("acd-dbs1", "STOP ALL SLAVES");
    CHECK(told("Last_IO_Error") == error);
    CHECK(told("Last_IO_Errno") == "2003");
    lab.sql("acd-dbs1", "START ALL SLAVES");
    CHECK(told("Last_IO_Error") == "");
}

TEST_CASE("a source that lacks what its replica has is not followed") {
    Lab lab;
    const std::string behind = lab.host("acd-dbs2").address;
    lab.sql("acd-dbs2", "STOP SLAVE");
    lab.pass(10s);
    lab.run("acd-dbs1", "mysql -e \"STOP SLAVE; CHANGE MASTER TO MASTER_HOST='" + behind + "'; START SLAVE\"");
    lab.pass(10s);
    const std::string status = lab.sql("acd-dbs1", "SHOW SLAVE STATUS\\G");
    CHECK(field(status, "Master_Host") == behind);
    CHECK(field(status, "Slave_IO_Running") == "No");
    CHECK(field(status, "Slave_SQL_Running") == "Yes");
    CHECK(field(status, "Last_IO_Errno") == "1236");
    CHECK(field(status, "Last_IO_Error").find("which is not in the master's binlog") != std::string::npos);
}

TEST_CASE("the transactions of a replica are the same wherever it tells of them") {
    Lab lab;
    lab.site.clusters.front().settings["replication"] = "master-replica";
    lab.restart();
    lab.pass(10s);
    const std::string all = lab.sql("acd-dbm2", "SHOW ALL SLAVES STATUS\\G");
    CHECK(lab.sql("acd-dbm2", "SELECT @@GLOBAL.gtid_current_pos AS place") == "place\n" + field(all, "Gtid_Slave_Pos") + "\n");
    CHECK(field(all, "Gtid_Slave_Pos") == field(all, "Gtid_IO_Pos"));
    CHECK(field(all, "Gtid_IO_Pos").starts_with("1-1-40"));
}
