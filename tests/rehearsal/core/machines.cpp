// Machines, their power, and the login shell in front of everything.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rehearsal/serve/log.hpp"
#include "runtime/shell/dialect.hpp"
#include "tests/rehearsal/pair.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;
using namespace std::chrono_literals;

TEST_CASE("virsh tells, starts and stops the machines of other names, in its own words") {
    Pair pair;
    CHECK(pair.out("kvm1", "virsh domstate tel1") == "running\n\n");
    CHECK(pair.out("kvm1", "sudo -n -- virsh -c qemu:///system shutdown tel1") == "Domain 'tel1' is being shutdown\n\n");
    CHECK(pair.out("kvm1", "virsh domstate tel1") == "in shutdown\n\n");
    const auto stopping = pair.until(1min, [&] { return pair.out("kvm1", "virsh domstate tel1") == "shut off\n\n"; });
    CHECK(stopping >= 9s);
    CHECK(stopping <= 21s);
    CHECK(pair.run("kvm1", "virsh shutdown tel1").code == 1);
    CHECK(pair.out("kvm1", "virsh start tel1") == "Domain 'tel1' started\n\n");
    CHECK(pair.run("kvm1", "virsh start tel1").code == 1);
    CHECK(pair.out("kvm1", "virsh domstate tel1") == "running\n\n");  // long before it lets anybody in
    CHECK(pair.world.machines.refusal(pair.host("tel1")) == Machines::Refusal::ConnectionRefused);
    const auto booting = pair.until(3min, [&] { return pair.world.machines.is_on(pair.host("tel1")); });
    CHECK(booting >= 45s);
    CHECK(booting <= 91s);
    CHECK(pair.run("kvm1", "virsh domstate kvm1").code == 1);
    CHECK(pair.run("kvm1", "virsh domstate nobody").err == "error: failed to get domain 'nobody'\n\n");
}

TEST_CASE("a new start has a new boot id") {
    Pair pair;
    const std::string before = pair.out("store1", "cat /proc/sys/kernel/random/boot_id");
    CHECK(before.size() == 37);
    CHECK(pair.out("store2", "cat /proc/sys/kernel/random/boot_id") != before);
    CHECK(pair.run("store1", "shutdown -r now").ending == runtime::Ending::LinkLost);
    pair.pass(3min);
    const std::string after = pair.out("store1", "cat /proc/sys/kernel/random/boot_id");
    CHECK(after.size() == 37);
    CHECK(after != before);
}

TEST_CASE("a machine that is injected not to boot stays in booting") {
    Pair pair;
    CHECK(pair.world.machines.inject(pair.host("tel1"), "no-boot", pair.clock, pair.world) == "");
    pair.run("kvm1", "virsh destroy tel1");
    CHECK(pair.world.machines.refusal(pair.host("tel1")) == Machines::Refusal::NoRoute);
    pair.run("kvm1", "virsh start tel1");
    pair.pass(24h);
    CHECK(pair.out("kvm1", "virsh domstate tel1") == "running\n\n");
    CHECK(pair.world.machines.refusal(pair.host("tel1")) == Machines::Refusal::ConnectionRefused);
}

