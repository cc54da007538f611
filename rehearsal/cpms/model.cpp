#include "rehearsal/cpms/model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "rehearsal/core/coreutils.hpp"
#include "rehearsal/core/roles.hpp"
#include "rehearsal/core/words.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using lang::Duration;
using lang::Time;

constexpr Duration to_shut_down = 9s;  ///< all shutdown scripts of the daemon
constexpr Duration script_runs = 4s;
constexpr Duration to_answer = 7s;  ///< from the end of a start-up script until its service answers
constexpr Duration to_notice = 6s;  ///< three looks of the load balancer
constexpr Duration for_ever = 24h;
constexpr int pop3 = 110, smtp = 25, http = 80, nfs = 2049;

std::string fact_text(const lang::Host& host, std::string_view fact) {
    const auto texts = fact_texts(host, fact);
    return texts.empty() ? std::string() : texts.front();
}

int fact_int(const lang::Host& host, const std::string& fact) {
    const auto it = host.facts.find(fact);
    const auto* number = it == host.facts.end() ? nullptr : std::get_if<std::int64_t>(&it->second.payload());
    return number == nullptr ? 0 : static_cast<int>(*number);
}

std::set<int> fact_ints(const lang::Host& host, const std::string& fact) {
    std::set<int> all;
    const auto it = host.facts.find(fact);
    if (it == host.facts.end()) return all;
    for (const lang::Value& item : it->second.items()) all.insert(static_cast<int>(item.integer()));
    return all;
}

/// The port in "/opt/cpms/start_110.sh", where it is a script of this folder and name.
int port_of(std::string_view script, const std::string& folder, std::string_view name) {
    const std::string before = fmt::format("{}/{}_", folder, name);
    return script.starts_with(before) && script.ends_with(".sh") ? std::atoi(script.data() + before.size()) : 0;
}

Answer greeting(int port) {
    if (port == pop3) return {.out = "+OK POP3 ready\r\n", .takes = 30ms};
    if (port == smtp) return {.out = "220 mail ESMTP\r\n", .takes = 30ms};
    if (port == http) return {.code = 200, .out = "<html></html>\n", .takes = 30ms};
    return {.takes = 2ms};
}

}  // namespace

Cpms Cpms::healthy(const lang::Site& site, Time) {
    Cpms cpms;
    for (const auto& host : site.hosts) {
        const std::string role = fact_text(*host, "role");
        if (role == "filer") cpms.filer_ = host->name;
        if (role == "service") cpms.service_ = host->name;
        const int monitor = fact_int(*host, "monitor");
        if (monitor == 0) continue;
        CpmsServer server{.role = role,
                          .monitor = monitor,
                          .daemon = fact_text(*host, "unit"),
                          .scripts = fact_text(*host, "scripts"),
                          .userdb = fact_text(*host, "userdb"),
                          .services = fact_ints(*host, "startup")};
        if (role == "master") {
            server.open = server.services;
            server.has_userdb = true;
            cpms.sent_to_ = host->name;
        }
        cpms.servers_[host->name] = std::move(server);
    }
    return cpms;
}

void Cpms::advance(Time now, World& world) {
    for (auto& entry : servers_) {
        auto& server = std::get<1>(entry);
        std::erase_if(server.opens, [&](const auto& one) {
            if (one.second > now) return false;
            server.open.insert(one.first);
            return true;
        });
        if (server.lets_go && *server.lets_go <= now) {
            server.open.clear();
            server.hangs = false;
            server.has_userdb = server.keeps_userdb;
            server.lets_go.reset();
        }
    }
    if (!servers_.empty() && is_whole_second(now)) follow(now, world);
}

/// The load balancer sends the customers to the server whose POP3 answers it.
void Cpms::follow(Time now, const World& world) {
    const auto serves = [&](const std::string& name) {
        const CpmsServer& server = servers_.at(name);
        return world.machines.is_on(world.host(name)) && server.open.contains(pop3) && !server.hangs;
    };
    const auto other = std::find_if(servers_.begin(), servers_.end(), [&](const auto& one) { return serves(one.first); });
    if (stays_ || serves(sent_to_) || other == servers_.end()) return follows_.reset();
    if (!follows_) follows_ = now + to_notice;
    if (*follows_ <= now) sent_to_ = other->first;
}

