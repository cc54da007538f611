// The systemd module against a real systemd, over SSH.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "tests/real/here.hpp"
#include "tests/real/linux/machine.hpp"
#include "tests/real/needs.hpp"

namespace {

using namespace std::chrono_literals;
using lang::Value;
using real::Done;
using State = runtime::Verdict::State;

/// Units that say `read _ </run/machine/gate` wait there until the test opens it.
class Gate {
  public:
    explicit Gate(const std::string& path) {
        REQUIRE(mkfifo(path.c_str(), 0600) == 0);
        pipe_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
        REQUIRE(pipe_ >= 0);
    }
    ~Gate() { close(pipe_); }
    Gate(const Gate&) = delete;
    void open() { REQUIRE(write(pipe_, "\n", 1) == 1); }

  private:
    int pipe_;
};

const std::map<std::string, std::string> units = {
    {"simple.service", "[Service]\nExecStart=sleep infinity\n[Install]\nWantedBy=multi-user.target\n"},
    {"slow-start.service",
     "[Service]\nType=notify\nNotifyAccess=all\n"
     "ExecStart=sh -c 'read _ </run/machine/gate; systemd-notify --ready; exec sleep infinity'\n"},
    {"slow-stop.service", "[Service]\nExecStart=sleep infinity\nExecStop=sh -c 'read _ </run/machine/gate'\n"},
    {"after-slow.service", "[Unit]\nAfter=slow-start.service\n[Service]\nExecStart=sleep infinity\n"},
    {"fails.service", "[Service]\nType=notify\nExecStart=sh -c 'exit 3'\n"},
    {"gone.service", "[Service]\nExecStart=/no/such/program\n"},
    {"faulty.service", "[Service]\nType=simple\n"},
    {"once.service", "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=true\n"},
    {"phoenix.service", "[Service]\nRestart=always\nRestartSec=1h\nExecStart=sh -c 'read _ </run/machine/gate; exit 1'\n"},
    {"visited.socket", "[Socket]\nListenStream=/run/visited\n"},
    {"visited.service", "[Service]\nExecStart=sleep infinity\n"},
};

/// A machine with these units, and the modules as they see it.
struct Booted {
    Booted() { machine.power_on(); }

    Value status(const std::string& unit) { return seen.query("systemd.status", {{"unit", Value(unit)}}); }
    std::string active(const std::string& unit) { return status(unit).field("active").member_name(); }
    Value running(const std::string& unit) { return seen.query("systemd.running", {{"unit", Value(unit)}}); }
    Done act(const std::string& verb, const std::string& unit) { return seen.act("systemd." + verb, {{"unit", Value(unit)}}); }
    /// As somebody else's order, which nobody waits for.
    void order(const std::string& verb, const std::string& unit) { machine.systemctl({verb, "--no-block", unit}); }

    support::SshHome home;
    real::Machine machine{home, "acd-jb1", units};
    real::Here seen{machine.host(), home};
};

bool can_run() { return real::can_run("a machine with systemd", real::Machine::why_not()); }

}  // namespace

TEST_CASE("a unit starts, restarts as another invocation, and stops; what is so already is not sent") {
    if (!can_run()) return;
    Booted here;
    CHECK(here.running("simple").show() == "false");
    const Done started = here.act("start", "simple");
    CHECK(started.sent);
    CHECK(started.after.state == State::Reached);
    CHECK(here.running("simple").show() == "true");
    CHECK_FALSE(here.act("start", "simple").sent);

    const std::string first = here.status("simple").field("invocation").text();
    CHECK(here.act("restart", "simple").after.state == State::Reached);
    CHECK(here.status("simple").field("invocation").text() != first);

    CHECK(here.act("stop", "simple").after.state == State::Reached);
    CHECK(here.machine.systemctl({"is-active", "simple"}) == "inactive");
    CHECK_FALSE(here.act("stop", "simple").sent);
}

