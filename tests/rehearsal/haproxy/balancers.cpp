#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "rehearsal/haproxy/page.hpp"
#include "tests/rehearsal/lab.hpp"

using namespace rehearsal;
using namespace rehearsal::testing;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> cells(const std::string& line) {
    std::vector<std::string> all;
    std::istringstream in(line);
    for (std::string cell; std::getline(in, cell, ',');) all.push_back(cell);
    return all;
}

/// A field of `show stat`, by the names of its row and its column.
std::string stat(Lab& lab, const std::string& node, const std::string& server, const std::string& column) {
    std::istringstream lines(lab.socket(node, "show stat"));
    std::string header;
    std::getline(lines, header);
    const auto columns = cells(header.substr(2));
    const auto at = static_cast<std::size_t>(std::find(columns.begin(), columns.end(), column) - columns.begin());
    for (std::string line; std::getline(lines, line);) {
        const auto row = cells(line);
        if (row.size() > at && row[1] == server) return row[at];
    }
    return "no such row or column";
}

std::string status(Lab& lab, const std::string& node, const std::string& server) { return stat(lab, node, server, "status"); }

}  // namespace

TEST_CASE("all is up: rows for the front end, every server and the back end, and an empty line at the end") {
    Lab lab;
    const std::string out = lab.socket("acd-lb1", "show stat");
    CHECK(out.starts_with("# pxname,svname,qcur,"));
    CHECK(out.ends_with(",\n\n"));
    CHECK(status(lab, "acd-lb1", "FRONTEND") == "OPEN");
    CHECK(status(lab, "acd-lb1", "acd-jb1") == "UP");
    CHECK(status(lab, "acd-lb2", "acd-jb2") == "UP");
    CHECK(stat(lab, "acd-lb1", "BACKEND", "act") == "2");
    std::istringstream lines(out);
    std::string header, row;
    std::getline(lines, header);
    std::getline(lines, row);
    CHECK(std::count(header.begin(), header.end(), ',') == std::count(row.begin(), row.end(), ','));
}

TEST_CASE("a command that was obeyed answers an empty line, any other one says why") {
    Lab lab;
    CHECK(lab.socket("acd-lb1", "set server jb/acd-jb1 state maint") == "\n");
    CHECK(lab.socket("acd-lb1", "set server jb/acd-jb1 state maint") == "\n");
    CHECK(lab.socket("acd-lb1", "set server jb/nosuch state maint") == "No such server.\n\n");
    CHECK(lab.socket("acd-lb1", "set server nosuch/acd-jb1 state maint") == "No such backend.\n\n");
    for (const std::string path : {"acd-jb1", "jb/", "/acd-jb1"})
        CHECK(lab.socket("acd-lb1", "set server " + path + " state maint") == "Require 'backend/server'.\n\n");
    CHECK(lab.socket("acd-lb1", "set server jb/acd-jb1 state off") == "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n\n");
}

TEST_CASE("MAINT belongs to one node, and a restart of its process forgets it") {
    Lab lab;
    lab.socket("acd-lb1", "set server jb/acd-jb1 state maint");
    CHECK(status(lab, "acd-lb1", "acd-jb1") == "MAINT");
    CHECK(status(lab, "acd-lb2", "acd-jb1") == "UP");
    lab.run("acd-lb1", "shutdown -r now");
    lab.pass(3min);
    CHECK(status(lab, "acd-lb1", "acd-jb1") == "UP");
}

TEST_CASE("a process that has started at any moment checks its servers, and they are wholly up soon") {
    Lab lab;
    lab.pass(300ms);
    lab.finish("acd-lb1", "systemctl restart -- haproxy");
    lab.pass(10s);
    CHECK(status(lab, "acd-lb1", "acd-jb1") == "UP");
}

TEST_CASE("after MAINT a server is up again at once, by one check of three, and then wholly") {
    Lab lab;
    lab.socket("acd-lb1", "set server jb/acd-jb1 state maint");
    lab.pass(10s);
    lab.socket("acd-lb1", "set server jb/acd-jb1 state ready");
    CHECK(status(lab, "acd-lb1", "acd-jb1") == "UP 1/3");
    lab.pass(10s);
    CHECK(status(lab, "acd-lb1", "acd-jb1") == "UP");
}

TEST_CASE("a server whose unit stopped goes down by three failed checks, and comes back by two good ones") {
    Lab lab;
    lab.finish("acd-jb1", "systemctl stop -- wildfly");
    lab.pass(7s);
    CHECK(status(lab, "acd-lb1", "acd-jb1") == "DOWN");
    CHECK(stat(lab, "acd-lb1", "acd-jb1", "scur") == "0");
    lab.finish("acd-jb1", "systemctl start -- wildfly");
    lab.pass(5s);
    CHECK(status(lab, "acd-lb1", "acd-jb1") == "UP");
}

