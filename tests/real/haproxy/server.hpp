// A real HAProxy for a test, and the haproxy module as it sees it.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <memory>

#include "tests/real/daemon.hpp"
#include "tests/real/here.hpp"
#include "tests/real/needs.hpp"

namespace real {

/// Two back ends that share jb1; jb2 is disabled in the configuration; t1 tracks web/jb1.
struct Balancer {
    explicit Balancer(const std::string& level = "admin") {
        ran("HAProxy");
        std::ofstream(folder / "haproxy.cfg") << fmt::format(
            "global\n"
            "    stats socket {socket} level {level}\n"
            "    stats socket ipv4@{address}:{control} level {level}\n"
            "defaults\n"
            "    mode tcp\n"
            "    timeout connect 1s\n"
            "    timeout client 60s\n"
            "    timeout server 60s\n"
            "    default-server inter 100ms rise 2 fall 2\n"
            "listen web\n"
            "    bind {address}:{front}\n"
            "    server jb1 {address}:{back} check\n"
            "    server jb2 {address}:{back} check disabled\n"
            "backend api\n"
            "    server jb1 {address}:{back} check\n"
            "    server t1 {address}:{back} track web/jb1\n",
            fmt::arg("socket", socket), fmt::arg("level", level), fmt::arg("address", address), fmt::arg("front", front),
            fmt::arg("back", back.port()), fmt::arg("control", control));
        here.site.clusters.push_back(
            {.name = "lb", .kind = "haproxy", .nodes = {&here.host("here")}, .settings = {{"socket", Value(socket)}}, .span = {}});
        for (const char* name : {"jb1", "jb2", "nobody"}) here.add_host(name);
        process = std::make_unique<Daemon>(std::vector<std::string>{"haproxy", "-db", "-f", folder / "haproxy.cfg"}, folder / "log");
        REQUIRE(eventually([&] { return is_up("jb1", "web") && is_up("jb1", "api"); }));
    }

    /// From now on under a master process, which has a socket of its own.
    void run_under_a_master() {
        process->end();
        here.site.clusters[0].settings["master"] = Value(folder / "master.sock");
        process = std::make_unique<Daemon>(
            std::vector<std::string>{"haproxy", "-W", "-db", "-f", folder / "haproxy.cfg", "-S", folder / "master.sock"}, folder / "log");
        REQUIRE(eventually([&] { return is_up("jb1", "web") && is_up("jb1", "api"); }));
    }

    /// Another process takes over the sockets from the one that runs, which ends when its sessions have.
    void reload() {
        old = std::move(process);
        process = std::make_unique<Daemon>(
            std::vector<std::string>{"haproxy", "-db", "-f", folder / "haproxy.cfg", "-sf", fmt::to_string(old->pid())}, folder / "log");
        REQUIRE(eventually([&] { return is_up("jb1", "web") && is_up("jb1", "api"); }));
    }

    Value server(const std::string& name, const std::string& backend = "") {
        return here.query("haproxy.server", {{"server", Value(&here.host(name))}, {"backend", backend}});
    }
    bool is_up(const std::string& name, const std::string& backend) {
        const Value found = server(name, backend);
        return !found.is_unknown() && found.field("status").text() == "UP";
    }
    Done act(const std::string& verb, const std::string& name, const std::string& backend = "") {
        return here.act("haproxy." + verb, {{"server", Value(&here.host(name))}, {"backend", backend}});
    }

    Folder folder;
    std::string socket = folder / "admin.sock";
    std::string address = own_address();
    Listener back{address};
    int front = Listener(address).port();  // free a moment ago
    int control = Listener(address).port();
    Here here;
    std::unique_ptr<Daemon> process, old;
};

}  // namespace real