TEST_CASE("a unit that is slow to start is on its way, and not running, until it says that it is ready") {
    if (!can_run()) return;
    Booted here;
    Gate gate(here.machine.file("gate"));
    here.order("start", "slow-start");
    REQUIRE(eventually([&] { return here.active("slow-start") == "Activating"; }));
    CHECK(here.running("slow-start").is_unknown());
    const Done meanwhile = here.act("start", "slow-start");
    CHECK(meanwhile.before.state == State::Moving);
    CHECK_FALSE(meanwhile.sent);
    gate.open();
    CHECK(eventually([&] { return here.running("slow-start").show() == "true"; }));

    // The order itself takes as long as the unit: its end is not the news, the state is.
    REQUIRE(here.act("stop", "slow-start").after.state == State::Reached);
    const std::jthread opener([&] {
        if (eventually([&] { return here.machine.systemctl({"is-active", "slow-start"}) == "activating"; })) gate.open();
    });
    const Done started = here.act("start", "slow-start");
    CHECK(started.sent);
    CHECK(started.after.state == State::Reached);
}

TEST_CASE("a unit that is slow to stop is on its way until its processes are gone") {
    if (!can_run()) return;
    Booted here;
    Gate gate(here.machine.file("gate"));
    REQUIRE(here.act("start", "slow-stop").after.state == State::Reached);
    here.order("stop", "slow-stop");
    REQUIRE(eventually([&] { return here.active("slow-stop") == "Deactivating"; }));
    CHECK(here.running("slow-stop").is_unknown());
    CHECK(here.act("stop", "slow-stop").before.state == State::Moving);
    gate.open();
    CHECK(eventually([&] { return here.running("slow-stop").show() == "false"; }));
}

TEST_CASE("a unit that fails to start fails at once, also where systemctl says nothing of it") {
    if (!can_run()) return;
    Booted here;
    const Done failed = here.act("start", "fails");
    CHECK(failed.complaint.has_value());
    CHECK(failed.after.state == State::Failed);
    CHECK(failed.after.why == "Failed (failed), Result: exit-code: see `journalctl -u fails`");

    const Done gone = here.act("start", "gone");
    CHECK_FALSE(gone.complaint);  // a simple unit has started as soon as there is a process for it
    CHECK(gone.after.state == State::Failed);
    CHECK(here.running("gone").show() == "false");
}

TEST_CASE("a unit that is masked, faulty or missing is refused before anything is sent; one that is disabled is started") {
    if (!can_run()) return;
    Booted here;
    here.machine.mask("masked.service");
    for (const char* unit : {"masked", "faulty", "no-such-unit"}) {
        CAPTURE(unit);
        const Done refused = here.act("start", unit);
        CHECK(refused.before.state == State::Refused);
        CHECK_FALSE(refused.sent);
        CHECK(here.act("restart", unit).before.state == State::Refused);
    }
    CHECK(here.status("masked").field("load").member_name() == "Masked");
    CHECK(here.status("faulty").field("load").member_name() == "BadSetting");
    CHECK(here.status("no-such-unit").field("load").member_name() == "NotFound");
    CHECK(here.running("no-such-unit").is_unknown());
    CHECK(here.act("stop", "no-such-unit").before.state == State::Refused);

    CHECK(here.status("simple").field("enabled").text() == "disabled");
    CHECK(here.act("start", "simple").after.state == State::Reached);
}

TEST_CASE("a oneshot unit that remains is active when it has run to its end") {
    if (!can_run()) return;
    Booted here;
    CHECK(here.act("start", "once").after.why == "Active (exited)");
    CHECK(here.running("once").show() == "true");
}

TEST_CASE("a unit that systemd will start again is neither running nor stopped; stopped by hand it stays so") {
    if (!can_run()) return;
    Booted here;
    Gate gate(here.machine.file("gate"));
    REQUIRE(here.act("start", "phoenix").after.state == State::Reached);
    gate.open();  // its process dies
    REQUIRE(eventually([&] { return here.status("phoenix").field("sub").text() == "auto-restart"; }));
    CHECK(here.running("phoenix").is_unknown());
    const Done stopped = here.act("stop", "phoenix");
    CHECK(stopped.sent);
    CHECK(stopped.after.state == State::Reached);
    CHECK(here.active("phoenix") == "Inactive");
    CHECK(here.machine.systemctl({"list-jobs", "--no-legend"}).empty());
}

