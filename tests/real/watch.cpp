// A watch as a service of a real systemd, by the unit that is shipped.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "tests/real/linux/machine.hpp"
#include "tests/real/needs.hpp"
#include "tests/support/sshd.hpp"

namespace {

namespace fs = std::filesystem;

/// The shipped unit, as it is, on a machine that cannot be written to: the program and all files are elsewhere, and who fails is started
/// again at once.
struct Watching {
    Watching() {
        fs::create_directories(machine.file("units/procrun-watch@.service.d"));
        machine.add_unit("procrun-watch@.service", support::read_file(PROCRUN_SOURCE_DIR "/examples/systemd/procrun-watch@.service"));
        machine.add_unit("procrun-watch@.service.d/here.conf",
                         fmt::format("[Service]\nUser=root\nStateDirectory=\nRestartSec=100ms\nExecStart=\n"
                                     "ExecStart={} watch /run/machine/%i/watch.proc --journal /run/machine/journal.db\n",
                                     PROCRUN_PROGRAM));
        fs::create_directory(machine.file("mail"));
        write("site.proc", "site \"mail\"\nhost me { via local }\n");
        write("watch.proc",
              "watch \"mail is there\" every 1s {\n  require shell.succeeds(\"test -e /run/machine/mark\") on me\n  after 2 failures\n"
              "  run \"failover.proc\"\n}\n");
        write("failover.proc", "step \"Over\" { on me { shell.action(\"echo over >>/run/machine/over\") } }\n");
        std::ofstream(machine.file("mark")).flush();
        machine.power_on();
    }

    void write(const std::string& name, const std::string& text) { std::ofstream(machine.file("mail/" + name)) << text; }
    std::string property(const std::string& name) { return machine.systemctl({"show", "--value", "-p", name, unit}); }
    bool status_says(const std::string& words) {
        return eventually([&] { return property("StatusText").find(words) != std::string::npos; });
    }
    int overs() {
        std::ifstream file(machine.file("over"));
        std::string line;
        int count = 0;
        while (std::getline(file, line)) ++count;
        return count;
    }

    const std::string unit = "procrun-watch@mail.service";
    support::SshHome home;
    real::Machine machine{home, "watcher"};
};

bool can_run() { return real::can_run("a machine with systemd", real::Machine::why_not()); }

}  // namespace

TEST_CASE("a watch under systemd fires once, whatever happens to its process") {
    if (!can_run()) return;
    Watching here;
    here.machine.systemctl({"start", here.unit});
    CHECK(here.property("ActiveState") == "active");
    CHECK_MESSAGE(here.status_says("holds"), here.property("StatusText"));
    CHECK(here.overs() == 0);

    fs::remove(here.machine.file("mark"));
    REQUIRE(eventually([&] { return here.overs() == 1; }));
    CHECK_MESSAGE(here.status_says("It is not run again until"), here.property("StatusText"));

    here.machine.systemctl({"kill", "--signal=KILL", here.unit});
    CHECK(eventually([&] { return here.property("NRestarts") == "1" && here.property("ActiveState") == "active"; }));
    CHECK_MESSAGE(here.status_says("has fired on"), here.property("StatusText"));
    CHECK(here.overs() == 1);

    here.machine.systemctl({"stop", here.unit});
    CHECK(here.property("ActiveState") == "inactive");
    CHECK(here.property("Result") == "success");
}

TEST_CASE("a watch under systemd that could not end what it begins does not begin: the unit fails, and is not tried again") {
    if (!can_run()) return;
    Watching here;
    here.write("failover.proc", "step \"Over\" { confirm \"may it be?\" }\n");
    here.machine.systemctl({"start", here.unit});
    CHECK(here.property("ActiveState") == "failed");
    CHECK(here.property("ExecMainStatus") == "3");
    CHECK(here.property("NRestarts") == "0");
    CHECK(here.overs() == 0);
}
