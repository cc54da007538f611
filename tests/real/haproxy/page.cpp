// A real HAProxy of which only the admin page can be reached: read as CSV, ordered by its form.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>

#include "tests/real/daemon.hpp"
#include "tests/real/here.hpp"

namespace {

using lang::Value;
using real::Done;
using State = runtime::Verdict::State;

/// jb1 stands in two back ends, jb2 in one. Nobody gets in without the password.
struct Page {
    explicit Page(const std::string& admin = "stats admin if TRUE") {
        std::ofstream(folder / "haproxy.cfg") << fmt::format(
            "defaults\n"
            "    mode http\n"
            "    timeout connect 1s\n"
            "    timeout client 60s\n"
            "    timeout server 60s\n"
            "    default-server inter 100ms rise 2 fall 2\n"
            "frontend admin\n"
            "    bind {0}:{1}\n"
            "    stats enable\n"
            "    stats uri /haproxy?stats\n"
            "    stats auth procrun:s3cret\n"
            "    {3}\n"
            "backend web\n"
            "    server jb1 {0}:{2} check\n"
            "    server jb2 {0}:{2} check\n"
            "backend api\n"
            "    server jb1 {0}:{2} check\n",
            address, port, back.port(), admin);
        for (const char* name : {"jb1", "jb2"}) here.add_host(name);
        here.site.hosts.front()->address = address;
        here.secrets["stats_password"] = "s3cret";
        here.site.clusters.push_back({.name = "lb",
                                      .kind = "haproxy",
                                      .nodes = {&here.host("here")},
                                      .settings = {{"page", Value(fmt::format("http://:{}/haproxy?stats", port))},
                                                   {"user", Value("procrun")},
                                                   {"password", Value("stats_password")}},
                                      .span = {}});
        process = std::make_unique<Daemon>(std::vector<std::string>{"haproxy", "-db", "-f", folder / "haproxy.cfg"}, folder / "log");
        REQUIRE(eventually([&] { return status("jb2", "web") == "UP" && status("jb1", "api") == "UP"; }));
    }

    std::string status(const std::string& name, const std::string& backend) {
        const Value found = here.query("haproxy.server", {{"server", Value(&here.host(name))}, {"backend", backend}});
        return found.is_unknown() ? found.why_unknown().why : found.field("status").text();
    }
    Done act(const std::string& verb, const std::string& name, const std::string& backend = "") {
        return here.act("haproxy." + verb, {{"server", Value(&here.host(name))}, {"backend", backend}});
    }

    Folder folder;
    std::string address = own_address();
    Listener back{address};
    int port = Listener(address).port();
    real::Here here;
    std::unique_ptr<Daemon> process;
};

}  // namespace

TEST_CASE("over HAProxy's page a server is taken out, put back, and taken out of one back end of two") {
    Page page;
    for (const char* verb : {"maint", "drain", "ready"}) {
        CAPTURE(verb);
        const Done done = page.act(verb, "jb2");
        CHECK(done.sent);
        CHECK_MESSAGE(!done.complaint, *done.complaint);
        CHECK_MESSAGE(done.after.state == State::Reached, done.after.why);
        CHECK(page.act(verb, "jb2").before.state == State::Reached);
    }
    const Done both = page.act("maint", "jb1");
    CHECK(both.before.state == State::Refused);
    CHECK(both.before.why.find("name it with `backend:`") != std::string::npos);
    CHECK(page.act("maint", "jb1", "api").after.state == State::Reached);
    CHECK(page.status("jb1", "web") == "UP");
    CHECK(page.status("jb1", "api") == "MAINT");
    CHECK(page.act("end_sessions", "jb1", "api").before.state == State::Reached);
}

TEST_CASE("a page that lets nobody give orders says so, and one without the password is unknown") {
    Page page("stats admin if FALSE");
    const Done done = page.act("maint", "jb2");
    REQUIRE(done.complaint);
    CHECK_MESSAGE(done.complaint->find("`stats admin`") != std::string::npos, *done.complaint);
    CHECK(page.status("jb2", "web") == "UP");
    page.here.secrets["stats_password"] = "wrong";
    CHECK_MESSAGE(page.status("jb2", "web").find("HTTP 401") != std::string::npos, page.status("jb2", "web"));
}