TEST_CASE("a drained server keeps its sessions until they end; one that is drained and down shows DOWN") {
    Lab lab;
    lab.socket("acd-lb1", "set server jb/acd-jb1 state drain");
    CHECK(status(lab, "acd-lb1", "acd-jb1") == "DRAIN");
    CHECK(std::stoi(stat(lab, "acd-lb1", "acd-jb1", "scur")) > 0);
    lab.pass(2min);
    CHECK(stat(lab, "acd-lb1", "acd-jb1", "scur") == "0");
    lab.finish("acd-jb1", "systemctl stop -- wildfly");
    lab.pass(10s);
    CHECK(status(lab, "acd-lb1", "acd-jb1") == "DOWN");
    CHECK(lab.socket("acd-lb1", "show servers state").find(" jb 1 acd-jb1 " + lab.host("acd-jb1").address + " 0 8 ") != std::string::npos);
}

TEST_CASE("the mask in `show servers state` tells maintenance from drain") {
    Lab lab;
    lab.socket("acd-lb1", "set server jb/acd-jb2 state maint");
    const std::string out = lab.socket("acd-lb1", "show servers state");
    CHECK(out.starts_with("1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state "));
    CHECK(out.find(" jb 1 acd-jb1 " + lab.host("acd-jb1").address + " 2 0 ") != std::string::npos);
    CHECK(out.find(" jb 2 acd-jb2 " + lab.host("acd-jb2").address + " 0 1 ") != std::string::npos);
}

TEST_CASE("a process that does not run refuses the socket") {
    Lab lab;
    lab.finish("acd-lb1", "systemctl stop -- haproxy");
    lab.pass(1s);
    const Answer answer = lab.run("acd-lb1", "socat -t 10 - UNIX-CONNECT:/run/haproxy/admin.sock", "show stat\n");
    CHECK(answer.code == 1);
    CHECK(answer.err.find("Connection refused") != std::string::npos);
}

TEST_CASE("injected: a server that one node does not reach, and a session that does not end") {
    Lab lab;
    REQUIRE(lab.inject("acd-lb1", "haproxy down acd-jb2") == "");
    lab.pass(1min);
    CHECK(status(lab, "acd-lb1", "acd-jb2") == "DOWN");
    CHECK(status(lab, "acd-lb2", "acd-jb2") == "UP");
    REQUIRE(lab.inject("acd-lb1", "haproxy session stuck acd-jb1") == "");
    lab.socket("acd-lb1", "set server jb/acd-jb1 state maint");
    lab.pass(1h);
    CHECK(stat(lab, "acd-lb1", "acd-jb1", "scur") == "1");
    lab.socket("acd-lb1", "shutdown sessions server jb/acd-jb1");
    CHECK(stat(lab, "acd-lb1", "acd-jb1", "scur") == "0");
}

TEST_CASE("show info tells how long the process has run") {
    Lab lab;
    const std::string info = lab.socket("acd-lb1", "show info");
    CHECK(info.find("Version: 2.6.12") != std::string::npos);
    CHECK(info.find("Uptime_sec: 3610\n") != std::string::npos);
}

TEST_CASE("what is asked of the admin page is asked of the process behind it, and of no other page") {
    lang::Site site;
    site.hosts.push_back(std::make_unique<lang::Host>());
    const lang::Host& lb = *site.hosts.back();
    site.clusters.push_back(
        {.name = "web", .kind = "haproxy", .nodes = {&lb}, .settings = {{"page", lang::Value("http://:8404/haproxy?stats")}}, .span = {}});
    const auto asked = [&](std::vector<std::string> words, std::string input = {}) {
        return page_command({.host = lb, .words = std::move(words), .input = std::move(input)}, site);
    };
    CHECK(asked({"GET", "http://lb:8404/haproxy?stats;csv"}) == "show stat");
    CHECK(asked({"POST", "http://lb:8404/haproxy?stats"}, "s=jb1&action=maint&b=web") == "set server web/jb1 state maint");
    CHECK(asked({"POST", "http://lb:8404/haproxy?stats"}, "s=jb1&action=shutdown&b=web") == "shutdown sessions server web/jb1");
    CHECK_FALSE(asked({"GET", "http://lb:8080/haproxy?stats;csv"}));
    CHECK_FALSE(asked({"GET", "http://lb:8404/"}));
    const Invocation form{.host = lb, .words = {"POST", "http://lb:8404/haproxy?stats"}, .input = {}};
    CHECK(page_answer(form, "\n").err.ends_with(";st=DONE"));
    CHECK(page_answer(form, "No such server.\n\n").err.ends_with(";st=NONE"));
}
