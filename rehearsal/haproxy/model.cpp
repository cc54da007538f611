#include "rehearsal/haproxy/model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rehearsal/core/roles.hpp"
#include "rehearsal/core/spread.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using lang::Host;
using lang::Time;
using Admin = BackendServer::Admin;

constexpr auto check_interval = 2s;
constexpr auto time_between_endings = 9s;  ///< of sessions, where no new ones come

/// The back ends of a node as its configuration has them: every server ready, believed to be up until a check says otherwise.
std::vector<Backend> configured(const lang::Site& site, const Host& node, Time now, int health) {
    std::vector<Backend> backends;
    for (const lang::Cluster& cluster : site.clusters) {
        if (cluster.kind != "haproxy" || std::find(cluster.nodes.begin(), cluster.nodes.end(), &node) == cluster.nodes.end()) continue;
        Backend& backend = backends.emplace_back();
        backend.cluster = cluster.name;
        backend.name = setting_text(cluster, "backend", cluster.name);
        for (const Host* host : setting_hosts(cluster, "servers")) {
            backend.http = backend.http && !lang::is_of_cluster(site, *host, "mysql");
            BackendServer& server = backend.servers.emplace_back();
            server.name = host->name;
            server.health = health;
            server.changed = now;
        }
    }
    return backends;
}

/// Does the machine answer a health check? The database must run where it is a database server, else all of its software.
bool answers_checks(const Host& host, const World& world) {
    if (!world.machines.is_on(host)) return false;
    if (host.os == lang::Os::Windows) return world.windows.is_serving(host);
    if (lang::is_of_cluster(*world.site, host, "mysql")) return world.systemd.is_active(host, "mariadb");
    auto units = fact_texts(host, "unit");
    if (units.empty()) units = fact_texts(host, "units");
    return std::all_of(units.begin(), units.end(), [&](const std::string& unit) { return world.systemd.is_active(host, unit); });
}

int usual_sessions(const BackendServer& server) { return 3 + static_cast<int>(pick(5, server.name, "proxied sessions")); }

}  // namespace

std::string BackendServer::status() const {
    if (admin == Admin::Maint) return "MAINT";
    if (!up) return health > 0 ? fmt::format("DOWN {}/{}", health, rise) : "DOWN";
    if (admin == Admin::Drain) return "DRAIN";
    return health < full_health ? fmt::format("UP {}/{}", health - rise + 1, fall) : "UP";
}

Haproxy Haproxy::healthy(const lang::Site& site, Time start) {
    Haproxy haproxy;
    haproxy.moved_to_ = start;
    for (const lang::Cluster& cluster : site.clusters) {
        if (cluster.kind != "haproxy") continue;
        for (const Host* node : cluster.nodes) {
            Balancer& balancer = haproxy.balancers_[node->name];
            balancer.since = start - 1h;
            balancer.socket = setting_text(cluster, "socket", "/run/haproxy/admin.sock");
            balancer.backends = configured(site, *node, start - 1h, BackendServer::full_health);
        }
    }
    return haproxy;
}

void Haproxy::advance(Time now, World& world) {
    for (auto& [name, balancer] : balancers_) {
        const Host& node = world.host(name);
        balancer.runs = world.machines.is_on(node) && world.systemd.is_active(node, "haproxy");
        const Unit* unit = world.systemd.find(node, "haproxy");
        if (!balancer.runs || unit == nullptr || unit->starts == balancer.starts) continue;
        balancer.starts = unit->starts;
        balancer.since = now;
        balancer.backends = configured(*world.site, node, now, BackendServer::rise);
    }
    for (; moved_to_ + 1s <= now; moved_to_ += 1s) {
        for (auto& [name, balancer] : balancers_) run_for_a_second(name, balancer, moved_to_ + 1s, world);
    }
}

void Haproxy::run_for_a_second(const std::string& node, Balancer& balancer, Time now, const World& world) {
    if (!balancer.runs) return;
    for (Backend& backend : balancer.backends) {
        const bool in_use = serving(*world.site->find_cluster(backend.cluster), world) == &balancer;
        for (BackendServer& server : backend.servers) {
            const bool answers = answers_checks(world.host(server.name), world) && !unreachable_.contains({node, server.name});
            // A process starts at any moment, and whole seconds are looked at.
            const bool is_due = std::chrono::floor<std::chrono::seconds>(now - balancer.since) % check_interval == 0s;
            if (is_due && server.admin != Admin::Maint) check(server, answers, now);
            const int least = server.stuck ? 1 : 0;
            if (!answers || !in_use) {
                server.sessions = least;
            } else if (!backend.http) {
                server.sessions = world.mysql.sessions_on(server.name);  // its clients are the software, which comes this way
            } else if (server.takes_new_sessions()) {
                server.sessions = usual_sessions(server);
            } else if (std::chrono::floor<std::chrono::seconds>(now - server.changed) % time_between_endings == 0s) {
                server.sessions = std::max(least, server.sessions - 1);
            }
        }
    }
}

