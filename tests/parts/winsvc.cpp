// The winsvc module against Wine's service manager, over SSH.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/parts/here.hpp"
#include "tests/parts/needs.hpp"
#include "tests/parts/windows/host.hpp"

namespace {

using lang::Value;
using parts::Done;
using State = runtime::Verdict::State;
using Start = parts::WindowsService::Start;

const std::vector<parts::WindowsService> services = {
    {.name = "robot5", .display_name = "8-Server"},
    {.name = "jtelPUL", .display_name = "jtel Platform UDP Listener für Köln"},
    {.name = "fails", .exit_code = 1234},
    {.name = "disabled", .start = Start::Disabled},
    {.name = "automatic", .start = Start::Automatic},
};

struct Booted {
    Booted() { host.power_on(); }

    runtime::Reply command(const std::string& line) { return seen.run(runtime::Command::script({runtime::Verbatim{line}})); }

    support::SshHome home;
    parts::WindowsHost host{home, "acd-tel1", services};
    parts::Here seen{host.host(), home};
};

bool can_run() { return parts::can_run("a Windows host", parts::WindowsHost::why_not()); }

}  // namespace

TEST_CASE("the codes and the words of Windows arrive whole over SSH") {
    if (!can_run()) return;
    Booted here;
    CHECK(here.command("sc.exe query missing").code == 1060);
    CHECK(here.command("sc.exe start disabled").code == 1058);
    CHECK(here.command("powershell.exe -NoProfile").code == 9009);
    CHECK(here.command("sc.exe qc jtelPUL").out.find("DISPLAY_NAME       : jtel Platform UDP Listener für Köln") != std::string::npos);
    CHECK(here.command("sc.exe GetKeyName \"jtel Platform UDP Listener für Köln\"").out.find("Name = jtelPUL") != std::string::npos);
}

TEST_CASE("a Windows host starts what is automatic, and after a restart it does so again") {
    if (!can_run()) return;
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
