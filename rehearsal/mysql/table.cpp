#include "rehearsal/mysql/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using lang::Time;
using Io = Following::Io;

std::string tabbed(const std::vector<std::string>& cells) { return fmt::format("{}\n", fmt::join(cells, "\t")); }

/// Bytes in a binary log that holds so many transactions.
std::int64_t log_position(const Transactions& transactions) {
    std::int64_t count = 0;
    for (const auto& [_, written] : transactions) count += written;
    return 328 + 227 * count;
}

constexpr std::int64_t log_begins = 4;  ///< behind the four bytes by which it is known

std::string duplicate_error(std::int64_t position) {
    return fmt::format(
        "Could not execute Write_rows_v1 event on table jtel.AcdCalls; Duplicate entry '90211' for key 'PRIMARY', Error_code: 1062; "
        "handler error HA_ERR_FOUND_DUPP_KEY; the event's master log mysql-bin.000001, end_log_pos {}",
        position);
}

}  // namespace

std::string print(const Table& table, bool vertical, bool names) {
    if (table.rows.empty()) return {};
    std::string out;
    if (!vertical) {
        if (names) out += tabbed(table.columns);
        for (const auto& row : table.rows) out += tabbed(row);
        return out;
    }
    std::size_t width = 0;
    for (const std::string& column : table.columns) width = std::max(width, column.size());
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        out += fmt::format("*************************** {}. row ***************************\n", row + 1);
        for (std::size_t i = 0; i < table.columns.size(); ++i)
            out += fmt::format("{:>{}}: {}\n", table.columns[i], width, table.rows[row][i]);
    }
    return out;
}

std::string io_state(const Following& following) {
    if (following.io == Io::No) return "";
    if (following.io == Io::Yes) return "Waiting for master to send event";
    return following.reconnects ? "Reconnecting after a failed master event read" : "Connecting to master";
}

std::string sql_state(const Database& database) {
    if (!database.follows->sql) return "";
    return database.behind() > 0 ? "Write_rows_log_event::write_row(-1) on table `AcdCalls`"
                                 : "Slave has read all relay log; waiting for more updates";
}

Table slave_status(const Database& database, const Source& source, Time now) {
    const Following& following = *database.follows;
    const bool runs = following.io == Io::Yes && following.sql;
    const bool broken = following.duplicate && !following.sql;
    const bool lost = following.gave_up || following.cannot_connect(now);
    const std::int64_t read = log_position(following.received);
    const std::int64_t executed = read - 227 * database.behind();
    const std::string sql_error = broken ? duplicate_error(executed + 197) : "";
    const std::string io_error = !following.io_error.empty() ? following.io_error
                                 : !lost                     ? ""
                                                             : fmt::format(
                                                                   "error {} to master 'repl@{}:3306' - retry-time: 5  maximum-retries: 100000  message: Can't "
                                                                                       "connect to server on '{}' ({})",
                                               following.reconnects ? "reconnecting" : "connecting", source.address, source.address,
                                               source.off ? "113 \"No route to host\"" : "111 \"Connection refused\"");
    static constexpr std::string_view io_running[] = {"No", "Connecting", "Yes"};

    Table table;
    table.rows.emplace_back();
    const auto add = [&table](std::string_view column, std::string value) {
        table.columns.emplace_back(column);
        table.rows.front().push_back(std::move(value));
    };
    add("Slave_IO_State", io_state(following));
    add("Master_Host", source.address);
    add("Master_User", "repl");
    add("Master_Port", "3306");
    add("Connect_Retry", "5");
    add("Master_Log_File", following.reads_at ? "mysql-bin.000001" : "");
    add("Read_Master_Log_Pos", fmt::to_string(following.reads_at ? read : log_begins));
    add("Relay_Log_File", "mysqld-relay-bin.000002");
    add("Relay_Log_Pos", fmt::to_string(executed + 233));
    add("Relay_Master_Log_File", following.executes_at ? "mysql-bin.000001" : "");
    add("Slave_IO_Running", std::string(io_running[static_cast<std::size_t>(following.io)]));
    add("Slave_SQL_Running", following.sql ? "Yes" : "No");
    for (const char* filter : {"Replicate_Do_DB", "Replicate_Ignore_DB", "Replicate_Do_Table", "Replicate_Ignore_Table",
                               "Replicate_Wild_Do_Table", "Replicate_Wild_Ignore_Table"})
        add(filter, "");
    add("Last_Errno", broken ? "1062" : "0");
    add("Last_Error", sql_error);
    add("Skip_Counter", "0");
    add("Exec_Master_Log_Pos", fmt::to_string(following.executes_at ? executed : 0));
    add("Relay_Log_Space", fmt::to_string(read - executed + 543));
    add("Until_Condition", "None");
    add("Until_Log_File", "");
    add("Until_Log_Pos", "0");
    add("Master_SSL_Allowed", "No");
    for (const char* file : {"Master_SSL_CA_File", "Master_SSL_CA_Path", "Master_SSL_Cert", "Master_SSL_Cipher", "Master_SSL_Key"})
        add(file, "");
    add("Seconds_Behind_Master", runs ? fmt::to_string((database.behind() + 2) / 3) : "NULL");
    add("Master_SSL_Verify_Server_Cert", "No");
    add("Last_IO_Errno", !following.io_error.empty() ? "1236" : lost ? "2003" : "0");
    add("Last_IO_Error", io_error);
    add("Last_SQL_Errno", broken ? "1062" : "0");
    add("Last_SQL_Error", sql_error);
    add("Replicate_Ignore_Server_Ids", "");
    add("Master_Server_Id", fmt::to_string(source.server_id));
    add("Master_SSL_Crl", "");
    add("Master_SSL_Crlpath", "");
    add("Using_Gtid", "Slave_Pos");
    add("Gtid_IO_Pos", source.gtids);
    add("Replicate_Do_Domain_Ids", "");
    add("Replicate_Ignore_Domain_Ids", "");
    add("Parallel_Mode", "optimistic");
    add("SQL_Delay", "0");
    add("SQL_Remaining_Delay", "NULL");
    add("Slave_SQL_Running_State", sql_state(database));
    add("Slave_DDL_Groups", "2");
    add("Slave_Non_Transactional_Groups", "0");
    add("Slave_Transactional_Groups", "1");
    add("Replicate_Rewrite_DB", "");
    return table;
}

Table master_status(const Database& database) {
    return {{"File", "Position", "Binlog_Do_DB", "Binlog_Ignore_DB"},
            {{"mysql-bin.000001", fmt::to_string(log_position(database.written)), "", ""}}};
}

Table all_slaves_status(Table table, std::string place) {
    auto& row = table.rows.front();
    const auto state = std::find(table.columns.begin(), table.columns.end(), "Slave_SQL_Running_State") - table.columns.begin();
    const std::string sql = row[static_cast<std::size_t>(state)];
    table.columns.insert(table.columns.begin(), {"Connection_name", "Slave_SQL_State"});
    row.insert(row.begin(), {"", sql});
    const std::pair<const char*, std::string> more[] = {{"Retried_transactions", "0"},        {"Max_relay_log_size", "1073741824"},
                                                        {"Executed_log_entries", "15"},       {"Slave_received_heartbeats", "3"},
                                                        {"Slave_heartbeat_period", "30.000"}, {"Gtid_Slave_Pos", std::move(place)}};
    for (const auto& [column, value] : more) {
        table.columns.emplace_back(column);
        row.emplace_back(value);
    }
    return table;
}

}  // namespace rehearsal