std::optional<Answer> Cpms::answer(const Invocation& call, World& world) {
    const std::string& name = call.host.name;
    if (const auto server = servers_.find(name); server != servers_.end()) return at_server(server->second, call, world);
    const auto request = read_port_request(call);
    if (!request) return std::nullopt;
    if (name == filer_ && request->port == nfs) return filer_serves_ ? greeting(nfs) : connection_refused();
    const auto behind = servers_.find(sent_to_);
    if (name != service_) return std::nullopt;
    if (behind == servers_.end() || !world.machines.is_on(world.host(sent_to_))) return connection_refused();
    return at_port(behind->second, call, false);
}

std::optional<Answer> Cpms::at_server(CpmsServer& server, const Invocation& call, const World& world) {
    if (read_port_request(call)) return at_port(server, call, world.systemd.is_active(call.host, server.daemon));
    if (call.words.front() == "procrun") return Answer{.out = "\"the slave is not needed\" is armed again\n", .takes = 200ms};
    if (auto answer = run_script(server, call)) return answer;
    return mounts(server, call);
}

std::optional<Answer> Cpms::at_port(CpmsServer& server, const Invocation& call, bool daemon_runs) {
    const int port = read_port_request(call)->port;
    if (port == server.monitor) {
        if (!daemon_runs) return connection_refused();
        if (call.input.empty()) return Answer{.takes = 2ms};
        if (server.word == CpmsServer::Word::None) return Answer{.takes = for_ever};
        if (call.input != "SHUTDOWN_YOUR_SERVICE\n") return Answer{.out = "ERR unknown command\n", .takes = 5ms};
        if (server.word == CpmsServer::Word::Refusal) return Answer{.out = "ERR a shutdown script has failed\n", .takes = 2s};
        return shut_down(server, call.now);
    }
    if (!server.open.contains(port)) return connection_refused();
    const bool would_speak = port == pop3 || port == smtp || port == http;
    return server.hangs && would_speak ? Answer{.takes = for_ever} : greeting(port);
}

Answer Cpms::shut_down(CpmsServer& server, Time now) {
    if (!server.lets_go) server.lets_go = now + to_shut_down;
    return {.out = "OK service is shut down\n", .takes = *server.lets_go - now};
}

std::optional<Answer> Cpms::run_script(CpmsServer& server, const Invocation& call) {
    const std::string& script = call.words.front();
    const int start = port_of(script, server.scripts, "start"), stop = port_of(script, server.scripts, "stop");
    if (!server.services.contains(start) && !server.services.contains(stop)) return std::nullopt;
    if (server.fails == std::max(start, stop)) return Answer{.code = 1, .err = script + ": failed\n", .takes = script_runs};
    if (start == 0) {
        server.open.erase(stop);
        server.opens.erase(stop);
        return Answer{.takes = script_runs};
    }
    if (!server.has_userdb) return Answer{.code = 1, .err = script + ": there is no user database\n", .takes = 1s};
    server.opens[start] = call.now + script_runs + to_answer;
    return Answer{.takes = script_runs};
}

std::optional<Answer> Cpms::mounts(CpmsServer& server, const Invocation& call) {
    const auto& words = call.words;
    const std::string& where = server.userdb;
    if (words == std::vector<std::string>{"cat", "/proc/mounts"}) {
        Answer answer{.out = "/dev/vda1 / ext4 rw,relatime 0 0\n"};
        if (server.has_userdb) answer.out += fmt::format("filer:/vol/cpms {} nfs rw,hard,vers=3 0 0\n", where);
        return answer;
    }
    if (words.size() != 2 || words[1] != where) return std::nullopt;
    if (words[0] == "mount") {
        server.has_userdb = true;
        return Answer{.takes = 800ms};
    }
    if (words[0] != "umount") return std::nullopt;
    if (server.keeps_userdb) return Answer{.code = 32, .err = fmt::format("umount.nfs: {}: device is busy\n", where)};
    server.has_userdb = false;
    return Answer{.takes = 400ms};
}

