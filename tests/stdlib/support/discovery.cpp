// What becomes of machines in a new site. The whole way is gone by tests/scripts/cli/new_site.sh; here is what a healthy site does not
// have.
#include "runtime/discovery.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "lang/model/type.hpp"
#include "stdlib/all.hpp"
#include "stdlib/support/findings.hpp"

namespace {

using lang::Value;
using runtime::Command;
using runtime::Ending;
using runtime::FoundCluster;
using runtime::FoundMachine;
using runtime::Reply;
using Words = std::vector<std::string>;

/// What a machine says to a command, by its first two words; nobody else is there.
class Told final : public runtime::AskedMachine {
  public:
    Told(std::map<std::string, Reply> replies, Value status = Value::unknown("the cluster does not run"))
        : replies_(std::move(replies)), status_(std::move(status)) {}
    Reply ask(const Command& command) override {
        const Words& words = command.words();
        const auto reply = words.size() < 2 ? replies_.end() : replies_.find(words[0] + " " + words[1]);
        return reply == replies_.end() ? Reply{.ending = Ending::Exited, .code = 127} : reply->second;
    }
    Value query(std::string_view) override { return status_; }

  private:
    std::map<std::string, Reply> replies_;
    Value status_;
};

Reply said(std::string out) { return {.ending = Ending::Exited, .out = std::move(out)}; }

const runtime::Discovery& discovery(std::string_view name) {
    static const std::vector<runtime::Module> all = stdlib::all();
    const auto module = std::find_if(all.begin(), all.end(), [&](const runtime::Module& one) { return one.name == name; });
    REQUIRE(module != all.end());
    REQUIRE(module->discovery);
    return *module->discovery;
}

FoundMachine database(const std::string& name, const Words& sources) {
    return {.name = name, .address = {}, .addresses = {}, .has = {{"mysql", stdlib::support::text_list(sources)}}};
}

/// "# remark", and "name: nodes; entry values; …", a line each.
std::string written(const std::vector<FoundCluster>& clusters) {
    std::string out;
    for (const FoundCluster& cluster : clusters) {
        for (const std::string& remark : cluster.remarks) out += "# " + remark + "\n";
        if (cluster.nodes.empty()) continue;
        out += fmt::format("{}: {}", cluster.name, fmt::join(cluster.nodes, " "));
        for (const FoundCluster::Entry& entry : cluster.entries) out += fmt::format("; {} {}", entry.name, fmt::join(entry.values, " "));
        out += "\n";
    }
    return out;
}

}  // namespace

TEST_CASE("a tool that is not there has nothing to tell, one that fails is not known") {
    Told none({});
    for (const char* module : {"drbd", "pcs"}) {
        const runtime::Finding finding = discovery(module).look(none);
        CHECK(finding.what.is_nothing());
        CHECK(finding.unknown.empty());
    }
    CHECK(discovery("systemd").look(none).unknown == Words{"units: there is no systemctl: init scripts cannot be told apart"});

    Told refused({{"drbdadm sh-resources", {.ending = Ending::Exited, .code = 1, .err = "permission denied"}},
                  {"crm_mon --version", said("Pacemaker 2.1.5")}});
    CHECK(discovery("drbd").look(refused).unknown == Words{"DRBD resources: exit 1: permission denied"});
    CHECK(discovery("pcs").look(refused).unknown == Words{"Pacemaker: the cluster does not run"});
    Told lost({{"drbdadm sh-resources", {.ending = Ending::LinkLost}}});
    CHECK(discovery("drbd").look(lost).unknown.size() == 1);
}

TEST_CASE("a machine is called by its name, with or without a domain, and by its addresses") {
    const FoundMachine machine{.name = "web1", .address = {}, .addresses = {"10.0.0.1"}, .has = {}};
    for (const char* word : {"web1", "web1.example.org", "10.0.0.1"}) CHECK(machine.is_called(word));
    for (const char* word : {"", "web", "web11", "10.0.0.11"}) CHECK_FALSE(machine.is_called(word));
}

TEST_CASE("units of the site's own are those that administrators put there, and server software that runs") {
    Told machine(
        {{"systemctl show", said("Id=wildfly.service\nFragmentPath=/etc/systemd/system/wildfly.service\nActiveState=active\n\n"
                                 "Id=cron.service\nFragmentPath=/lib/systemd/system/cron.service\nActiveState=active\n\n"
                                 "Id=keepalived.service\nFragmentPath=/lib/systemd/system/keepalived.service\nActiveState=active\n\n"
                                 "Id=old.service\nFragmentPath=/opt/old.service\nActiveState=inactive\n\n"
                                 "Id=at@1.service\nFragmentPath=/opt/at@.service\nActiveState=active\n")}});
    const Value units = discovery("systemd").look(machine).what;
    CHECK(discovery("systemd").summary(units) == "keepalived, wildfly");
}

TEST_CASE("DRBD that a cluster manager moves is no fact of a machine") {
    const auto& fact = discovery("drbd").fact;
    REQUIRE(fact);
    FoundMachine store{.name = "store1", .address = {}, .addresses = {}, .has = {{"drbd", stdlib::support::text_list({"r0"})}}};
    CHECK(fact->texts(store) == Words{"r0"});
    store.has["pcs"] = "a cluster";
    CHECK(fact->texts(store).empty());
}

TEST_CASE("databases: masters of each other, a master with replicas, a chain, a source that is none of these machines") {
    const auto clusters = [](const std::vector<FoundMachine>& machines) { return written(discovery("mysql").clusters(machines)); };
    CHECK(clusters({database("a", {"b"}), database("b", {"a.example.org"}), database("c", {"a"})}) ==
          "database: a b; replicas c; replication master-master\n");
    CHECK(clusters({database("a", {}), database("b", {"a"}), database("c", {"b"})}) ==
          "database: a; replicas b; replication master-replica\n"
          "# c replicates from b, which is a replica itself: a chain is for you to write\n");
    CHECK(clusters({database("a", {"10.0.0.9"})}) == "# a replicates from 10.0.0.9, which is none of these machines\ndatabase: a\n");
}

TEST_CASE("the servers of a back end are hosts that are called as HAProxy calls them") {
    using lang::Kind;
    const auto type =
        std::make_shared<const lang::RecordType>(lang::RecordType{"Server", {{"backend", Kind::Text, ""}, {"server", Kind::Text, ""}}});
    const auto server = [&](const char* back_end, const char* name) { return Value(lang::Record{type, {Value(back_end), Value(name)}}); };
    const Value seen = Value::list({server("jb", "jb1"), server("jb", "10.0.0.2"), server("none", "gone")});
    const auto balancer = [&](const char* name) {
        return FoundMachine{.name = name, .address = {}, .addresses = {}, .has = {{"haproxy", seen}}};
    };
    const std::vector<FoundMachine> machines{
        balancer("lb1"), balancer("lb2"), {.name = "jb1"}, {.name = "jb2", .address = "10.0.0.2", .addresses = {}, .has = {}}};
    CHECK(written(discovery("haproxy").clusters(machines)) ==
          "# server 10.0.0.2 of the back end jb is none of these hosts\n"
          "web_jb: lb1 lb2; backend jb; servers jb1\n"
          "# server gone of the back end none is none of these hosts\n");
    CHECK(discovery("haproxy").summary(seen) == "HAProxy with 2 back ends");
}
