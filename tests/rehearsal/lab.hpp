// A small site to ask: two VM hosts' worth of machines, and a world whose clock the test moves.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/model/site.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal::testing {

inline lang::Host& add_host(lang::Site& site, std::string name, lang::Os os, std::map<std::string, lang::Value> facts = {}) {
    lang::Host& host = *site.hosts.emplace_back(std::make_unique<lang::Host>());
    host.address = "10.1.1." + std::to_string(site.hosts.size());
    host.name = std::move(name);
    host.os = os;
    host.via = lang::Via::Simulated;
    host.facts = std::move(facts);
    return host;
}

inline lang::Cluster& add_cluster(lang::Site& site, std::string name, std::string kind, const std::vector<std::string>& nodes) {
    lang::Cluster& cluster = site.clusters.emplace_back();
    cluster.name = std::move(name);
    cluster.kind = std::move(kind);
    for (const std::string& node : nodes) cluster.nodes.push_back(site.find_host(node));
    return cluster;
}

inline lang::Value hosts(const lang::Site& site, const std::vector<std::string>& names) {
    std::vector<lang::Value> list;
    for (const std::string& name : names) list.emplace_back(site.find_host(name));
    return lang::Value::list(std::move(list));
}

struct Lab {
    lang::Site site;
    World world;
    lang::Time clock = lang::Time(std::chrono::hours(24) * 20000);

    /// Two applications, a Windows machine, a pair of masters with a replica each, and two load balancers before the applications.
    Lab() {
        using lang::Os;
        add_host(site, "acd-tel1", Os::Windows,
                 {{"services", lang::Value::list({"robot5", "jtel Platform UDP Listener"})}, {"daemon", "AcdGroupDistribute"}});
        add_host(site, "acd-tel2", Os::Windows, {{"services", lang::Value::list({"robot5"})}, {"daemon", "AcdGroupDistribute"}});
        for (const char* name : {"acd-jb1", "acd-jb2"}) add_host(site, name, Os::Linux, {{"unit", "wildfly"}});
        for (const char* name : {"acd-dbm1", "acd-dbm2", "acd-dbs1", "acd-dbs2", "acd-lb1", "acd-lb2"}) add_host(site, name, Os::Linux);
        lang::Cluster& database = add_cluster(site, "database", "mysql", {"acd-dbm1", "acd-dbm2"});
        database.settings = {{"replicas", hosts(site, {"acd-dbs1", "acd-dbs2"})}};
        for (const char* name : {"acd-dbs1", "acd-dbs2"}) database.more_machines.push_back(site.find_host(name));
        add_cluster(site, "web", "haproxy", {"acd-lb1", "acd-lb2"}).settings = {{"backend", "jb"},
                                                                                {"servers", hosts(site, {"acd-jb1", "acd-jb2"})}};
        restart();
    }
    Lab(const Lab&) = delete;

    /// The world anew, after a test has changed the site.
    void restart() {
        world = World::healthy(site, clock);
        pass(std::chrono::seconds(10));
    }
    void pass(lang::Duration time) { world.advance(clock += time); }
    const lang::Host& host(std::string_view name) const { return *site.find_host(name); }
    Answer run(std::string_view on, const std::string& line, const std::string& input = {}) {
        return world.run(host(on), line, input, clock);
    }
    /// Runs it to its end.
    Answer finish(std::string_view on, const std::string& line, const std::string& input = {}) {
        Answer answer = run(on, line, input);
        pass(answer.takes);
        return answer;
    }
    std::string out(std::string_view on, const std::string& line, const std::string& input = {}) { return run(on, line, input).out; }
    std::string sql(std::string_view on, const std::string& statement) { return out(on, "mysql --batch --raw -e '" + statement + "'"); }
    std::string socket(std::string_view on, const std::string& command) {
        return out(on, "socat -t 10 - UNIX-CONNECT:/run/haproxy/admin.sock", command + "\n");
    }
    /// Plants a trouble as a scene does; what it says where it cannot.
    std::string inject(std::string_view on, std::string_view trouble) {
        return world.inject(host(on), trouble, clock, rehearsal::Fault::Begins).value_or("no model knows it");
    }
};

/// What stands behind `name:` in a vertical output; empty where it does not stand there.
inline std::string field(const std::string& vertical, const std::string& name) {
    const std::size_t at = vertical.find(" " + name + ": ");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size() + 3;
    return vertical.substr(begin, vertical.find('\n', begin) - begin);
}

}  // namespace rehearsal::testing
