#include "rehearsal/mysql/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "rehearsal/core/roles.hpp"
#include "rehearsal/core/spread.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using lang::Host;
using lang::Time;
using Io = Following::Io;

constexpr std::int64_t written_each_second = 3;
constexpr std::int64_t applied_each_second = 60;
constexpr std::int64_t applied_when_lagging = 2;  ///< less than is written: it never catches up while clients work
constexpr std::int64_t lag_when_planted = 5400;

/// Who follows whom, by the cluster's settings. A single master of replicas knows of nobody to follow.
std::string source_of(const std::vector<const Host*>& nodes, std::size_t place, bool is_node, bool ring) {
    if (!is_node) return nodes[0]->name;
    if (ring) return nodes[(place + nodes.size() - 1) % nodes.size()]->name;
    if (place > 0) return nodes[0]->name;
    return nodes.size() > 1 ? nodes[1]->name : "";
}

}  // namespace

std::int64_t Database::behind() const {
    if (!follows) return 0;
    std::int64_t missing = 0;
    for (const auto& [origin, count] : follows->received) {
        const auto held = written.find(origin);
        missing += std::max<std::int64_t>(0, count - (held == written.end() ? 0 : held->second));
    }
    return missing;
}

Mysql Mysql::healthy(const lang::Site& site, Time start) {
    Mysql mysql;
    mysql.moved_to_ = start;
    for (const lang::Cluster& cluster : site.clusters) {
        if (cluster.kind != "mysql") continue;
        const bool ring = cluster.nodes.size() > 1 && setting_text(cluster, "replication", "master-master") == "master-master";
        const auto replicas = setting_hosts(cluster, "replicas");
        // Whatever was written in the past, everybody has it.
        Transactions written;
        for (std::size_t i = 0; i < cluster.nodes.size(); ++i) written[cluster.nodes[i]->name] = i == 0 ? 40'000 : 12'000;

        const auto add = [&](const Host& host, std::size_t place, bool is_node) {
            Database& database = mysql.databases_[host.name];
            database.server_id = static_cast<int>(mysql.databases_.size());
            database.since = start - 1h;
            database.written = written;
            const std::string source = source_of(cluster.nodes, place, is_node, ring);
            if (source.empty()) return;
            Following& following = database.follows.emplace();
            following.source = following.reached = source;
            following.received = written;
            following.io_since = following.sql_since = start - 1h;
            const bool is_master = is_node && (ring || place == 0);
            database.read_only = database.starts_read_only = !is_master;
            if (!is_master || ring) return;
            following.io = Io::No;
            following.sql = false;
        };
        for (std::size_t i = 0; i < cluster.nodes.size(); ++i) add(*cluster.nodes[i], i, true);
        for (std::size_t i = 0; i < replicas.size(); ++i) add(*replicas[i], i, false);
    }
    return mysql;
}

int Mysql::sessions_on(std::string_view database) const {
    return static_cast<int>(
        std::count_if(sessions_.begin(), sessions_.end(), [&](const Session& session) { return session.database == database; }));
}

const Database* Mysql::find(std::string_view host) const {
    const auto it = databases_.find(std::string(host));
    return it == databases_.end() ? nullptr : &it->second;
}

void Mysql::advance(Time now, World& world) {
    serve(now, world);
    connect(now, world);
    open_and_close_sessions(now, world);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now - moved_to_);
    moved_to_ += seconds;
    write(seconds.count());
    connect(now, world);
    apply(seconds.count());
}

/// Servers start and stop with their unit and machine. One that stops closes its connections, and both sides know at once.
void Mysql::serve(Time now, World& world) {
    for (auto& [name, database] : databases_) {
        const Host& host = world.host(name);
        const bool serves = world.machines.is_on(host) && world.systemd.is_active(host, "mariadb");
        if (serves == database.serves) continue;
        database.serves = serves;
        database.since = now;
        if (serves) {
            database.read_only = database.starts_read_only;
            if (database.follows) {
                database.follows->enter(Io::Connecting, now);
                database.follows->reached.clear();
                database.follows->sql = !database.follows->duplicate;
                database.follows->sql_since = now;
            }
            continue;
        }
        std::erase_if(sessions_, [&name = name](const Session& session) { return session.database == name; });
        for (auto& [_, other] : databases_) {
            if (other.follows && other.follows->source == name && other.follows->io == Io::Yes && !other.follows->silent_since)
                other.follows->enter(Io::Connecting, now, true);
        }
    }
}

/// Power that is gone closes nothing: whoever followed that server waits for it, in silence.
void Mysql::power_off(const Host& host, Time now, World&) {
    const auto it = databases_.find(host.name);
    if (it == databases_.end() || !it->second.serves) return;
    it->second.serves = false;
    it->second.since = now;
    std::erase_if(sessions_, [&](const Session& session) { return session.database == host.name; });
    for (auto& [_, other] : databases_) {
        if (other.follows && other.follows->source == host.name && other.follows->io == Io::Yes) other.follows->silent_since = now;
    }
}

void Mysql::apply(std::int64_t seconds) {
    for (auto& [name, database] : databases_) {
        if (!database.serves || !database.follows || !database.follows->sql) continue;
        database.follows->executes_at = database.follows->reads_at;
        std::int64_t room = seconds * (database.follows->lagging ? applied_when_lagging : applied_each_second);
        for (const auto& [origin, received] : database.follows->received) {
            std::int64_t& held = database.written[origin];
            const std::int64_t taken = std::clamp<std::int64_t>(received - held, 0, room);
            held += taken;
            room -= taken;
        }
    }
}

