// The statements that procrun sends to a database, answered in the words and columns of MariaDB 10.11 and its client.
#include <fmt/format.h>

#include <cctype>
#include <utility>

#include "rehearsal/mysql.hpp"
#include "rehearsal/mysql_table.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using lang::Host;
using lang::Time;
using Io = Following::Io;

/// "select version()" of "  SELECT   VERSION();"
std::string in_capitals(std::string_view statement) {
    std::string out;
    for (const char c : statement) {
        const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
        if (blank && (out.empty() || out.back() == ' ')) continue;
        out += blank ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    while (!out.empty() && (out.back() == ' ' || out.back() == ';')) out.pop_back();
    return out;
}

Answer client_error(std::string_view text) { return Answer{.code = 1, .err = fmt::format("ERROR {}\n", text)}; }

}  // namespace

std::optional<Answer> Mysql::answer(const Invocation& call, World& world) {
    const std::string& program = call.words.front();
    if (call.host.os != lang::Os::Linux || (program != "mysql" && program != "mariadb")) return std::nullopt;
    const auto it = databases_.find(call.host.name);
    if (it == databases_.end()) return Answer{.code = 127, .err = fmt::format("sh: 1: {}: not found\n", program)};
    if (!world.machines.is_on(call.host) || !it->second.serves)
        return client_error("2002 (HY000): Can't connect to local server through socket '/run/mysqld/mysqld.sock' (2)");

    std::string statement;
    bool names = true;
    for (std::size_t i = 1; i < call.words.size(); ++i) {
        const std::string_view word = call.words[i];
        if (word == "-e" && i + 1 < call.words.size()) statement = call.words[++i];
        if (word.starts_with("--execute=")) statement = word.substr(word.find('=') + 1);
        if (word == "-N" || word == "--skip-column-names") names = false;
    }
    ++it->second.next_id;
    return run(call, it->second, statement, names, world);
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
        add(session.id, "jtel", fmt::format("{}:{}", session.client, session.port), "JTELLog", "Sleep", call.now - 3s, "", "NULL");
    }
    add(database.next_id, "procrun", "localhost", "NULL", "Query", call.now, "starting", std::string(statement));
    return table;
}

Answer Mysql::replicate(Database& database, Time now, bool start) {
    if (!database.follows) {
        if (!start) return {};
        return client_error(
            "1200 (HY000) at line 1: Misconfigured slave: MASTER_HOST was not set; Set in configuration file or with CHANGE MASTER TO");
    }
    Following& following = *database.follows;
    if (start && following.io == Io::No) {
        following.io = Io::Connecting;
        following.io_since = now;
    }
    if (!start) {
        following.io = Io::No;
        following.silent_since.reset();
        following.reconnects = false;
    }
    if (following.sql != start) following.sql_since = now;
    // START SLAVE says yes, and the thread meets the same duplicate again.
    following.sql = start && !following.duplicate;
    return {};
}

Answer Mysql::run(const Invocation& call, Database& database, std::string_view statement, bool names, const World& world) {
    std::string sql = in_capitals(statement);
    const bool vertical = sql.ends_with("\\G");
    if (vertical) sql.resize(sql.size() - 2);
    const auto answered = [&](const Table& table) { return Answer{.out = print(table, vertical, names)}; };
    const auto value = [&](std::string_view column, std::string text) { return answered({{std::string(column)}, {{std::move(text)}}}); };

    if (sql == "SELECT VERSION()") return value("VERSION()", "10.11.14-MariaDB-0+deb12u2-log");
    if (sql == "SELECT @@GLOBAL.READ_ONLY") return value("@@GLOBAL.read_only", database.read_only ? "1" : "0");
    if (sql.starts_with("SET GLOBAL READ_ONLY")) {
        database.read_only = sql.ends_with("1") || sql.ends_with("ON");
        return {};
    }
    if (sql == "SHOW FULL PROCESSLIST" || sql == "SHOW PROCESSLIST") return answered(process_list(call, database, sql));
    const bool all = sql == "SHOW ALL SLAVES STATUS";
    if (all || sql == "SHOW SLAVE STATUS" || sql == "SHOW REPLICA STATUS") {
        if (!database.follows) return {};
        const Host& host = *world.site->find_host(database.follows->source);
        const Source source = {host.address, databases_.at(host.name).server_id, !world.machines.is_on(host)};
        const Table status = slave_status(database, source, call.now);
        return answered(all ? all_slaves_status(status) : status);
    }
    if (sql == "START SLAVE" || sql == "START REPLICA") return replicate(database, call.now, true);
    if (sql == "STOP SLAVE" || sql == "STOP REPLICA") return replicate(database, call.now, false);
    return client_error(
        fmt::format("1064 (42000) at line 1: You have an error in your SQL syntax; check the manual that corresponds to your MariaDB "
                    "server version for the right syntax to use near '{}' at line 1",
                    statement));
}

}  // namespace rehearsal
