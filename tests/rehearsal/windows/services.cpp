#include <doctest/doctest.h>

#include "runtime/shell/dialect.hpp"
#include "tests/rehearsal/lab.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;
using namespace std::chrono_literals;

namespace {

/// What procrun's own script of that name answers; only its two first lines matter to the simulated machine.
Answer script(Lab& lab, const std::string& on, const std::string& verb, const std::string& service) {
    return lab.run(on, "powershell -NoProfile -NonInteractive -EncodedCommand " +
                           runtime::encode_powershell("# winsvc." + verb + "\n$name = " + runtime::powershell_quote(service) + "\n"));
}

bool has(const Answer& answer, const std::string& part) { return answer.out.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a service is found by its name or its display name, whatever the capitals") {
    Lab lab;
    for (const char* name : {"jtel Platform UDP Listener", "JTELPLATFORMUDPLISTENER"}) {
        const Answer answer = script(lab, "acd-tel1", "status", name);
        CHECK(answer.code == 0);
        CHECK(answer.out.starts_with(
            R"({"exists":true,"name":"jtelPlatformUDPListener","display":"jtel Platform UDP Listener","status":4,"start":"Auto","exit":0,"specific":0,"pid":)"));
        CHECK(answer.out.ends_with("}\r\n"));
    }
    CHECK(script(lab, "acd-tel1", "status", "it's not there").out == "{\"exists\":false}\r\n");
}

TEST_CASE("a service starts and stops slowly, through its pending states") {
    Lab lab;
    CHECK(script(lab, "acd-tel1", "stop", "robot5").out == "{\"stop\":0}\r\n");
    lab.pass(1s);
    CHECK(has(script(lab, "acd-tel1", "status", "robot5"), "\"status\":3"));
    lab.pass(20s);
    CHECK(has(script(lab, "acd-tel1", "status", "robot5"), "\"status\":1"));
    CHECK(script(lab, "acd-tel1", "stop", "robot5").out == "{\"stop\":6}\r\n");
    CHECK(script(lab, "acd-tel1", "start", "robot5").out == "{\"start\":0}\r\n");
    CHECK(has(script(lab, "acd-tel1", "status", "robot5"), "\"status\":2"));
    lab.pass(21s);
    CHECK(has(script(lab, "acd-tel1", "status", "robot5"), "\"status\":4"));
    CHECK(script(lab, "acd-tel1", "start", "robot5").out == "{\"start\":10}\r\n");
}

TEST_CASE("an order to a pending service waits for its end") {
    Lab lab;
    script(lab, "acd-tel1", "stop", "robot5");
    const Answer start = script(lab, "acd-tel1", "start", "robot5");
    CHECK(start.out == "{\"start\":0}\r\n");
    CHECK(start.takes > 4s);
    lab.pass(45s);
    CHECK(has(script(lab, "acd-tel1", "status", "robot5"), "\"status\":4"));
}

TEST_CASE("injected troubles: missing, disabled, failing") {
    Lab lab;
    REQUIRE(lab.inject("acd-tel1", "service missing robot5") == "");
    CHECK(script(lab, "acd-tel1", "status", "robot5").out == "{\"exists\":false}\r\n");

    REQUIRE(lab.inject("acd-tel2", "service disabled robot5") == "");
    CHECK(has(script(lab, "acd-tel2", "status", "robot5"), "\"status\":1,\"start\":\"Disabled\""));
    CHECK(script(lab, "acd-tel2", "start", "robot5").out == "{\"start\":14}\r\n");

    REQUIRE(lab.inject("acd-tel1", "service fails jtel Platform UDP Listener") == "");
    script(lab, "acd-tel1", "stop", "jtel Platform UDP Listener");
    lab.pass(21s);
    script(lab, "acd-tel1", "start", "jtel Platform UDP Listener");
    lab.pass(21s);
    CHECK(has(script(lab, "acd-tel1", "status", "jtel Platform UDP Listener"),
              "\"status\":1,\"start\":\"Auto\",\"exit\":1066,\"specific\":1"));
    CHECK(lab.inject("acd-tel1", "service fails nosuch") == "acd-tel1 has no service \"nosuch\" in its facts");
}

TEST_CASE("a daemon that runs on one machine at a time is started by hand, and does not come back by itself") {
    Lab lab;
    CHECK(has(script(lab, "acd-tel1", "status", "AcdGroupDistribute"), "\"status\":4,\"start\":\"Manual\""));
    CHECK(has(script(lab, "acd-tel2", "status", "AcdGroupDistribute"), "\"status\":1,\"start\":\"Manual\",\"exit\":1077"));
    lab.run("acd-tel1", "shutdown.exe /r /t 0");
    lab.pass(4min);
    CHECK(has(script(lab, "acd-tel1", "status", "robot5"), "\"status\":4"));
    CHECK(has(script(lab, "acd-tel1", "status", "AcdGroupDistribute"), "\"status\":1"));
}

TEST_CASE("sc.exe tells states as numbers, and takes service names only") {
    Lab lab;
    CHECK(lab.out("acd-tel1", "sc.exe query robot5").find("STATE              : 4  RUNNING") != std::string::npos);
    CHECK(lab.run("acd-tel1", "sc.exe start robot5").code == 1056);
    CHECK(lab.run("acd-tel1", "sc.exe query nosuch").code == 1060);
    CHECK(lab.run("acd-tel1", "sc.exe query \"jtel Platform UDP Listener\"").code == 1060);
    CHECK(lab.out("acd-tel1", "sc.exe stop robot5").find("STATE              : 3  STOP_PENDING") != std::string::npos);
    CHECK(lab.run("acd-tel1", "sc.exe start robot5").code == 1061);
}

TEST_CASE("another script is not simulated") {
    Lab lab;
    const Answer answer = lab.run("acd-tel1", "powershell -NoProfile -EncodedCommand " + runtime::encode_powershell("Frobnicate 'x'"));
    CHECK(answer.ending == runtime::Ending::NotSimulated);
    CHECK(answer.err == "`Frobnicate 'x'` is not simulated");
    CHECK(answer.mend == "reply \"Frobnicate 'x'\" on acd-tel1 = \"…\"");
}