TEST_CASE("sudo, sh -c and lists of commands are peeled off before a system is asked") {
    Pair pair;
    CHECK(pair.out("store1", "sudo -n -- drbdadm role r0") == "Primary/Secondary\n");
    CHECK(pair.out("store1", "sudo -n -l -- drbdadm role r0") == "drbdadm\n");  // asked, not run
    CHECK(pair.out("store1", "sudo -n -- sh -c 'drbdadm role r0'") == "Primary/Secondary\n");
    CHECK(pair.run("store1", "sudo -S -p '' -- drbdadm role r0", "secret\n").out == "Primary/Secondary\n");
    auto command = runtime::Command::program({"sh", "-c", "drbdadm role r0"});
    const auto line = runtime::posix_line(command.input({runtime::Verbatim{"own input"}}), {lang::Become::Sudo, "secret"});
    CHECK(pair.run("store1", line.text, line.input).out == "Primary/Secondary\n");
    CHECK(pair.out("store1", "LC_ALL=C sudo -n -- drbdadm role r0") == "Primary/Secondary\n");
    CHECK(pair.out("store1", "export LC_ALL=C; drbdadm role r0 || echo no") == "Primary/Secondary\n");
    CHECK(pair.out("store1", "false || echo no; true && echo yes") == "no\nyes\n");
    CHECK(pair.run("store1", "drbdadm role nosuch 2>/dev/null || true").code == 0);
    CHECK(pair.run("store1", "test 1 -lt 2").code == 0);
    CHECK(pair.run("store1", "[ a = b ]").code == 1);
    CHECK(pair.out("store1", "hostname") == "store1\n");
    CHECK(pair.out("store1", "date '+%Y-%m-%d %H:%M:%S'") == "2026-03-01 22:00:10\n");
    CHECK(pair.out("store1", "stat -c %Y /var/backups/db.sql.gz") == "1772398800\n");
}

TEST_CASE("what is not simulated is an ending of its own, and never guessed") {
    Pair pair;
    const auto told = [&](const char* line) {
        const Answer answer = pair.run("store1", line);
        CHECK(answer.ending == runtime::Ending::NotSimulated);
        return answer.err;
    };
    for (const char* line : {"rm -rf /srv/data", "drbdadm role r0 | grep Primary", "echo $HOME", "test -p /run/x -a -r /run/y"})
        CHECK(told(line) == fmt::format("`{}` is not simulated", line));
    // As a `reply` names them.
    CHECK(told("tcp://10.1.1.1:5432") == "`tcp://:5432` is not simulated");
    CHECK(told("GET http://10.1.1.1:80/") == "`GET http://:80/` is not simulated");
}

TEST_CASE("a PowerShell line is decoded for the systems and for the log") {
    Pair pair;
    const std::string script = "(Get-CimInstance Win32_OperatingSystem).LastBootUpTime";
    const Answer answer = pair.run("tel1", "powershell -NoProfile -NonInteractive -EncodedCommand " + runtime::encode_powershell(script));
    CHECK(answer.code == 0);
    CHECK(answer.out == "2026-03-01T21:00:00.0000000Z\r\n");
    CHECK(log_line(pair.world.log.back()).ends_with("\t0\t" + script + "\n"));
}

TEST_CASE("the log holds what was sent, when and where, and of the input only its size") {
    Pair pair;
    pair.pass(1250ms);
    pair.run("store1", "echo 'a\tb'\necho c", "password");
    REQUIRE(pair.world.log.size() == 1);
    CHECK(log_line(pair.world.log[0]) == "2026-03-01 22:00:11.250\tstore1\techo 'a\\tb'\\necho c\t8\n");
}

TEST_CASE("looking does not change the world: the state is the same, however often it was asked") {
    Pair looked, left_alone;
    for (Pair* pair : {&looked, &left_alone}) pair->run("store1", "pcs node standby store1");
    for (int i = 0; i < 1200; ++i) {
        looked.pass(37ms);
        looked.run("store2", "crm_mon -1 --output-as=xml");
    }
    left_alone.pass(1200 * 37ms);
    CHECK(looked.world.snapshot() == left_alone.world.snapshot());
    CHECK(looked.out("store2", "cat /proc/drbd") == left_alone.out("store2", "cat /proc/drbd"));
}

TEST_CASE("a copy of a world goes its own way") {
    Pair pair;
    const auto before = pair.world.snapshot();
    World other = pair.world;
    other.run(pair.host("kvm1"), "virsh destroy store1", "", pair.clock);
    other.advance(pair.clock + 1min);
    CHECK(pair.world.snapshot() == before);
    CHECK(other.snapshot() != before);
    CHECK(other.snapshot().at("store1 power") == "off");
}