TEST_CASE("a stopped unit whose socket listens is said to come back, and does") {
    if (!can_run()) return;
    Booted here;
    REQUIRE(here.act("start", "visited.socket").after.state == State::Reached);
    REQUIRE(here.act("start", "visited").after.state == State::Reached);
    const Done stopped = here.act("stop", "visited");
    CHECK(stopped.after.state == State::Reached);
    CHECK(stopped.after.why == "Inactive (dead); may be started again by [\"visited.socket\"]");
    here.seen.run(runtime::Command::program({"socat", "-u", "OPEN:/dev/null", "UNIX-CONNECT:/run/visited"}));
    CHECK(eventually([&] { return here.running("visited").show() == "true"; }));
}

TEST_CASE("a unit whose start is queued is not stopped yet: to stop it takes the start out of the queue") {
    if (!can_run()) return;
    Booted here;
    Gate gate(here.machine.file("gate"));
    here.order("start", "slow-start");
    here.order("start", "after-slow");
    REQUIRE(eventually([&] { return here.machine.systemctl({"list-jobs", "--no-legend"}).find("after-slow") != std::string::npos; }));
    CHECK(here.active("after-slow") == "Inactive");
    const Done stopped = here.act("stop", "after-slow");
    CHECK(stopped.sent);
    CHECK(stopped.after.state == State::Reached);
    gate.open();
    REQUIRE(eventually([&] { return here.running("slow-start").show() == "true"; }));
    CHECK(here.running("after-slow").show() == "false");
}

TEST_CASE("a machine that shuts down is silent, and only that is told; switched on again it is in another run") {
    if (!can_run()) return;
    Booted here;
    here.machine.enable("simple.service");
    const Value first = here.seen.query("machine.boot_id");
    REQUIRE_FALSE(first.is_unknown());
    const Done off = here.seen.act("machine.shutdown");
    CHECK(off.sent);
    CHECK_FALSE(off.complaint);
    CHECK(off.after.state == State::Reached);
    CHECK(off.after.why.find("whether it is off, its hypervisor or a person can tell") != std::string::npos);
    CHECK(eventually([&] { return here.machine.is_off(); }));
    CHECK(here.seen.query("machine.answers").is_unknown());
    CHECK(here.status("simple").is_unknown());
    CHECK(here.seen.act("machine.shutdown").before.state == State::Unclear);

    here.machine.power_on();
    CHECK(here.seen.query("machine.answers").show() == "true");
    CHECK(here.seen.query("machine.boot_id").text() != first.text());
    CHECK(eventually([&] { return here.running("simple").show() == "true"; }));  // enabled: started at boot
}

TEST_CASE("a machine that is restarted has arrived when it answers in another run") {
    if (!can_run()) return;
    Booted here;
    const std::string first = here.seen.query("machine.boot_id").text();
    const Done again = here.seen.act("machine.reboot");
    CHECK_FALSE(again.complaint);
    CHECK(again.after.state == State::Reached);
    CHECK(here.seen.query("machine.boot_id").text() != first);
    CHECK_FALSE(here.machine.is_off());
}

TEST_CASE("a machine that hangs with its connections open is unknown, and nothing is sent to it") {
    if (!can_run()) return;
    Booted here;
    REQUIRE(here.running("simple").show() == "false");
    here.seen.patience = 1s;
    here.machine.freeze(true);
    CHECK(here.running("simple").is_unknown());
    here.machine.freeze(false);
    CHECK(here.running("simple").show() == "false");
}

TEST_CASE("a machine whose power is cut is unknown") {
    if (!can_run()) return;
    Booted here;
    REQUIRE(here.seen.query("machine.answers").show() == "true");
    here.machine.cut_power();
    CHECK(here.seen.query("machine.answers").is_unknown());
    CHECK(here.act("start", "simple").before.state == State::Unclear);
}