void Cpms::power_off(const lang::Host& host, Time, World&) {
    const auto it = servers_.find(host.name);
    if (it == servers_.end()) return;
    CpmsServer& server = it->second;
    server.open.clear();
    server.opens.clear();
    server.lets_go.reset();
    server.hangs = server.has_userdb = server.keeps_userdb = false;
}

TroublesOf Cpms::troubles() {
    return {
        .system = "cpms",
        .troubles = {
            {.form = "cpms hangs", .doc = "The services take connections and say nothing.", .example = "cfg1: cpms hangs"},
            {.form = "cpms refuses", .doc = "The daemon answers a request to shut down with an error.", .example = "cfg1: cpms refuses"},
            {.form = "cpms says nothing",
             .doc = "The daemon takes a request to shut down and never answers.",
             .example = "cfg1: cpms says nothing"},
            {.form = "cpms keeps the user database",
             .doc = "The user database cannot be unmounted: it is busy.",
             .example = "cfg1: cpms keeps the user database"},
            {.form = "cpms serves",
             .doc = "This server has the user database and serves, whatever the other one does.",
             .example = "cfg2: cpms serves"},
            {.form = "cpms script fails PORT",
             .doc = "The script that starts or stops the service of this port fails.",
             .example = "cfg1: cpms script fails 110"},
            {.form = "cpms filer is stuck",
             .doc = "The filer with the user database does not answer.",
             .example = "netapp: cpms filer is stuck"},
            {.form = "cpms balancer is stuck",
             .doc = "The load balancer goes on sending customers to the server that it had chosen.",
             .example = "alteon: cpms balancer is stuck"}}};
}

std::optional<std::string> Cpms::inject(const lang::Host& host, std::string_view trouble, Time, World&, Fault fault) {
    const bool there = fault == Fault::Begins;
    if (!trouble.starts_with("cpms ")) return std::nullopt;
    constexpr std::string_view fails = "cpms script fails ";
    const auto it = servers_.find(host.name);
    if (trouble == "cpms filer is stuck" && host.name == filer_) {
        filer_serves_ = !there;
    } else if (trouble == "cpms balancer is stuck" && host.name == service_) {
        stays_ = there;
    } else if (it == servers_.end()) {
        return fmt::format("{} has no CPMS: its fact `monitor` names no port", host.name);
    } else if (trouble == "cpms hangs") {
        it->second.hangs = there;
    } else if (trouble == "cpms refuses") {
        it->second.word = there ? CpmsServer::Word::Refusal : CpmsServer::Word::Ok;
    } else if (trouble == "cpms says nothing") {
        it->second.word = there ? CpmsServer::Word::None : CpmsServer::Word::Ok;
    } else if (trouble == "cpms keeps the user database") {
        it->second.keeps_userdb = there;
    } else if (trouble == "cpms serves") {
        it->second.has_userdb = there;
        it->second.open.clear();
        if (there) it->second.open = it->second.services;
    } else if (trouble.starts_with(fails)) {
        it->second.fails = there ? std::atoi(trouble.data() + fails.size()) : 0;
    } else {
        return std::nullopt;
    }
    return "";
}

void Cpms::snapshot(std::map<std::string, std::string>& out) const {
    for (const auto& [name, server] : servers_) {
        out[name + " cpms"] = fmt::format("{}{}{}", server.open.empty() ? "stopped" : fmt::format("{}", fmt::join(server.open, " ")),
                                          server.has_userdb ? ", has the user database" : "", server.hangs ? ", hangs" : "");
    }
    if (!service_.empty()) out[service_ + " cpms"] = "sends to " + sent_to_;
}

}  // namespace rehearsal
