#include "stdlib/mysql/read/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "stdlib/mysql/read/table.hpp"
#include "stdlib/support/scan.hpp"

namespace stdlib::mysql {

namespace {

/// "10.11.19-MariaDB-log" → 101119. Parts that are missing or no numbers count as 0.
int number_of(std::string_view version) {
    int number = 0;
    const auto parts = support::split(version.substr(0, version.find_first_not_of("0123456789.")), '.');
    for (std::size_t i = 0; i < 3; ++i) {
        const auto part = i < parts.size() ? support::integer(parts[i]) : std::nullopt;
        number = number * 100 + static_cast<int>(part.value_or(0) % 100);
    }
    return number;
}

/// From MySQL 8.0.22 on REPLICA is understood, from 8.4 on nothing else.
bool says_replica(const Server& server) { return server.maker == Server::Maker::MySQL && server.version >= 80022; }

/// Empty where the server knows none.
std::string time_limit(const Server& server, std::chrono::seconds limit) {
    if (server.maker == Server::Maker::MariaDB && server.version >= 100101) return fmt::format("max_statement_time={}", limit.count());
    const std::chrono::milliseconds longest(std::numeric_limits<std::uint32_t>::max());
    if (server.maker == Server::Maker::MySQL && server.version >= 50708 && limit <= longest)
        return fmt::format("max_execution_time={}", std::chrono::milliseconds(limit).count());
    return {};
}

}  // namespace

std::string_view Server::show_replication() const {
    if (maker == Maker::MariaDB) return "SHOW ALL SLAVES STATUS";
    return says_replica(*this) ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS";
}

std::string_view Server::start_replication() const {
    if (maker == Maker::MariaDB) return "START ALL SLAVES";
    return says_replica(*this) ? "START REPLICA" : "START SLAVE";
}

std::string_view Server::stop_replication() const {
    if (maker == Maker::MariaDB) return "STOP ALL SLAVES";
    return says_replica(*this) ? "STOP REPLICA" : "STOP SLAVE";
}

std::string Server::show_position() const {
    const bool mysql = maker == Maker::MySQL;
    const std::string_view sets = maker == Maker::MariaDB ? "@@GLOBAL.gtid_binlog_state AS logged, @@GLOBAL.gtid_slave_pos AS applied"
                                  : mysql                 ? "@@GLOBAL.gtid_executed AS logged, '' AS applied"
                                                          : "'' AS logged, '' AS applied";
    return fmt::format("SELECT @@GLOBAL.server_id AS id, {} AS uuid, @@GLOBAL.{} AS closed, {}; SHOW {} STATUS",
                       mysql ? "@@GLOBAL.server_uuid" : "''", mysql ? "super_read_only" : "read_only", sets,
                       mysql && version >= 80200 ? "BINARY LOG" : "MASTER");
}

std::string Server::close_to_writers() const {
    return fmt::format("SET GLOBAL {}=1", maker == Maker::MySQL ? "super_read_only" : "read_only");
}

std::string Server::follow(std::string_view address, std::int64_t port, std::string_view gtid_mode) const {
    if (maker == Maker::MariaDB) {
        // A server that was a source itself keeps its own transactions in another place than those that it applied: they are put
        // together, or it would ask the new source for what it wrote itself.
        return fmt::format(
            "STOP SLAVE; SET GLOBAL gtid_slave_pos=@@GLOBAL.gtid_current_pos; "
            "CHANGE MASTER TO MASTER_HOST='{}', MASTER_PORT={}, MASTER_USE_GTID={}; START SLAVE",
            address, port, gtid_mode);
    }
    const bool source = maker == Maker::MySQL && version >= 80023;
    return fmt::format("{}; CHANGE {} TO {}_HOST='{}', {}_PORT={}, {}_AUTO_POSITION=1; {}", stop_replication(),
                       source ? "REPLICATION SOURCE" : "MASTER", source ? "SOURCE" : "MASTER", address, source ? "SOURCE" : "MASTER", port,
                       source ? "SOURCE" : "MASTER", start_replication());
}

std::string Server::limit_looks(std::chrono::seconds limit) const {
    const std::string time = time_limit(*this, limit);
    return time.empty() ? time : fmt::format("SET {}; ", time);
}

std::string Server::limit_changes(std::chrono::seconds limit) const {
    constexpr std::chrono::seconds longest = std::chrono::hours(24 * 365);  // for either
    const std::chrono::seconds locks = std::clamp(limit, std::chrono::seconds(1), longest);
    // A wait for a lock shall end first: its error names the reason.
    const std::string time = time_limit(*this, std::min(locks + std::chrono::seconds(1), longest));
    return fmt::format("SET {}{}lock_wait_timeout={}; ", time, time.empty() ? "" : ", ", locks.count());
}

Server server_from(const lang::Value& version) {
    if (version.is_unknown() || version.is_nothing()) return {};
    const std::string& text = version.text();
    return {text.find("MariaDB") != std::string::npos ? Server::Maker::MariaDB : Server::Maker::MySQL, number_of(text)};
}

lang::Value version_from(std::string_view output) {
    const auto table = table_from(support::lines(output));
    if (!table || table->rows.size() != 1 || table->columns.size() != 1 || !table->rows[0][0])
        return support::unreadable("the answer to SELECT VERSION() is not one row of one column", output);
    return *table->rows[0][0];
}

}  // namespace stdlib::mysql
