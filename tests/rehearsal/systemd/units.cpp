#include <doctest/doctest.h>

#include "tests/rehearsal/lab.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;
using namespace std::chrono_literals;

namespace {

std::string state(Lab& lab, const std::string& on, const std::string& unit) {
    return lab.out(on, "systemctl show -p ActiveState -- " + unit);
}

}  // namespace

TEST_CASE("a machine has the units that its facts and clusters name, and no others") {
    Lab lab;
    CHECK(state(lab, "acd-jb1", "wildfly") == "ActiveState=active\n");
    CHECK(state(lab, "acd-dbs2", "mariadb.service") == "ActiveState=active\n");
    CHECK(state(lab, "acd-lb2", "haproxy") == "ActiveState=active\n");
    CHECK(lab.out("acd-jb1", "systemctl show -p ActiveState,LoadState -- mariadb") == "LoadState=not-found\nActiveState=inactive\n");
}

TEST_CASE("show prints properties in systemd's own order, and ends well for a unit that is not there") {
    Lab lab;
    const Answer answer = lab.run("acd-jb1", "systemctl show -p UnitFileState,Id,Result,SubState -- nosuch");
    CHECK(answer.code == 0);
    CHECK(answer.out == "Result=success\nId=nosuch.service\nSubState=dead\nUnitFileState=\n");
}

TEST_CASE("a name with a point in it is that of a service, unless it ends with a type of unit") {
    Lab lab;
    const auto& jb1 = lab.host("acd-jb1");
    lab.world.systemd.install(jb1, "app-7.1", lab.clock);
    CHECK(lab.out("acd-jb1", "systemctl show -p Id,LoadState -- app-7.1") == "Id=app-7.1.service\nLoadState=loaded\n");
}

TEST_CASE("what only services have is not told of other units, and what may start a unit again stands behind its names") {
    Lab lab;
    CHECK(lab.out("acd-jb1", "systemctl show -p Type,MainPID,LoadState -- nosuch.socket") == "LoadState=not-found\n");
    CHECK(lab.out("acd-jb1", "systemctl show -p TriggeredBy,Names,LoadState -- wildfly") ==
          "Names=wildfly.service\nTriggeredBy=\nLoadState=loaded\n");
}

TEST_CASE("a stop lasts seconds, through deactivating, and its command as long") {
    Lab lab;
    const Answer stop = lab.run("acd-jb1", "sudo -n -- systemctl stop -- wildfly");
    CHECK(stop.code == 0);
    CHECK(stop.takes >= 1s);
    CHECK(state(lab, "acd-jb1", "wildfly") == "ActiveState=deactivating\n");
    lab.pass(stop.takes);
    CHECK(state(lab, "acd-jb1", "wildfly") == "ActiveState=inactive\n");
    const Answer word = lab.run("acd-jb1", "systemctl is-active -- wildfly");
    CHECK(word.code == 3);
    CHECK(word.out == "inactive\n");

    const Answer start = lab.run("acd-jb1", "systemctl start -- wildfly");
    CHECK(state(lab, "acd-jb1", "wildfly") == "ActiveState=activating\n");
    lab.pass(start.takes);
    CHECK(state(lab, "acd-jb1", "wildfly") == "ActiveState=active\n");
}

TEST_CASE("what is stopped while it starts has no main process yet") {
    Lab lab;
    const auto main_process = [&] { return lab.out("acd-jb1", "systemctl show -p MainPID -- wildfly"); };
    lab.run("acd-jb1", "systemctl stop -- wildfly");
    CHECK(main_process() != "MainPID=0\n");
    lab.pass(10s);
    lab.run("acd-jb1", "systemctl start -- wildfly");
    lab.run("acd-jb1", "systemctl stop -- wildfly");
    CHECK(state(lab, "acd-jb1", "wildfly") == "ActiveState=deactivating\n");
    CHECK(main_process() == "MainPID=0\n");
}

TEST_CASE("a restart goes through both, and comes up with another process") {
    Lab lab;
    const std::string before = lab.out("acd-jb1", "systemctl show -p MainPID -- wildfly");
    const Answer restart = lab.run("acd-jb1", "systemctl restart -- wildfly");
    CHECK(state(lab, "acd-jb1", "wildfly") == "ActiveState=deactivating\n");
    lab.pass(restart.takes);
    CHECK(state(lab, "acd-jb1", "wildfly") == "ActiveState=active\n");
    CHECK(lab.out("acd-jb1", "systemctl show -p MainPID -- wildfly") != before);
}

