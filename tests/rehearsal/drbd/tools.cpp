// What DRBD's tools say in the simulated site, against recordings of DRBD 8.4.11.
#include <doctest/doctest.h>

#include <regex>

#include "tests/rehearsal/pair.hpp"
#include "tests/support/golden.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;
using namespace std::chrono_literals;

namespace {

std::string recorded(const std::string& name) { return support::read(support::in_tests("recordings/drbd/" + name)); }

/// Numbers of bytes and times differ from machine to machine; everything else must not.
std::string without_numbers(std::string text) {
    text = std::regex_replace(
        text, std::regex(R"((ns|nr|dw|dr|al|oos|size|read|written|al-writes|received|sent|out-of-sync|done|pending):[0-9.]+)"), "$1:N");
    text = std::regex_replace(text, std::regex(R"(\[=*>\.*\] sync'ed: *[0-9.]+% \([0-9]+/[0-9]+\)[KM])"), "[bar] sync'ed: N% (N/N)");
    text =
        std::regex_replace(text, std::regex(R"(finish: [0-9:]+ speed: [0-9,]+ \([0-9,]+\)( want: [0-9,]+)?)"), "finish: T speed: N (N)$1");
    return std::regex_replace(text, std::regex(R"(want: [0-9,]+)"), "want: N");
}

/// Lines are broken at 80 columns, so longer numbers move words to other lines.
std::string words(const std::string& text) { return std::regex_replace(without_numbers(text), std::regex(R"(\s+)"), " "); }

void like_recorded(Pair& pair, const std::string& host, const std::string& state) {
    CAPTURE(state);
    CHECK(without_numbers(pair.out(host, "cat /proc/drbd")) == without_numbers(recorded(state + ".proc-drbd")));
    CHECK(without_numbers(pair.out(host, "drbdsetup status")) == without_numbers(recorded(state + ".status")));
    CHECK(pair.out(host, "drbdsetup events2 --now") == recorded(state + ".events2"));
    CHECK(words(pair.out(host, "drbdsetup status r0 --verbose --statistics")) == words(recorded(state + ".verbose")));
}

/// Takes the cluster manager away, so that DRBD is moved by hand.
void stop_cluster(Pair& pair) {
    pair.world.pacemaker.clusters.clear();
    for (DrbdSide& side : pair.world.drbd.resources[0].sides) side.is_held = false;
}

}  // namespace

TEST_CASE("a healthy pair prints what was recorded on both sides") {
    Pair pair;
    like_recorded(pair, "store1", "primary-secondary-uptodate");
    like_recorded(pair, "store2", "secondary-primary-uptodate");
    CHECK(pair.out("store1", "drbdadm sh-dev r0") == "/dev/drbd0\n");
    CHECK(pair.out("store1", "drbdadm role r0") == "Primary/Secondary\n");
    CHECK(pair.out("store2", "drbdadm cstate r0") == "Connected\n");
    CHECK(pair.out("store2", "drbdadm dstate r0") == "UpToDate/UpToDate\n");
    CHECK(pair.out("store2", "drbdadm --version") == recorded("version"));
}

TEST_CASE("DRBD 8.4 knows no --json: usage on stdout, rc 20") {
    Pair pair;
    const Answer answer = pair.run("store1", "sudo -n -- drbdsetup status r0 --json");
    CHECK(answer.code == 20);
    CHECK(answer.out == recorded("json-usage"));
}

TEST_CASE("a side that disconnects stands alone, the other one waits for it") {
    Pair pair;
    stop_cluster(pair);
    CHECK(pair.run("store2", "drbdadm disconnect r0").code == 0);
    pair.pass(1s);
    like_recorded(pair, "store1", "peer-disconnected.wfconnection");
    like_recorded(pair, "store2", "standalone-secondary");
    CHECK(pair.run("store2", "drbdadm disconnect r0").code == 10);
}

