// Pacemaker in the simulated site, against recordings of Pacemaker 2.1.5 on two nodes.
#include <doctest/doctest.h>

#include <algorithm>
#include <regex>

#include "rehearsal/scene.hpp"
#include "tests/rehearsal/pair.hpp"
#include "tests/support/golden.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;
using namespace std::chrono_literals;

namespace {

const std::string monitor = "crm_mon -1 --output-as=xml";

std::string recorded_xml(const std::string& name) { return support::read(support::in_tests("recordings/pacemaker/" + name + ".xml")); }

/// The part of a document between two tags, both included.
std::string part(const std::string& xml, const std::string& from, const std::string& to) {
    const auto begin = xml.find(from), end = xml.find(to);
    REQUIRE_MESSAGE(begin != std::string::npos, from << " in " << xml);
    REQUIRE_MESSAGE(end != std::string::npos, to << " in " << xml);
    return xml.substr(begin, end + to.size() - begin);
}

std::string without_times(const std::string& xml) {
    return std::regex_replace(xml, std::regex(R"re((time|last_updated|user|client|origin)="[^"]*")re"), "$1=T");
}

/// Summary, nodes, resources and node attributes; the history differs from run to run.
void like_recorded(const std::string& xml, const std::string& name) {
    CAPTURE(name);
    const std::string expected = recorded_xml(name);
    CHECK(without_times(part(xml, "<pacemaker-result", "</node_attributes>")) ==
          without_times(part(expected, "<pacemaker-result", "</node_attributes>")));
    CHECK(xml.ends_with("  </node_history>\n  <status code=\"0\" message=\"OK\"/>\n</pacemaker-result>\n"));
}

/// "drbd_r0:Unpromoted@store2 … fs:Started@store1"; whether something is being monitored is left out.
std::string roles(const std::string& xml) {
    std::string out;
    const std::string resources = part(xml, "<resources>", "</resources>");
    const std::regex item(R"re(<resource id="([^"]*)"[^>]*role="([^"]*)"|<node name="([^"]*)")re");
    for (std::sregex_iterator it(resources.begin(), resources.end(), item), end; it != end; ++it) {
        out += (*it)[3].matched ? "@" + (*it)[3].str() : " " + (*it)[1].str() + ":" + (*it)[2].str();
    }
    return out;
}

/// All the states that show while time passes, each once.
std::vector<std::string> timeline(Pair& pair, const std::string& seen_from, lang::Duration time) {
    std::vector<std::string> states;
    for (const lang::Time end = pair.clock + time; pair.clock < end; pair.pass(250ms)) {
        std::string state = roles(pair.out(seen_from, monitor));
        if (states.empty() || states.back() != state) states.push_back(std::move(state));
    }
    return states;
}

bool runs_on(Pair& pair, const std::string& seen_from, const std::string& node) {
    return roles(pair.out(seen_from, monitor)).find("fs:Started@" + node + " vip:Started@" + node) != std::string::npos;
}

}  // namespace

TEST_CASE("a healthy cluster, and one with a node in standby, print what was recorded") {
    Pair pair;
    like_recorded(pair.out("store1", monitor), "all-well");
    CHECK(pair.finish("store1", "sudo -n -- pcs node standby store1").code == 0);
    pair.pass(90s);
    like_recorded(pair.out("store1", monitor), "store1-standby");
    CHECK(pair.role("store2") == "Primary/Unknown\n");
    CHECK(pair.connection("store2") == "WFConnection\n");
    CHECK(pair.disk("store2") == "UpToDate/DUnknown\n");
    CHECK(pair.run("store1", "drbdadm role r0").code == 10);
}

TEST_CASE("a failover passes the recorded states in the recorded order, within 30 to 60 seconds") {
    Pair pair;
    const lang::Time begun = pair.clock;
    CHECK(pair.finish("store1", "pcs node standby store1").code == 0);
    CHECK(runs_on(pair, "store2", "store1"));  // pcs comes back before anything has moved
    const auto seen = timeline(pair, "store2", 60s);
    auto at = seen.begin();
    for (int step = 2; step <= 17; ++step) {
        const std::string state = roles(recorded_xml("failover.step" + std::to_string(step)));
        at = std::find(at, seen.end(), state);
        CHECK_MESSAGE(at != seen.end(), "step " << step << ":" << state);
        if (at == seen.end()) return;
    }
    CHECK(runs_on(pair, "store2", "store2"));
    CHECK(pair.world.pacemaker.location("grp") == &pair.host("store2"));
    const lang::Duration took = pair.world.pacemaker.clusters[0].groups[0].members.back().changed - begun;
    CHECK(took > 30s);
    CHECK(took < 60s);
}

TEST_CASE("after unstandby DRBD meets its peer again within 20 seconds, and what was written is copied") {
    Pair pair;
    pair.finish("store1", "pcs node standby store1");
    pair.pass(10min);
    const lang::Time begun = pair.clock;
    CHECK(pair.run("store2", "pcs node unstandby store1").code == 0);
    pair.until(60s, [&] { return pair.connection("store2") == "SyncSource\n"; });
    CHECK(pair.clock - begun > 12s);
    CHECK(pair.clock - begun < 20s);
    CHECK(pair.disk("store1") == "Inconsistent/UpToDate\n");
    CHECK(runs_on(pair, "store1", "store2"));
    const auto copied = pair.until(10min, [&] { return pair.disk("store1") == "UpToDate/UpToDate\n"; });
    CHECK(copied > 60s);
    CHECK(copied < 4min);
}

TEST_CASE("a disabled group stops and stays stopped, DRBD keeps its role; enabled it starts where it was") {
    Pair pair;
    CHECK(pair.finish("store1", "pcs resource disable grp").code == 0);
    pair.pass(1min);
    CHECK(pair.world.pacemaker.location("grp") == nullptr);
    CHECK(pair.role("store1") == "Primary/Secondary\n");
    CHECK(pair.out("store2", "crm_mon -1 -r --output-as=xml").find("disabled=\"true\"") != std::string::npos);
    pair.finish("store1", "pcs resource enable grp");
    pair.pass(1min);
    CHECK(pair.world.pacemaker.location("grp") == &pair.host("store1"));
}

TEST_CASE("while a move is under way its constraint is in the configuration, afterwards pcs 0.11 has taken it away") {
    Pair pair;
    CHECK(pair.out("store1", "cibadmin --query --scope constraints") == "<constraints/>\n");
    pair.run("store1", "pcs resource move grp store2");
    CHECK(pair.out("store2", "cibadmin --query --scope constraints").find("id=\"cli-prefer-grp\" rsc=\"grp\"") != std::string::npos);
    pair.pass(5min);
    CHECK(pair.out("store2", "cibadmin --query --scope constraints") == "<constraints/>\n");
}

TEST_CASE("nobody is promoted over an unfinished copy") {
    Pair pair;
    pair.finish("store1", "pcs node standby store1");
    pair.pass(10min);
    pair.run("store2", "pcs node unstandby store1");
    pair.until(60s, [&] { return pair.connection("store2") == "SyncSource\n"; });
    pair.run("store2", "pcs node standby store2");
    pair.pass(2min);
    CHECK(pair.role("store1") == "Secondary/Unknown\n");
    CHECK(pair.disk("store1") == "Inconsistent/DUnknown\n");
}

TEST_CASE("a node whose power goes is noticed after 5 seconds, and its services are back 30 to 45 seconds after it") {
    Pair pair;
    pair.run("kvm1", "virsh destroy store1");
    pair.pass(3s);
    CHECK(pair.out("store2", monitor).find(R"(name="store1" id="1" online="true")") != std::string::npos);
    pair.pass(4s);
    CHECK(pair.out("store2", monitor).find(R"(name="store1" id="1" online="false")") != std::string::npos);
    const auto took = 7s + pair.until(2min, [&] { return runs_on(pair, "store2", "store2"); });
    CHECK(took > 30s);
    CHECK(took < 45s);
    CHECK(pair.role("store2") == "Primary/Unknown\n");
    pair.pass(10s);
    const std::string xml = pair.out("store2", monitor);
    CHECK(part(xml, "<nodes>", "</nodes>").find(R"(name="store2" id="2" online="true")") != std::string::npos);
    CHECK(part(xml, "<nodes>", "</nodes>").find(R"(is_dc="true" resources_running="3")") != std::string::npos);
}

TEST_CASE("a machine that is shut down leaves in order, its peer takes over, and it comes back as Secondary") {
    Pair pair;
    CHECK(pair.run("store1", "sudo -n -- shutdown -h now").ending == runtime::Ending::LinkLost);
    pair.until(1min, [&] { return pair.out("kvm1", "virsh domstate store1") == "shut off\n\n"; });
    pair.pass(40s);
    CHECK(runs_on(pair, "store2", "store2"));
    CHECK(pair.out("store2", monitor).find(R"(shutdown="false" expected_up="false")") != std::string::npos);
    pair.run("kvm1", "virsh start store1");
    pair.pass(3min);
    CHECK(pair.role("store1") == "Secondary/Primary\n");
    CHECK(pair.disk("store1") == "UpToDate/UpToDate\n");
    CHECK(runs_on(pair, "store1", "store2"));
}

TEST_CASE("standby outlives a reboot") {
    Pair pair;
    pair.finish("store1", "pcs node standby store2");
    pair.pass(20s);
    pair.run("store2", "shutdown -r now");
    pair.pass(3min);
    CHECK(pair.out("store2", monitor).find(R"(name="store2" id="2" online="true" standby="true")") != std::string::npos);
    CHECK(pair.run("store2", "drbdadm role r0").code == 10);
}

TEST_CASE("the cluster stopped on a node: rc 102 and the recorded document there, clean absence on the other") {
    Pair pair;
    CHECK(pair.finish("store1", "pcs cluster stop --force").code == 0);
    pair.pass(60s);
    const Answer answer = pair.run("store1", monitor);
    CHECK(answer.code == 102);
    CHECK(answer.out == recorded_xml("cluster-stopped-here"));
    CHECK(pair.run("store1", "pcs node standby store1").code == 1);
    CHECK(runs_on(pair, "store2", "store2"));
    CHECK(part(pair.out("store2", monitor), "<nodes>", "</resources>") ==
          part(recorded_xml("node-offline-clean"), "<nodes>", "</resources>"));
    CHECK(pair.finish("store1", "pcs cluster start").code == 0);
    pair.pass(60s);
    CHECK(pair.run("store1", monitor).code == 0);
    CHECK(pair.role("store1") == "Secondary/Primary\n");
}

TEST_CASE("the last node takes the quorum with it: pcs stops it only with --force") {
    Pair pair;
    CHECK(pair.finish("store2", "pcs cluster stop").code == 0);
    pair.pass(60s);
    const Answer refusal = pair.finish("store1", "pcs cluster stop");
    CHECK(refusal.code == 1);
    CHECK(refusal.err == "Error: Stopping the node will cause a loss of the quorum, use --force to override\n");
    CHECK(pair.run("store1", monitor).code == 0);
    CHECK(pair.finish("store1", "pcs cluster stop --force").code == 0);
    pair.pass(60s);
    CHECK(pair.run("store1", monitor).code == 102);
}

TEST_CASE("a move goes there, stays there, and pcs 0.11 takes its constraint away") {
    Pair pair;
    const Answer answer = pair.finish("store1", "pcs resource move grp store2");
    CHECK(answer.code == 0);
    CHECK(answer.err.find("resource 'grp' is running on node 'store2'") != std::string::npos);
    CHECK(runs_on(pair, "store1", "store2"));
    pair.pass(5min);
    CHECK(runs_on(pair, "store1", "store2"));
    CHECK_FALSE(pair.world.snapshot().contains("cluster storage grp preferred"));
    CHECK(pair.role("store1") == "Secondary/Primary\n");
    CHECK(pair.connection("store1") == "Connected\n");  // both nodes stay in: nothing has to be copied
    CHECK(pair.run("store1", "pcs resource move grp store2").code == 1);
    CHECK(pair.run("store1", "pcs resource move nosuch store2").code == 1);
}

TEST_CASE("a resource that does not start shows under failures until cleanup") {
    Pair pair;
    REQUIRE_FALSE(inject(pair.world, "store2: pcs failed-start fs"));
    pair.finish("store1", "pcs node standby store1");
    pair.pass(90s);
    const std::string xml = pair.out("store2", monitor);
    CHECK(roles(xml) == roles(recorded_xml("failed-start")));
    CHECK(xml.find(R"(<failure op_key="fs_start_0" node="store2")") != std::string::npos);
    pair.world.pacemaker.clusters[0].groups[0].members[0].fails_on.clear();
    pair.pass(60s);
    CHECK(roles(pair.out("store2", monitor)) == roles(recorded_xml("failed-start")));
    CHECK(pair.finish("store2", "pcs resource cleanup grp").code == 0);
    pair.pass(60s);
    CHECK(runs_on(pair, "store2", "store2"));
    CHECK(pair.out("store2", monitor).find("<failure ") == std::string::npos);
}

TEST_CASE("a slow cluster needs minutes") {
    Pair pair;
    REQUIRE_FALSE(inject(pair.world, "store1: pcs slow"));
    pair.finish("store1", "pcs node standby store1");
    pair.pass(90s);
    CHECK_FALSE(runs_on(pair, "store2", "store2"));
    pair.pass(90s);
    CHECK(runs_on(pair, "store2", "store2"));
}

TEST_CASE("an unknown node is refused as recorded, and machines without a cluster have no pcs") {
    Pair pair;
    const Answer answer = pair.run("store1", "pcs node standby nosuch");
    CHECK(answer.code == 1);
    CHECK(answer.err == "Error: Node 'nosuch' does not appear to exist in configuration\n");
    CHECK(pair.run("kvm1", "crm_mon --version").code == 127);
    CHECK(pair.out("store1", "crm_mon --version").starts_with("Pacemaker 2.1.5\n"));
    CHECK(pair.out("store1", "pcs --version") == "0.11.5\n");
}

TEST_CASE("a cluster without DRBD moves its address alone") {
    Pair pair;
    add_host(pair.site, "lb1", lang::Os::Linux);
    add_host(pair.site, "lb2", lang::Os::Linux);
    add_cluster(pair.site, "balance", "pacemaker", {"lb1", "lb2"}).settings = {{"resource", "vip"}, {"ip", "10.77.0.101"}};
    pair.world = World::healthy(pair.site, pair.clock);
    CHECK(pair.world.pacemaker.location("vip") == &pair.host("lb1"));
    pair.finish("lb1", "pcs node standby lb1");
    pair.pass(15s);
    CHECK(pair.world.pacemaker.location("vip") == &pair.host("lb2"));
    CHECK(pair.out("lb2", monitor).find("<clone") == std::string::npos);
    pair.finish("lb1", "pcs node unstandby lb1");
    pair.pass(60s);
    CHECK(pair.world.pacemaker.location("vip") == &pair.host("lb2"));  // it stays where it is
}
