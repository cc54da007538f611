// The statements that procrun sends to a database, answered in the words and columns of MariaDB 10.11 and its client.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
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
    ClientSettings client;
    for (std::size_t i = 1; i < call.words.size(); ++i) {
        const std::string_view word = call.words[i];
        if (word == "-e" && i + 1 < call.words.size()) {
            statement = call.words[++i];
            client.forces = false;
        }
        if (word.starts_with("--execute=")) statement = word.substr(word.find('=') + 1);
        if (word == "-N" || word == "--skip-column-names") client.names = false;
        if (word == "-f" || word == "--force") client.forces = true;
    }
    ++it->second.next_id;
    Answer whole;
    for (const std::string& one : statements(statement)) {
        const Answer answer = run(call, it->second, one, client, world);
        whole.out += answer.out;
        whole.err += answer.err;
        whole.takes += answer.takes;
        whole.ending = answer.ending;
        if (answer.ending == runtime::Ending::Exited && (answer.code == 0 || client.forces)) continue;
        whole.code = answer.code;
        break;
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

/// What a statement that changes something does; nothing where it is another one.
std::optional<Answer> Mysql::change(const Invocation& call, Database& database, const std::string& statement, ClientSettings& client,
                                    const World& world) {
    const std::string sql = in_capitals(statement);
    const auto is = [&sql](std::initializer_list<std::string_view> any) { return std::find(any.begin(), any.end(), sql) != any.end(); };
    if (sql.starts_with("SET GLOBAL READ_ONLY")) {
        if (sql.ends_with("1") || sql.ends_with("ON")) return close(call.host, database, client);
        database.read_only = false;
        return Answer{};
    }
    if (is({"SET GLOBAL GTID_SLAVE_POS=@@GLOBAL.GTID_CURRENT_POS"})) {
        // Transactions are counted by who wrote them: there is nothing to put together.
        const bool runs = database.follows && (database.follows->io != Io::No || database.follows->sql);
        return runs ? client_error(
                          "1198 (HY000) at line 1: This operation cannot be performed as you have a running slave ''; run STOP "
                          "SLAVE '' first")
                    : Answer{};
    }
    if (sql.starts_with("SET SESSION ") || sql.starts_with("SET MAX_STATEMENT_TIME=") || sql.starts_with("SET LOCK_WAIT_TIMEOUT=")) {
        const std::string_view name = "LOCK_WAIT_TIMEOUT=";
        if (const auto at = sql.find(name); at != std::string::npos)
            client.lock_wait_timeout = std::chrono::seconds(std::strtoll(sql.c_str() + at + name.size(), nullptr, 10));
        return Answer{};
    }
    if (sql.starts_with("CHANGE MASTER TO ")) return lead_elsewhere(database, statement, world);
    if (sql.starts_with("KILL ")) return kill(call.host, std::string_view(sql).substr(std::string_view("KILL ").size()), call.now);
    if (is({"START SLAVE", "START REPLICA"}) && !database.follows)
        return client_error(
            "1200 (HY000) at line 1: Misconfigured slave: MASTER_HOST was not set; Set in configuration file or with CHANGE MASTER TO");
    if (is({"START SLAVE", "START REPLICA", "START ALL SLAVES"})) return replicate(database, call.now, true);
    if (is({"STOP SLAVE", "STOP REPLICA", "STOP ALL SLAVES"})) return replicate(database, call.now, false);
    return std::nullopt;
}

Answer Mysql::run(const Invocation& call, Database& database, const std::string& statement, ClientSettings& client, const World& world) {
    std::string sql = in_capitals(statement);
    const bool vertical = sql.ends_with("\\G");
    if (vertical) sql.resize(sql.size() - 2);
    const auto is = [&sql](std::initializer_list<std::string_view> any) { return std::find(any.begin(), any.end(), sql) != any.end(); };
    const auto answered = [&](const Table& table) { return Answer{.out = print(table, vertical, client.names)}; };
    // A column that is named after the expression, as it was written.
    const auto value = [&](std::string text) {
        return answered({{statement.substr(std::string_view("SELECT ").size())}, {{std::move(text)}}});
    };

    if (is({"SELECT VERSION()"})) return value("10.11.14-MariaDB-0+deb12u2-log");
    if (is({"SELECT CONNECTION_ID()"})) return value(fmt::to_string(database.next_id));
    if (is({"SELECT @@GLOBAL.READ_ONLY"})) return value(database.read_only ? "1" : "0");
    if (is({"DO SLEEP(1)"})) return Answer{.takes = 1s};
    if (sql.starts_with("SELECT @@GLOBAL.SERVER_ID AS ID")) return answered(position_of(database));
    if (is({"SHOW MASTER STATUS"})) return answered(master_status(database));
    if (is({"SELECT @@GLOBAL.GTID_CURRENT_POS AS PLACE"})) return answered({{"place"}, {{gtids(database.written)}}});
    if (is({"SELECT @@GLOBAL.PORT AS PORT"})) return answered({{"port"}, {{"3306"}}});
    // Semi-synchronous replication is off.
    if (sql.starts_with("SHOW GLOBAL VARIABLES LIKE 'RPL_SEMI_SYNC") || sql.starts_with("SHOW GLOBAL STATUS LIKE 'RPL_SEMI_SYNC"))
        return {};
    if (sql.find("FROM INFORMATION_SCHEMA.INNODB_TRX") != std::string::npos)
        return answered(open_transactions(call, sql.find("INFORMATION_SCHEMA.PROCESSLIST") != std::string::npos));
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
        const Following& following = *database.follows;
        const Source source = {.address = host.address,
                               .server_id = following.reached.empty() ? 0 : databases_.at(following.reached).server_id,
                               .off = !world.machines.is_on(host),
                               .gtids = gtids(following.received)};
        const Table status = slave_status(database, source, call.now);
        return answered(all ? all_slaves_status(status, gtids(database.written)) : status);
    }
    if (auto answer = change(call, database, statement, client, world)) return *answer;
    return not_simulated(fmt::format("{} -e '{}'", call.words.front(), statement));
}

std::optional<std::string> Mysql::unnamed(const Invocation& call, const World& world) const {
    return asks_for(call, {"mysql", "mariadb"}) ? no_part(call.host, *world.site, "MariaDB", "mysql") : std::nullopt;
}

std::vector<std::string> Mysql::units(const lang::Site& site, const Host& host) {
    return lang::is_of_cluster(site, host, "mysql") ? std::vector<std::string>{"mariadb"} : std::vector<std::string>{};
}

}  // namespace rehearsal