TEST_CASE("what was written meanwhile is copied when the sides meet again, at 40 MiB a second") {
    Pair pair;
    stop_cluster(pair);
    pair.run("store2", "drbdadm disconnect r0");
    pair.world.drbd.resources[0].sides[0].is_held = true;
    pair.pass(5min);  // 8 MiB a second: 2400 MiB
    CHECK(pair.run("store2", "drbdadm connect r0").code == 0);
    const auto connected = pair.until(10s, [&] { return pair.connection("store2") == "SyncTarget\n"; });
    CHECK(connected < 4s);
    like_recorded(pair, "store1", "resync-source");
    like_recorded(pair, "store2", "resync-target");
    CHECK(pair.disk("store2") == "Inconsistent/UpToDate\n");
    const auto took = pair.until(5min, [&] { return pair.connection("store2") == "Connected\n"; });
    CHECK(took > 55s);
    CHECK(took < 65s);
    CHECK(pair.disk("store2") == "UpToDate/UpToDate\n");
}

TEST_CASE("more than 4 GiB are counted in MiB, and the bar has 20 columns") {
    Pair pair;
    stop_cluster(pair);
    pair.run("store2", "drbdadm disconnect r0");
    pair.world.drbd.resources[0].sides[0].is_held = true;
    pair.pass(1h);
    pair.run("store2", "drbdadm connect r0");
    pair.pass(20s);
    const std::string text = pair.out("store2", "cat /proc/drbd");
    CHECK(std::regex_search(
        text, std::regex(R"(\t\[=*>\.+\] sync'ed: [ 0-9]{2}\.\d% \(\d{4}/6144\)M\n\tfinish: 0:0\d:\d\d speed: 40,\d{3} \()")));
}

TEST_CASE("a slow pair needs many minutes") {
    Pair pair;
    stop_cluster(pair);
    REQUIRE(pair.world.drbd.inject(pair.host("store1"), "drbd slow", pair.clock, pair.world) == "");
    pair.run("store2", "drbdadm disconnect r0");
    pair.world.drbd.resources[0].sides[0].is_held = true;
    pair.pass(5min);
    pair.run("store2", "drbdadm connect r0");
    pair.pass(10min);
    CHECK(pair.connection("store2") == "SyncTarget\n");
}

TEST_CASE("both were Primary without the other: split brain, and both stand alone") {
    Pair pair;
    stop_cluster(pair);
    pair.run("store2", "drbdadm disconnect r0");
    CHECK(pair.run("store2", "drbdadm primary r0").code == 0);
    pair.pass(10s);
    CHECK(pair.run("store2", "drbdadm secondary r0").code == 0);
    pair.run("store2", "drbdadm connect r0");
    pair.pass(10s);
    like_recorded(pair, "store1", "split-brain");
    like_recorded(pair, "store2", "standalone-secondary");
}

TEST_CASE("refusals come with the recorded words and codes") {
    Pair pair;
    const auto refused = [&](const std::string& host, const std::string& line, int code, const std::string& recording) {
        const Answer answer = pair.run(host, line);
        CAPTURE(line);
        CHECK(answer.code == code);
        CHECK(answer.out.empty());
        CHECK(answer.err == recorded(recording));
    };
    refused("store2", "drbdadm primary r0", 11, "errors.primary-while-peer-primary");
    refused("store1", "drbdadm secondary r0", 11, "errors.secondary-while-mounted");
    refused("store1", "drbdadm down r0", 11, "errors.down-while-mounted");
    refused("store1", "drbdadm role nosuch", 1, "errors.role-unknown-resource");
    CHECK(pair.run("store1", "drbdadm primary r0").code == 0);
    CHECK(pair.run("store1", "drbdadm connect r0").code == 10);
    pair.world.pacemaker.clusters.clear();
    CHECK(pair.run("store2", "drbdadm down r0").code == 0);
    refused("store2", "drbdadm role r0", 10, "resource-down.drbdadm-role");
    refused("store2", "drbdadm cstate r0", 10, "resource-down.drbdadm-cstate");
    refused("store2", "drbdadm status r0", 10, "resource-down.drbdadm-status-r0");
    CHECK(pair.out("store2", "drbdadm dstate r0") == "Consistent\n");
    CHECK(pair.run("store2", "drbdsetup status").code == 0);
    CHECK(pair.out("store2", "drbdsetup status").empty());
}

