// Real HAProxies that do not agree: with each other, after a reload, about who may give orders.
#include <doctest/doctest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <memory>

#include "tests/real/haproxy/server.hpp"

namespace {

using lang::Value;
using real::Balancer;
using real::Done;
using State = runtime::Verdict::State;

Value disagreements(Balancer& balancer, const Value& like = Value::list({})) {
    return balancer.here.query("haproxy.consistent", {{"like", like}});
}

}  // namespace

TEST_CASE("two load balancers of which one has a server out do not agree, and every difference is told") {
    Balancer left, right;
    CHECK(disagreements(left, right.here.query("haproxy.servers")).show() == "[]");
    CHECK(left.act("maint", "jb1", "web").after.state == State::Reached);
    const Value found = disagreements(left, right.here.query("haproxy.servers"));
    REQUIRE_MESSAGE(found.items().size() == 3, found.show());
    CHECK(found.items()[0].text() == "here: web/jb1 is MAINT [ForcedMaint], but api/jb1 is UP");
    CHECK(found.items()[1].text() == "here: web/jb1 is MAINT [ForcedMaint] here and UP there");
    CHECK(found.items()[2].text() == "here: api/t1 is MAINT (via web/jb1) [InheritedMaint] here and UP there");
}

TEST_CASE("a reload forgets that a server was taken out, and that is seen") {
    Balancer balancer;
    CHECK(balancer.act("maint", "jb1").after.state == State::Reached);
    const Value before = balancer.here.query("haproxy.servers");
    balancer.reload();
    const Value found = disagreements(balancer, before);
    CHECK_MESSAGE(found.show().find("web/jb1 is UP here and MAINT [ForcedMaint] there") != std::string::npos, found.show());
    CHECK(balancer.act("maint", "jb1").sent);
}

TEST_CASE("no sessions are none only when no worker from before a reload has any") {
    Balancer balancer;
    balancer.run_under_a_master();
    const auto sessions = [&] { return balancer.here.query("haproxy.sessions", {{"server", Value(&balancer.here.host("jb1"))}}); };
    auto client = std::make_unique<Client>(balancer.address, balancer.front);
    REQUIRE(eventually([&] { return sessions().show() == "1"; }));
    CHECK(disagreements(balancer).show() == "[]");
    REQUIRE(kill(balancer.process->pid(), SIGUSR2) == 0);
    REQUIRE(eventually([&] {
        const Value now = sessions();
        return now.is_unknown() &&
               now.why_unknown().why.starts_with("it has 0 in the worker that is new, but a worker from before a reload still runs: ");
    }));
    CHECK(disagreements(balancer).show().find("a worker from before a reload still runs") != std::string::npos);
    client.reset();
    REQUIRE(eventually([&] { return sessions().show() == "0"; }));
    CHECK(disagreements(balancer).show() == "[]");
}

TEST_CASE("a drained server keeps its session until it is cut, and is not cut while it gets new ones") {
    Balancer balancer;
    const Client client(balancer.address, balancer.front);
    const auto sessions = [&] {
        return balancer.here.query("haproxy.sessions", {{"server", Value(&balancer.here.host("jb1"))}}).integer();
    };
    const auto cut = [&] { return balancer.here.act("haproxy.end_sessions", {{"server", Value(&balancer.here.host("jb1"))}}); };
    REQUIRE(eventually([&] { return sessions() == 1; }));
    CHECK(cut().before.state == State::Refused);
    CHECK(balancer.act("drain", "jb1").after.state == State::Reached);
    CHECK(sessions() == 1);
    const Done done = cut();
    CHECK(done.sent);
    CHECK_FALSE(done.complaint);
    CHECK_MESSAGE(done.after.state == State::Reached, done.after.why);
    CHECK(cut().before.state == State::Reached);
}

TEST_CASE("that a socket takes no orders is known before one is given") {
    Balancer balancer("operator");
    CHECK(disagreements(balancer).show() == "[\"here: the socket takes no orders: it must be configured with `level admin`\"]");
    Balancer admin;
    CHECK(disagreements(admin).show() == "[]");
}

TEST_CASE("the socket is spoken to through python3 where socat is not installed, and by TCP") {
    Balancer balancer;
    const Folder bin;
    for (const char* program : {"sh", "cat"}) std::filesystem::create_symlink(std::string("/bin/") + program, bin / program);
    std::ofstream(bin / "python3") << "#!/bin/sh\nPATH=" << std::getenv("PATH") << " exec python3 \"$@\"\n";
    std::filesystem::permissions(bin / "python3", std::filesystem::perms::owner_all);
    real::Here bare;  // finds out anew what is installed
    bare.add_host("jb1");
    bare.site.clusters.push_back(
        {.name = "lb", .kind = "haproxy", .nodes = {&bare.host("here")}, .settings = {{"socket", Value(balancer.socket)}}, .span = {}});
    bare.environment = "PATH=" + bin.operator/("") + " ; ";
    const auto act = [&](const char* verb) { return bare.act(verb, {{"server", Value(&bare.host("jb1"))}, {"backend", "web"}}); };
    const Value servers = bare.query("haproxy.servers");
    REQUIRE_MESSAGE(!servers.is_unknown(), servers.show());
    CHECK(servers.items().size() == 4);
    CHECK(act("haproxy.maint").after.state == State::Reached);

    const Value by_tcp(fmt::format("{}:{}", balancer.address, balancer.control));
    bare.site.clusters[0].settings["socket"] = balancer.here.site.clusters[0].settings["socket"] = by_tcp;
    CHECK(act("haproxy.ready").after.state == State::Reached);
    CHECK(balancer.act("maint", "jb1", "web").after.state == State::Reached);
    balancer.process->end();
    const Value gone = bare.query("haproxy.servers");
    REQUIRE(gone.is_unknown());
    CHECK(gone.why_unknown().why.find("HAProxy") != std::string::npos);
}
