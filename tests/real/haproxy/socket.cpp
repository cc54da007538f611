// The haproxy module against a real HAProxy.
#include <doctest/doctest.h>

#include "stdlib/haproxy/read/server.hpp"
#include "tests/real/haproxy/server.hpp"

namespace {

using lang::Value;
using real::Balancer;
using real::Done;
using State = runtime::Verdict::State;

}  // namespace

TEST_CASE("a server goes into maintenance in every back end where it stands, and comes back") {
    Balancer balancer;
    const Value before = balancer.here.query("haproxy.servers");
    REQUIRE(before.items().size() == 4);
    const Done out = balancer.act("maint", "jb1");
    CHECK(out.sent);
    CHECK_FALSE(out.complaint);
    CHECK(out.after.state == State::Reached);
    CHECK(out.after.why == "web/jb1: MAINT, api/jb1: MAINT");
    CHECK(balancer.act("maint", "jb1").before.state == State::Reached);
    CHECK(balancer.here.query("haproxy.servers").show().find("MAINT (via web/jb1)") != std::string::npos);

    const Done in = balancer.act("ready", "jb1");
    CHECK(in.after.state == State::Reached);
    CHECK(eventually([&] { return stdlib::haproxy::same_states(before, balancer.here.query("haproxy.servers")).boolean(); }));
}

TEST_CASE("maintenance lets sessions run, and the sessions are counted") {
    Balancer balancer;
    const Client client(balancer.address, balancer.front);
    const auto sessions = [&] {
        return balancer.here.query("haproxy.sessions", {{"server", Value(&balancer.here.host("jb1"))}}).integer();
    };
    REQUIRE(eventually([&] { return sessions() == 1; }));
    CHECK(balancer.act("maint", "jb1").after.state == State::Reached);
    CHECK(sessions() == 1);
}

TEST_CASE("a server that is down can be drained, and the drain is seen though HAProxy says DOWN") {
    Balancer balancer;
    balancer.back.close();
    REQUIRE(eventually([&] { return balancer.server("jb1", "web").field("status").text() == "DOWN"; }));
    const Done drained = balancer.act("drain", "jb1", "web");
    CHECK(drained.after.state == State::Reached);
    CHECK(drained.after.why == "web/jb1: DOWN (drained)");
    CHECK(balancer.server("jb1", "api").field("admin").items().empty());
    CHECK(balancer.act("maint", "jb1", "web").after.state == State::Reached);
    CHECK(balancer.act("drain", "jb1", "web").after.state == State::Reached);
    CHECK(balancer.act("ready", "jb1", "web").after.state == State::Reached);
}

TEST_CASE("a server that the configuration disables becomes ready, and keeps the mark of the configuration") {
    Balancer balancer;
    CHECK(balancer.server("jb2").field("admin").show() == "[ForcedMaint, ConfigMaint]");
    CHECK(balancer.act("ready", "jb2").after.state == State::Reached);
    CHECK(balancer.server("jb2").field("admin").show() == "[ConfigMaint]");
    CHECK(eventually([&] { return balancer.is_up("jb2", "web"); }));
}

TEST_CASE("a socket without the right level refuses in words, and nothing changes") {
    Balancer balancer("operator");
    const Done refused = balancer.act("maint", "jb1");
    CHECK(refused.complaint == "Permission denied: the socket must be configured with `level admin`");
    CHECK(refused.after.state == State::Needed);
}

TEST_CASE("without HAProxy its servers are unknown") {
    Balancer balancer;
    balancer.process->end();
    const Value servers = balancer.here.query("haproxy.servers");
    REQUIRE(servers.is_unknown());
    CHECK(servers.why_unknown().why.find("HAProxy") != std::string::npos);
    CHECK(balancer.act("maint", "jb1").before.state == State::Unclear);
}

TEST_CASE("a machine that is not a server is refused") {
    Balancer balancer;
    CHECK(balancer.act("maint", "nobody").before.state == State::Refused);
}
