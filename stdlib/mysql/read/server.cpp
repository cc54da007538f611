#include "stdlib/mysql/read/server.hpp"

#include <fmt/format.h>

#include <algorithm>

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

std::string Server::close_to_writers(std::chrono::seconds patience) const {
    // Without a limit of its own the statement would stay queued behind a long one after we stopped waiting for it, and would itself
    // hold up every writer.
    return fmt::format("SET SESSION lock_wait_timeout={}; SET GLOBAL {}=1", std::max<std::int64_t>(patience.count(), 1),
                       maker == Maker::MySQL ? "super_read_only" : "read_only");
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