/// The software writes wherever it is connected.
void Mysql::write(std::int64_t seconds) {
    for (auto& [name, database] : databases_) {
        const bool used = std::any_of(sessions_.begin(), sessions_.end(), [&name = name](const Session& session) {
            return session.database == name && !session.ends && !session.stuck && !session.writes_since;
        });
        if (used && database.serves && !database.read_only) database.written[name] += seconds * written_each_second;
    }
}

bool Mysql::is_caught_up(const Database& database) const {
    if (!database.follows) return true;
    // Some seconds of writing may always be under way.
    const Database& source = databases_.at(database.follows->source);
    const auto held = [](const Transactions& all) {
        return std::accumulate(all.begin(), all.end(), std::int64_t{0}, [](std::int64_t sum, const auto& one) { return sum + one.second; });
    };
    return held(source.written) - held(database.written) <= 5 * written_each_second;
}

TroublesOf Mysql::troubles() {
    return {.system = "mysql",
            .troubles = {
                {.form = "session stuck",
                 .doc = "A database session of this machine, as client or as server, never ends.",
                 .example = "web1: session stuck"},
                {.form = "long write",
                 .doc = "A database session of this machine, as client or as server, has been writing in one statement for five minutes.",
                 .example = "web1: long write"},
                {.form = "errant write",
                 .doc = "Somebody has written on this replica, and its source does not know of it.",
                 .example = "db2: errant write"},
                {.form = "no stored source",
                 .doc = "The database has never been a replica: it knows no user to log in to a source with.",
                 .example = "db1: no stored source"},
                {.form = "replica error 1062", .doc = "The replica has stopped at a duplicate key.", .example = "db2: replica error 1062"},
                {.form = "replica lagging", .doc = "The replica is behind, and falls further behind.", .example = "db2: replica lagging"}}};
}

std::optional<std::string> Mysql::inject(const Host& host, std::string_view trouble, Time now, World& world, Fault fault) {
    const bool there = fault == Fault::Begins;
    const auto it = databases_.find(host.name);
    if ((trouble == "session stuck" || trouble == "long write") && !there) {
        bool found = false;
        for (Session& session : sessions_) {
            if (session.client != host.name && session.database != host.name) continue;
            const bool is_it = trouble == "session stuck" ? session.stuck : session.writes_since.has_value();
            if (!is_it) continue;
            found = true;
            if (trouble == "session stuck") session.stuck = false;  // it ends as others do, when its software has stopped
            if (trouble == "long write") session.writes_since.reset();
        }
        return found ? "" : fmt::format("{} has no session of which this is true", host.name);
    }
    if (trouble == "session stuck" || trouble == "long write") {
        const auto fits = [&](const Session& session) { return session.client == host.name || session.database == host.name; };
        auto session = std::find_if(sessions_.begin(), sessions_.end(), fits);
        if (session == sessions_.end()) {
            const Host* database = it != databases_.end() ? &host : database_for_clients(world);
            if (database == nullptr) return "no database serves that " + host.name + " could have a session on";
            open_sessions(host, database->name, now);
            session = std::prev(sessions_.end());
        }
        session->ends.reset();
        if (trouble == "session stuck") session->stuck = true;
        if (trouble == "long write") session->writes_since = now - 5min;
        return "";
    }
    if (trouble == "no stored source" && it != databases_.end()) {
        if (!there) {
            it->second.follows = healthy(*world.site, now).databases_.at(host.name).follows;
            return "";
        }
        if (it->second.follows && it->second.follows->io != Io::No) return host.name + " follows another database server";
        it->second.follows.reset();
        return "";
    }
    if (trouble == "errant write" && it != databases_.end() && it->second.follows) {
        it->second.written[host.name] += there ? 1 : -1;
        return "";
    }
    if (trouble == "errant write" || trouble == "no stored source") return host.name + " follows no other database server";
    if (trouble != "replica error 1062" && trouble != "replica lagging") return std::nullopt;
    if (it == databases_.end() || !it->second.follows) return host.name + " follows no other database server";
    Following& following = *it->second.follows;
    if (trouble == "replica lagging") {
        following.lagging = there;
        if (there) it->second.written[following.source] -= std::min(lag_when_planted, it->second.written[following.source]);
    } else {
        following.duplicate = there;
        following.sql = !there;
        following.sql_since = now;
    }
    return "";
}

void Mysql::snapshot(std::map<std::string, std::string>& out) const {
    static constexpr std::string_view io[] = {"No", "Connecting", "Yes"};
    for (const auto& [name, database] : databases_) {
        std::string& said = out[name + " mysql"];
        said = fmt::format("{}, {}", database.serves ? "serves" : "does not serve", database.read_only ? "read-only" : "read-write");
        if (!database.follows) continue;
        const Following& following = *database.follows;
        said += fmt::format(", follows {}: IO {}, SQL {}, {}", following.source, io[static_cast<std::size_t>(following.io)],
                            following.sql ? "Yes" : "No", is_caught_up(database) ? "caught up" : "behind");
    }
    std::map<std::string, std::map<std::string, int>> clients;
    for (const Session& session : sessions_) ++clients[session.client][session.database + (session.stuck ? " (stuck)" : "")];
    for (const auto& [client, databases] : clients) {
        std::string& said = out[client + " database sessions"];
        for (const auto& [database, count] : databases) said += fmt::format("{}{} on {}", said.empty() ? "" : ", ", count, database);
    }
}

}  // namespace rehearsal