TEST_CASE("an unfinished resync leaves a disk that cannot be Primary") {
    Pair pair;
    stop_cluster(pair);
    pair.run("store2", "drbdadm disconnect r0");
    pair.world.drbd.resources[0].sides[0].is_held = true;
    pair.pass(5min);
    pair.run("store2", "drbdadm connect r0");
    pair.pass(10s);
    REQUIRE(pair.connection("store2") == "SyncTarget\n");
    pair.run("kvm1", "virsh destroy store1");
    pair.pass(4s);
    CHECK(pair.connection("store2") == "SyncTarget\n");  // the silence is not noticed yet
    pair.pass(2s);
    CHECK(pair.connection("store2") == "WFConnection\n");
    const Answer answer = pair.run("store2", "drbdadm primary r0");
    CHECK(answer.code == 11);
    CHECK(answer.err.find("(-2) Need access to UpToDate data") != std::string::npos);
}

TEST_CASE("a machine without DRBD has no drbdadm and no /proc/drbd") {
    Pair pair;
    CHECK(pair.run("kvm1", "drbdadm role r0").code == 127);
    CHECK(pair.run("kvm1", "cat /proc/drbd").code == 1);
}

TEST_CASE("who discards its data ends a split brain, and takes over what the other side has") {
    Pair pair;
    stop_cluster(pair);
    pair.run("store2", "drbdadm disconnect r0");
    pair.run("store2", "drbdadm primary r0");
    pair.pass(10s);
    pair.run("store2", "drbdadm secondary r0");
    pair.run("store2", "drbdadm connect r0");
    pair.pass(10s);
    REQUIRE(pair.connection("store1") == "StandAlone\n");
    CHECK(pair.run("store2", "drbdadm connect --discard-my-data r0").code == 0);
    CHECK(pair.connection("store2") == "WFConnection\n");
    CHECK(pair.run("store1", "drbdadm connect r0").code == 0);
    pair.pass(30min);
    CHECK(pair.connection("store2") == "Connected\n");
    CHECK(pair.out("store2", "drbdadm dstate r0") == "UpToDate/UpToDate\n");
}

TEST_CASE("what is invalidated is copied whole from the other side") {
    Pair pair;
    CHECK(pair.run("store2", "drbdadm invalidate r0").code == 0);
    CHECK(pair.connection("store2") == "SyncTarget\n");
    CHECK(pair.out("store2", "drbdadm dstate r0") == "Inconsistent/UpToDate\n");
    CHECK(pair.run("store2", "drbdadm invalidate r0").code == 11);
    pair.pass(30min);
    CHECK(pair.out("store2", "drbdadm dstate r0") == "UpToDate/UpToDate\n");
}

TEST_CASE("an unfinished copy can be forced to be Primary, but not beside another one") {
    Pair pair;
    CHECK(pair.run("store2", "drbdadm primary --force r0").code == 11);
    stop_cluster(pair);
    pair.run("store2", "drbdadm invalidate r0");
    pair.run("kvm1", "virsh destroy store1");
    pair.pass(10s);
    REQUIRE(pair.run("store2", "drbdadm primary r0").code == 11);
    CHECK(pair.run("store2", "drbdadm primary --force r0").code == 0);
    CHECK(pair.out("store2", "drbdadm role r0") == "Primary/Unknown\n");
    CHECK(pair.run("store2", "drbdadm secondary --force r0").ending == runtime::Ending::NotSimulated);
}
