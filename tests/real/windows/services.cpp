// The winsvc module against Wine's service manager, over SSH.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/real/here.hpp"
#include "tests/real/needs.hpp"
#include "tests/real/windows/host.hpp"

namespace {

using lang::Value;
using real::Done;
using State = runtime::Verdict::State;
using Start = real::WindowsService::Start;

const std::vector<real::WindowsService> services = {
    {.name = "robot5", .display_name = "8-Server"},
    {.name = "jtelPUL", .display_name = "jtel Platform UDP Listener für Köln"},
    {.name = "fails", .exit_code = 1234},
    {.name = "disabled", .start = Start::Disabled},
    {.name = "automatic", .start = Start::Automatic},
};

struct Booted {
    Booted() { host.power_on(); }

    Value status(const std::string& service) { return seen.query("winsvc.status", {{"service", Value(service)}}); }
    std::string state(const std::string& service) { return status(service).field("state").show(); }
    Value running(const std::string& service) { return seen.query("winsvc.running", {{"service", Value(service)}}); }
    Done act(const std::string& verb, const std::string& service) {
        return seen.act("winsvc." + verb, {{"service", Value(service)}}, std::chrono::minutes(1));
    }
    runtime::Reply command(const std::string& line) { return seen.run(runtime::Command::script({runtime::Verbatim{line}})); }

    support::SshHome home;
    real::WindowsHost host{home, "acd-tel1", services};
    real::Here seen{host.host(), home};
};

bool windows_can_run() { return real::can_run("a Windows host", real::WindowsHost::why_not()); }

}  // namespace

TEST_CASE("the codes and the words of Windows arrive whole over SSH") {
    if (!windows_can_run()) return;
    Booted here;
    CHECK(here.command("sc.exe query missing").code == 1060);
    CHECK(here.command("sc.exe start disabled").code == 1058);
    CHECK(here.command("powershell.exe -NoProfile").code == 9009);
    CHECK(here.command("sc.exe qc jtelPUL").out.find("DISPLAY_NAME       : jtel Platform UDP Listener für Köln") != std::string::npos);
    CHECK(here.command("sc.exe GetKeyName \"jtel Platform UDP Listener für Köln\"").out.find("Name = jtelPUL") != std::string::npos);
}

TEST_CASE("a Windows host starts what is automatic, and after a restart it does so again") {
    if (!windows_can_run()) return;
    Booted here;
    const auto state = [&](const std::string& service) {
        const std::string told = here.command("sc.exe query " + service).out;
        const auto at = told.find("STATE              : ");
        return at == std::string::npos ? told : told.substr(at + 21, 1);
    };
    CHECK(eventually([&] { return state("automatic") == "4"; }));
    REQUIRE(here.command("sc.exe start robot5").code == 0);
    here.command("shutdown.exe /r /t 0");
    CHECK(eventually([&] { return state("automatic") == "4" && state("robot5") == "1"; }));
    here.command("shutdown.exe /s /t 0");
    CHECK(eventually([&] { return here.host.is_off(); }));
}

TEST_CASE("a service starts and stops, and what is so already is not sent; its display name is read whole") {
    if (!windows_can_run()) return;
    Booted here;
    // By its name: the look-up of a display name is a `for /f` over a command, which Wine's cmd does not run.
    CHECK(here.status("jtelPUL").field("display_name").text() == "jtel Platform UDP Listener für Köln");
    CHECK(here.running("jtelPUL").show() == "false");
    const Done started = here.act("start", "jtelPUL");
    CHECK(started.sent);
    CHECK_FALSE(started.complaint);
    CHECK(started.after.state == State::Reached);
    CHECK(here.running("JTELPUL").show() == "true");
    CHECK_FALSE(here.act("start", "jtelPUL").sent);
    CHECK(here.act("stop", "jtelPUL").after.state == State::Reached);
    CHECK_FALSE(here.act("stop", "jtelPUL").sent);
}

TEST_CASE("a service that is slow to start or to stop is on its way, and neither running nor stopped, until it is there") {
    if (!windows_can_run()) return;
    Booted here;
    here.host.hold_start("robot5");
    REQUIRE(here.command("sc.exe start robot5").code == 0);
    CHECK(eventually([&] { return here.state("robot5") == "StartPending"; }));
    CHECK(here.running("robot5").is_unknown());
    CHECK(here.act("start", "robot5").before.state == State::Moving);
    here.host.release("robot5");
    CHECK(eventually([&] { return here.running("robot5").show() == "true"; }));

    here.host.hold_stop("robot5");
    REQUIRE(here.command("sc.exe stop robot5").code == 0);
    CHECK(eventually([&] { return here.state("robot5") == "StopPending"; }));
    CHECK(here.running("robot5").is_unknown());
    CHECK(here.act("stop", "robot5").before.state == State::Moving);
    here.host.release("robot5");
    CHECK(eventually([&] { return here.running("robot5").show() == "false"; }));
}

TEST_CASE("a service that does not get up fails with its own code; one that is disabled or missing is refused before") {
    if (!windows_can_run()) return;
    Booted here;
    const Done failed = here.act("start", "fails");
    CHECK(failed.sent);
    CHECK(failed.after.state == State::Failed);
    CHECK(failed.after.why.find("1234") != std::string::npos);
    CHECK(here.status("fails").field("exit_code").show() == "1234");

    CHECK(here.status("disabled").field("start_type").show() == "Disabled");
    CHECK(here.act("start", "disabled").before.state == State::Refused);
    CHECK(here.act("start", "missing").before.state == State::Refused);
    CHECK(here.running("missing").is_unknown());
}
