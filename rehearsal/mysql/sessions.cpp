// Sessions of the vendor's software on the databases: opened when it runs, drained when it stops, ended when told so.
#include <fmt/format.h>

#include <algorithm>

#include "rehearsal/core/roles.hpp"
#include "rehearsal/core/spread.hpp"
#include "rehearsal/mysql/model.hpp"
#include "rehearsal/mysql/table.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using lang::Host;
using lang::Time;
using Io = Following::Io;

bool software_runs(const Host& host, const World& world) {
    if (!world.machines.is_on(host)) return false;
    if (host.os == lang::Os::Windows) return world.windows.is_serving(host);
    for (const char* fact : {"unit", "units"}) {
        for (const std::string& unit : fact_texts(host, fact)) {
            if (world.systemd.is_active(host, unit)) return true;
        }
    }
    return false;
}

}  // namespace

const Host* database_for_clients(const World& world) {
    for (const lang::Cluster& cluster : world.site->clusters) {
        if (cluster.kind != "mysql") continue;
        if (const lang::Cluster* balanced = balanced_by(*world.site, cluster.nodes)) return world.haproxy.leads_to(*balanced, world);
        for (const Host* node : cluster.nodes) {
            const Database* database = world.mysql.find(node->name);
            if (database != nullptr && database->serves) return node;
        }
    }
    return nullptr;
}

void Mysql::open_sessions(const Host& client, const std::string& database, Time now) {
    const unsigned count = 2 + pick(3, client.name, "sessions");
    for (unsigned i = 0; i < count; ++i) {
        Session session;
        session.database = database;
        session.client = client.name;
        session.id = databases_.at(database).next_id++;
        session.port = 40'000 + static_cast<int>(pick(20'000, client.name, std::to_string(session.id)));
        session.since = now;
        sessions_.push_back(session);
    }
}

void Mysql::open_and_close_sessions(Time now, World& world) {
    if (databases_.empty()) return;  // on a site without any, no machine is looked at every time
    std::erase_if(sessions_, [now](const Session& session) { return !session.stuck && session.ends && *session.ends <= now; });
    const Host* target = database_for_clients(world);
    for (const auto& host : world.site->hosts) {
        if (!runs_software(*host)) continue;
        const bool runs = software_runs(*host, world);
        bool connected = false;
        for (Session& session : sessions_) {
            if (session.client != host->name || session.stuck || session.ends || session.writes_since) continue;
            connected = true;
            // Calls and chats that are under way end one after the other.
            if (!runs) session.ends = now + spread(30s, 90s, host->name, std::to_string(session.id));
        }
        if (runs && !connected && target != nullptr) open_sessions(*host, target->name, now);
    }
}

/// The threads and connections of the server, by their ids; the client's own last.
Table Mysql::process_list(const Invocation& call, const Database& database, std::string_view statement) const {
    Table table = {{"Id", "User", "Host", "db", "Command", "Time", "State", "Info", "Progress"}, {}};
    const auto add = [&](int id, std::string user, std::string from, std::string db, std::string command, Time since, std::string state,
                         std::string info) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(call.now - since).count();
        table.rows.push_back({fmt::to_string(id), std::move(user), std::move(from), std::move(db), std::move(command),
                              fmt::to_string(seconds), std::move(state), std::move(info), "0.000"});
    };
    if (database.follows) {
        const Following& following = *database.follows;
        const bool first = following.io == Io::Connecting && !following.reconnects;
        if (following.io != Io::No)
            add(9, "system user", "", "NULL", first ? "Connect" : "Slave_IO", following.io_since, io_state(following), "NULL");
        if (following.sql) add(10, "system user", "", "NULL", "Slave_SQL", following.sql_since, sql_state(database), "NULL");
    }
    int dump = 11;
    for (const auto& [name, other] : databases_) {
        if (!other.serves || !other.follows || other.follows->source != call.host.name || other.follows->io != Io::Yes) continue;
        add(dump, "repl", fmt::format("{}:{}", name, 43'000 + dump), "NULL", "Binlog Dump", other.follows->io_since,
            "Master has sent all binlog to slave; waiting for more updates", "NULL");
        ++dump;
    }
    for (const Session& session : sessions_) {
        if (session.database != call.host.name) continue;
        const std::string from = fmt::format("{}:{}", session.client, session.port);
        const std::string_view command = session.killed ? "Killed" : session.writes_since ? "Query" : "Sleep";
        const std::string_view state = session.killed ? "Rollback" : session.writes_since ? "Updating" : "";
        add(session.id, "jtel", from, "JTELLog", std::string(command), session.writes_since.value_or(call.now - 3s), std::string(state),
            session.writes_since ? "UPDATE AcdCalls SET Archived=1" : "NULL");
    }
    add(database.next_id, "procrun", "localhost", "NULL", "Query", call.now, "starting", std::string(statement));
    return table;
}

/// Those of the software are over in an instant, unless one was planted.
Table Mysql::open_transactions(const Invocation& call, bool with_client) const {
    Table table = {{"id", "seconds", "written"}, {}};
    if (with_client) table.columns = {"id", "user", "host", "seconds"};
    for (const Session& session : sessions_) {
        if (session.database != call.host.name || !session.writes_since) continue;
        const auto seconds = std::chrono::floor<std::chrono::seconds>(call.now - *session.writes_since).count();
        std::vector<std::string> row = {fmt::to_string(session.id), fmt::to_string(seconds), fmt::to_string(400 * seconds)};
        if (with_client) row = {row[0], "jtel", fmt::format("{}:{}", session.client, session.port), row[1]};
        table.rows.push_back(std::move(row));
    }
    return table;
}

/// SET GLOBAL read_only=1 waits for statements that write, and gives up.
Answer Mysql::close(const Host& host, Database& database, const ClientSettings& client) const {
    const bool held_up = std::any_of(sessions_.begin(), sessions_.end(),
                                     [&](const Session& session) { return session.database == host.name && session.writes_since; });
    if (held_up)
        return Answer{.code = 1,
                      .err = "ERROR 1205 (HY000) at line 1: Lock wait timeout exceeded; try restarting transaction\n",
                      .takes = client.lock_wait_timeout};
    database.read_only = true;
    return {};
}

/// Ends a session at once, or when its statement is rolled back.
Answer Mysql::kill(const Host& host, std::string_view id, Time now) {
    const auto session = std::find_if(sessions_.begin(), sessions_.end(),
                                      [&](const Session& one) { return one.database == host.name && fmt::to_string(one.id) == id; });
    if (session == sessions_.end())
        return Answer{.code = 1, .err = fmt::format("ERROR 1094 (HY000) at line 1: Unknown thread id: {}\n", id)};
    if (!session->writes_since) {
        sessions_.erase(session);
        return {};
    }
    session->stuck = false;
    session->killed = true;
    session->ends = now + 8s;
    return {};
}

}  // namespace rehearsal