void Haproxy::check(BackendServer& server, bool answers, Time now) {
    const bool was_up = server.up;
    if (answers) {
        ++server.health;
        if (!server.up && server.health >= BackendServer::rise) server.health = BackendServer::full_health;
        server.health = std::min(server.health, BackendServer::full_health);
    } else {
        if (server.up) ++server.failed_checks;
        server.health = server.health > BackendServer::rise ? server.health - 1 : 0;
    }
    server.up = server.health >= BackendServer::rise;
    if (server.up == was_up) return;
    server.changed = now;
    if (!server.up) ++server.times_down;
}

/// Clients come to the address; where a cluster manager moves it, it decides who serves. Else the first node that runs does.
const Balancer* Haproxy::serving(const lang::Cluster& cluster, const World& world) const {
    for (const PacemakerCluster& manager : world.pacemaker.clusters) {
        if (cluster.nodes.empty() || !manager.node_of(*cluster.nodes.front()) || manager.groups.empty()) continue;
        const Host* holder = world.pacemaker.location(manager.groups.front().id);
        const auto it = holder == nullptr ? balancers_.end() : balancers_.find(holder->name);
        return it != balancers_.end() && it->second.runs ? &it->second : nullptr;
    }
    for (const Host* node : cluster.nodes) {
        const Balancer& balancer = balancers_.at(node->name);
        if (balancer.runs) return &balancer;
    }
    return nullptr;
}

const Host* Haproxy::leads_to(const lang::Cluster& cluster, const World& world) const {
    const Balancer* balancer = serving(cluster, world);
    if (balancer == nullptr) return nullptr;
    for (const Backend& backend : balancer->backends) {
        if (backend.cluster != cluster.name) continue;
        for (const BackendServer& server : backend.servers) {
            if (server.takes_new_sessions()) return world.site->find_host(server.name);
        }
    }
    return nullptr;
}

TroublesOf Haproxy::troubles() {
    return {.system = "haproxy",
            .troubles = {
                {.form = "haproxy down SERVER", .doc = "The load balancer finds this server down.", .example = "lb1: haproxy down web1"},
                {.form = "haproxy session stuck SERVER",
                 .doc = "A session on this server never ends.",
                 .example = "lb1: haproxy session stuck web1"}}};
}

std::optional<std::string> Haproxy::inject(const Host& host, std::string_view trouble, Time now, World&, Fault fault) {
    const bool there = fault == Fault::Begins;
    const bool down = trouble.starts_with("haproxy down ");
    if (!down && !trouble.starts_with("haproxy session stuck ")) return std::nullopt;
    const std::string server(trouble.substr(trouble.rfind(' ') + 1));
    const auto balancer = balancers_.find(host.name);
    if (balancer == balancers_.end()) return host.name + " is not a node of a haproxy cluster";
    bool found = false;
    for (Backend& backend : balancer->second.backends) {
        for (BackendServer& each : backend.servers) {
            if (each.name != server) continue;
            found = true;
            if (down && !there) continue;  // its health checks find that out
            if (down) {
                each.up = false;
                each.health = 0;
                each.changed = now;
            } else {
                each.stuck = there;
            }
        }
    }
    if (!found) return host.name + " has no server " + server + " behind it";
    if (down && there) unreachable_.emplace(host.name, server);
    if (down && !there) unreachable_.erase({host.name, server});
    return "";
}

void Haproxy::snapshot(std::map<std::string, std::string>& out) const {
    static constexpr std::string_view admin[] = {"ready", "drain", "maint"};
    for (const auto& [node, balancer] : balancers_) {
        out[node + " haproxy"] = balancer.runs ? "runs" : "does not run";
        if (!balancer.runs) continue;
        for (const Backend& backend : balancer.backends) {
            for (const BackendServer& server : backend.servers) {
                out[fmt::format("{} haproxy {}/{}", node, backend.name, server.name)] =
                    fmt::format("{}, {}", admin[static_cast<std::size_t>(server.admin)], server.up ? "up" : "down");
            }
        }
    }
}

const lang::Cluster* balanced_by(const lang::Site& site, const std::vector<const lang::Host*>& servers) {
    const auto it = std::find_if(site.clusters.begin(), site.clusters.end(), [&](const lang::Cluster& cluster) {
        return cluster.kind == "haproxy" && setting_hosts(cluster, "servers") == servers;
    });
    return it == site.clusters.end() ? nullptr : &*it;
}

}  // namespace rehearsal
