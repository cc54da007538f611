#include "rehearsal/xivo/model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rehearsal/core/roles.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using lang::Duration;
using lang::Time;

constexpr Duration to_start = 40s;
constexpr int looks_to_take_over = 3;

void start(XivoHost& host, Time now) {
    if (!host.serves && !host.serves_at) host.serves_at = now + to_start;
}

void stop(XivoHost& host) {
    host.serves = false;
    host.serves_at.reset();
}

std::string fact_text(const lang::Host& host, std::string_view fact) {
    const auto texts = fact_texts(host, fact);
    return texts.empty() ? std::string() : texts.front();
}

}  // namespace

Xivo Xivo::healthy(const lang::Site& site, Time) {
    Xivo xivo;
    for (const auto& host : site.hosts) {
        const auto services = fact_texts(*host, "xivo_services");
        if (services.empty()) continue;
        const std::string role = fact_text(*host, "role");
        xivo.hosts_[host->name] = {.role = role, .services = services, .serves = role != "slave"};
    }
    return xivo;
}

bool Xivo::master_serves(const World& world) const {
    return std::any_of(hosts_.begin(), hosts_.end(), [&](const auto& one) {
        return one.second.role == "master" && one.second.serves && world.machines.is_on(world.host(one.first));
    });
}

void Xivo::look_for_master(XivoHost& slave, Time now, const World& world) {
    if (slave.by_hand || slave.no_takeover) return;
    if (master_serves(world)) {
        slave.missed = 0;
        stop(slave);
    } else if (++slave.missed > looks_to_take_over) {
        start(slave, now);
    }
}

void Xivo::advance(Time now, World& world) {
    const bool full_minute = now == std::chrono::floor<std::chrono::minutes>(now);
    for (auto& [name, host] : hosts_) {
        if (!world.machines.is_on(world.host(name))) continue;
        if (host.serves_at && *host.serves_at <= now) {
            host.serves = true;
            host.serves_at.reset();
        }
        if (host.role == "slave" && full_minute) look_for_master(host, now, world);
    }
}

std::optional<Answer> Xivo::answer(const Invocation& call, World& world) {
    const auto at = hosts_.find(call.host.name);
    if (at == hosts_.end()) return std::nullopt;
    XivoHost& host = at->second;
    const std::string& program = call.words[0];
    if (program == "xivo-service") return service(host, call);
    if (program == "xivo-check-master-status" && call.words.size() == 2) {
        look_for_master(host, call.now, world);
        return Answer{.takes = 3s};
    }
    if (program == "xivo-master-slave-db-replication" && call.words.size() == 2) return replicate(call, world);
    if (program == "xivo-sync") return Answer{.takes = 8s};
    if (program == "xivo-manage-slave-services" && call.words.size() == 2) {
        host.by_hand = call.words[1] == "stop";
        if (host.by_hand) {
            stop(host);
        } else {
            start(host, call.now);
        }
        return Answer{.takes = 5s};
    }
    return std::nullopt;
}

Answer Xivo::service(XivoHost& host, const Invocation& call) {
    const std::string verb = call.words.size() > 1 ? call.words[1] : "";
    if (verb == "restart") {
        stop(host);
        start(host, call.now);
        return {.takes = 10s};
    }
    if (verb != "status") return {.code = 1, .err = "usage: xivo-service [start|stop|restart|status] [all]\n"};
    Answer answer{.out = "Checking services...\n", .takes = 400ms};
    for (const std::string& name : host.services)
        answer.out += fmt::format("\t{}\t\t{}\n", host.serves && name != host.broken ? "running" : "stopped", name);
    return answer;
}

Answer Xivo::replicate(const Invocation& call, const World& world) {
    for (auto& [name, host] : hosts_) {
        const lang::Host& slave = world.host(name);
        if (host.role != "slave" || fact_text(slave, "voip") != call.words[1]) continue;
        if (world.machines.is_on(slave) && !host.no_replication) {
            host.replicated_from = call.host.name;
            return {.takes = 25s};
        }
    }
    return {.code = 1, .err = fmt::format("psql: could not connect to server: is the server running on host \"{}\"?\n", call.words[1])};
}

void Xivo::power_off(const lang::Host& host, Time, World&) {
    if (const auto at = hosts_.find(host.name); at != hosts_.end()) stop(at->second);
}

void Xivo::power_on(const lang::Host& host, Time now, World&) {
    const auto at = hosts_.find(host.name);
    if (at != hosts_.end() && at->second.role != "slave") start(at->second, now);
}

TroublesOf Xivo::troubles() {
    return {.system = "xivo",
            .troubles = {{.form = "xivo stopped SERVICE",
                          .doc = "`xivo-service status` has this service as stopped.",
                          .example = "xivo-master: xivo stopped asterisk"},
                         {.form = "xivo no takeover",
                          .doc = "The slave does not take over when its master is gone.",
                          .example = "xivo-slave: xivo no takeover"},
                         {.form = "xivo no replication",
                          .doc = "Nothing is copied from the master to the slave.",
                          .example = "xivo-master: xivo no replication"}}};
}

std::optional<std::string> Xivo::inject(const lang::Host& host, std::string_view trouble, Time, World&, Fault fault) {
    const bool there = fault == Fault::Begins;
    constexpr std::string_view stopped = "xivo stopped ";
    if (!trouble.starts_with("xivo ")) return std::nullopt;
    const auto at = hosts_.find(host.name);
    if (at == hosts_.end()) return host.name + " is not a XiVO: the site's fact `xivo_services` says what runs on one";
    if (trouble.starts_with(stopped)) {
        at->second.broken = there ? trouble.substr(stopped.size()) : "";
    } else if (trouble == "xivo no takeover") {
        at->second.no_takeover = there;
    } else if (trouble == "xivo no replication") {
        at->second.no_replication = there;
    } else {
        return std::nullopt;
    }
    return "";
}

void Xivo::snapshot(std::map<std::string, std::string>& out) const {
    for (const auto& [name, host] : hosts_) {
        out[name + " xivo"] = fmt::format("{}{}{}", host.serves ? "serves" : "does not serve", host.by_hand ? ", held by hand" : "",
                                          host.replicated_from.empty() ? "" : ", data of " + host.replicated_from);
    }
}

}  // namespace rehearsal
