// The statements that procrun sends to a database, answered in the words and columns of MariaDB 10.11 and its client.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "rehearsal/core/coreutils.hpp"
#include "rehearsal/core/unnamed.hpp"
#include "rehearsal/mysql/model.hpp"
#include "rehearsal/mysql/table.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using lang::Host;
using lang::Time;
using Io = Following::Io;

/// The statements of a line, without what separates them.
std::vector<std::string> statements(std::string_view line) {
    std::vector<std::string> all;
    while (!line.empty()) {
        const std::size_t end = std::min(line.find(';'), line.size());
        std::string_view one = line.substr(0, end);
        line.remove_prefix(std::min(end + 1, line.size()));
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        if (!one.empty()) all.emplace_back(one);
    }
    return all;
}

std::string in_capitals(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

Answer client_error(std::string_view text) { return Answer{.code = 1, .err = fmt::format("ERROR {}\n", text)}; }

}  // namespace

std::optional<Answer> Mysql::answer(const Invocation& call, World& world) {
    const std::string& program = call.words.front();
    const auto is_client = [](std::string_view word) { return word == "mysql" || word == "mariadb"; };
    if (call.host.os == lang::Os::Linux && program == "command" && is_client(call.words.back()))
        return databases_.contains(call.host.name) ? Answer{.out = fmt::format("/usr/bin/{}\n", call.words.back())} : Answer{.code = 127};
    if (call.host.os != lang::Os::Linux || !is_client(program)) return std::nullopt;
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
    Answer whole;
    for (const std::string& one : statements(statement)) {
        const Answer answer = run(call, it->second, one, names, world);
        whole.code = answer.code;
        whole.out += answer.out;
        whole.err += answer.err;
        whole.takes += answer.takes;
        whole.ending = answer.ending;
        if (answer.code != 0 || answer.ending != runtime::Ending::Exited) break;
    }
    return whole;
}

/// "1-1-40000,2-2-12000": every server writes in a domain of its own.
std::string Mysql::gtids(const Transactions& transactions) const {
    std::vector<std::string> all;
    for (const auto& [origin, count] : transactions) {
        const int id = databases_.at(origin).server_id;
        if (count > 0) all.push_back(fmt::format("{0}-{0}-{1}", id, count));
    }
    return fmt::format("{}", fmt::join(all, ","));
}

/// What it is asked as one row: who it is, whether it is closed to writers, what it has.
Table Mysql::position_of(const Database& database) const {
    Transactions applied = database.written;
    std::erase_if(applied, [&](const auto& one) { return databases_.at(one.first).server_id == database.server_id; });
    return {{"id", "uuid", "closed", "logged", "applied"},
            {{fmt::to_string(database.server_id), "", database.read_only ? "1" : "0", gtids(database.written), gtids(applied)}}};
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
    if (!database.follows) return {};
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

Answer Mysql::run(const Invocation& call, Database& database, const std::string& statement, bool names, const World& world) {
    std::string sql = in_capitals(statement);
    const bool vertical = sql.ends_with("\\G");
    if (vertical) sql.resize(sql.size() - 2);
    const auto is = [&sql](std::initializer_list<std::string_view> any) { return std::find(any.begin(), any.end(), sql) != any.end(); };
    const auto answered = [&](const Table& table) { return Answer{.out = print(table, vertical, names)}; };
    // A column that is named after the expression, as it was written.
    const auto value = [&](std::string text) {
        return answered({{statement.substr(std::string_view("SELECT ").size())}, {{std::move(text)}}});
    };

    if (is({"SELECT VERSION()"})) return value("10.11.14-MariaDB-0+deb12u2-log");
    if (is({"SELECT CONNECTION_ID()"})) return value(fmt::to_string(database.next_id));
    if (is({"SELECT @@GLOBAL.READ_ONLY"})) return value(database.read_only ? "1" : "0");
    if (sql.starts_with("SET GLOBAL READ_ONLY")) {
        database.read_only = sql.ends_with("1") || sql.ends_with("ON");
        return {};
    }
    if (sql.starts_with("SET SESSION ")) return {};
    if (is({"DO SLEEP(1)"})) return Answer{.takes = 1s};
    if (sql.starts_with("SELECT @@GLOBAL.SERVER_ID AS ID")) return answered(position_of(database));
    if (is({"SHOW MASTER STATUS"})) return answered(master_status(database));
    // Semi-synchronous replication is off, and transactions of the software are over in an instant.
    if (sql.starts_with("SHOW GLOBAL VARIABLES LIKE 'RPL_SEMI_SYNC") || sql.starts_with("SHOW GLOBAL STATUS LIKE 'RPL_SEMI_SYNC") ||
        sql.find("FROM INFORMATION_SCHEMA.INNODB_TRX") != std::string::npos)
        return {};
    if (is({"SHOW FULL PROCESSLIST", "SHOW PROCESSLIST"})) return answered(process_list(call, database, sql));
    if (is({"SHOW GLOBAL STATUS LIKE 'THREADS_CONNECTED'"})) {
        const Table all = process_list(call, database, sql);
        const auto own = std::count_if(all.rows.begin(), all.rows.end(), [](const auto& row) { return row[1] == "system user"; });
        return answered({{"Variable_name", "Value"}, {{"Threads_connected", fmt::to_string(static_cast<long>(all.rows.size()) - own)}}});
    }
    const bool all = is({"SHOW ALL SLAVES STATUS", "SHOW ALL REPLICAS STATUS"});
    if (all || is({"SHOW SLAVE STATUS", "SHOW REPLICA STATUS"})) {
        if (!database.follows) return {};
        const Host& host = world.host(database.follows->source);
        const Source source = {host.address, databases_.at(host.name).server_id, !world.machines.is_on(host)};
        const Table status = slave_status(database, source, call.now);
        return answered(all ? all_slaves_status(status) : status);
    }
    if (is({"START SLAVE", "START REPLICA"}) && !database.follows)
        return client_error(
            "1200 (HY000) at line 1: Misconfigured slave: MASTER_HOST was not set; Set in configuration file or with CHANGE MASTER TO");
    if (is({"START SLAVE", "START REPLICA", "START ALL SLAVES"})) return replicate(database, call.now, true);
    if (is({"STOP SLAVE", "STOP REPLICA", "STOP ALL SLAVES"})) return replicate(database, call.now, false);
    return not_simulated(fmt::format("{} -e '{}'", call.words.front(), statement));
}

std::optional<std::string> Mysql::unnamed(const Invocation& call, const World& world) const {
    return asks_for(call, {"mysql", "mariadb"}) ? no_part(call.host, *world.site, "MariaDB", "mysql") : std::nullopt;
}

std::vector<std::string> Mysql::units(const lang::Site& site, const Host& host) {
    return lang::is_of_cluster(site, host, "mysql") ? std::vector<std::string>{"mariadb"} : std::vector<std::string>{};
}

}  // namespace rehearsal