TEST_CASE("what cannot be started or stopped is told in systemd's words and codes") {
    Lab lab;
    const Answer start = lab.run("acd-jb1", "systemctl start -- nosuch");
    CHECK(start.code == 5);
    CHECK(start.err == "Failed to start nosuch.service: Unit nosuch.service not found.\n");
    const Answer stop = lab.run("acd-jb1", "systemctl stop -- nosuch");
    CHECK(stop.code == 5);
    CHECK(stop.err == "Failed to stop nosuch.service: Unit nosuch.service not loaded.\n");

    REQUIRE(lab.inject("acd-jb1", "unit fails wildfly") == "");
    lab.finish("acd-jb1", "systemctl stop -- wildfly");
    const Answer failing = lab.finish("acd-jb1", "systemctl start -- wildfly");
    CHECK(failing.code == 1);
    CHECK(failing.err.starts_with("Job for wildfly.service failed because the control process exited with error code.\n"));
    CHECK(lab.out("acd-jb1", "systemctl show -p ActiveState,SubState,Result,ExecMainStatus -- wildfly") ==
          "Result=exit-code\nExecMainStatus=1\nActiveState=failed\nSubState=failed\n");
    CHECK(lab.inject("acd-jb1", "unit fails nosuch").starts_with("acd-jb1 has no unit \"nosuch\": write `units"));
}

TEST_CASE("a slow unit takes minutes") {
    Lab lab;
    REQUIRE(lab.inject("acd-jb1", "unit slow wildfly") == "");
    CHECK(lab.run("acd-jb1", "systemctl stop -- wildfly").takes == 4min);
    lab.pass(3min + 59s);
    CHECK(state(lab, "acd-jb1", "wildfly") == "ActiveState=deactivating\n");
    lab.pass(1s);
    CHECK(state(lab, "acd-jb1", "wildfly") == "ActiveState=inactive\n");
}

TEST_CASE("what was stopped by hand runs again after a boot") {
    Lab lab;
    lab.finish("acd-jb1", "systemctl stop -- wildfly");
    lab.run("acd-jb1", "shutdown -r now");
    lab.pass(3min);
    CHECK(state(lab, "acd-jb1", "wildfly") == "ActiveState=active\n");
}

TEST_CASE("without systemctl there is `service`, with the codes of init scripts") {
    Lab lab;
    CHECK(lab.run("acd-jb1", "command -v systemctl").code == 0);
    REQUIRE(lab.inject("acd-jb1", "no-systemctl") == "");
    CHECK(lab.run("acd-jb1", "command -v systemctl").code != 0);
    CHECK(lab.run("acd-jb1", "systemctl start -- wildfly").code == 127);
    CHECK(lab.run("acd-jb1", "service wildfly status").code == 0);
    const Answer stop = lab.finish("acd-jb1", "sudo -n -- service wildfly stop");
    CHECK(stop.code == 0);
    const Answer status = lab.run("acd-jb1", "service wildfly status");
    CHECK(status.code == 3);
    CHECK(status.out == "wildfly is not running\n");
    CHECK(lab.run("acd-jb1", "service nosuch status").err == "nosuch: unrecognized service\n");
}

TEST_CASE("a port and a page are answered while the units run, and refused while they do not") {
    Lab lab;
    lang::Host& web = add_host(lab.site, "web", lang::Os::Linux,
                               {{"unit", "nginx"}, {"listens", lang::Value::list({"http://:8080/health", "tcp://:5432"})}});
    web.address = "10.0.0.1";
    lab.restart();
    const auto asked = [&](const std::string& line) { return lab.run("web", line); };
    CHECK(asked("GET http://10.0.0.1:8080/health").code == 200);
    CHECK(asked("tcp://10.0.0.1:8080").ending == runtime::Ending::Exited);
    CHECK(asked("tcp://10.0.0.1:5432").ending == runtime::Ending::Exited);
    CHECK(asked("GET http://10.0.0.1:8080/other").ending == runtime::Ending::NotSimulated);
    CHECK(asked("tcp://10.0.0.1:22222").ending == runtime::Ending::NotSimulated);
    lab.pass(lab.run("web", "systemctl stop -- nginx").takes);
    for (const char* line : {"GET http://10.0.0.1:8080/health", "tcp://10.0.0.1:5432"}) {
        CHECK(asked(line).ending == runtime::Ending::NotSent);
        CHECK(asked(line).code == ECONNREFUSED);
    }
    lab.run("web", "systemctl start -- nginx");
    CHECK(asked("tcp://10.0.0.1:5432").code == ECONNREFUSED);
}
