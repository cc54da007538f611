#include "stdlib/mysql/read/replica.hpp"

#include <fmt/format.h>

#include "stdlib/mysql/read/table.hpp"
#include "stdlib/support/scan.hpp"

namespace stdlib::mysql {

namespace {

using lang::Kind;
using lang::Type;
using lang::Value;

/// One connection's row, by the names of either generation.
class Connection {
  public:
    Connection(const Table& table, const Row& row) : table_(table), row_(row) {}

    Value text(std::initializer_list<std::string_view> names) const {
        const Cell* cell = table_.cell(row_, names);
        if (cell == nullptr) return Value::unknown(fmt::format("the server did not tell {}", *names.begin()));
        return cell->value_or("");
    }
    Value text_if_told(std::initializer_list<std::string_view> names) const {
        return table_.cell(row_, names) == nullptr ? Value("") : text(names);
    }
    Value thread(std::initializer_list<std::string_view> names) const {
        const Value word = text(names);
        return word.is_unknown() ? word : Value::member(thread_type(), word.text());
    }
    Value behind() const {
        const Cell* cell = table_.cell(row_, {"Seconds_Behind_Source", "Seconds_Behind_Master"});
        if (cell == nullptr || !*cell) return Value::unknown("the server itself cannot tell how far it is behind (NULL)");
        const Value seconds = support::integer_value(**cell, "number of seconds");
        return seconds.is_unknown() ? seconds : Value(lang::Duration(std::chrono::seconds(seconds.integer())));
    }

  private:
    const Table& table_;
    const Row& row_;
};

Value source_of(const Connection& connection) {
    const Value host = connection.text({"Source_Host", "Master_Host"});
    const Value port = connection.text({"Source_Port", "Master_Port"});
    if (host.is_unknown()) return host;
    if (port.is_unknown()) return host;
    return fmt::format("{}:{}", host.text(), port.text());
}

Value last_error_of(const Connection& connection) {
    const Value sql = connection.text_if_told({"Last_SQL_Error"});
    const Value io = connection.text_if_told({"Last_IO_Error"});
    return sql.text().empty() ? io : sql;
}

/// The server_id of the source; 0 while the source was never reached.
Value source_id_of(const Connection& connection) {
    const Value id = connection.text({"Source_Server_Id", "Master_Server_Id"});
    return id.is_unknown() ? id : support::integer_value(id.text(), "server id");
}

/// A place in the source's binary log.
Value place(const Connection& connection, std::initializer_list<std::string_view> file, std::initializer_list<std::string_view> offset) {
    const Value name = connection.text(file), at = connection.text(offset);
    if (name.is_unknown()) return name;
    if (at.is_unknown()) return at;
    return name.text().empty() ? std::string() : fmt::format("{}:{}", name.text(), at.text());
}

/// All that was received is executed. What the source has written since is not in it, so a source that died counts until the
/// I/O thread notices; `Seconds_Behind_…` is not asked, as it is 0 or NULL in states that are not "in sync".
Value executed_all(const Value& received, const Value& executed) {
    return logical_and(logical_not(equal(received, Value(""))), equal(received, executed));
}

Value replica_from(const Connection& connection) {
    const Value yes = Value::member(thread_type(), "Yes");
    const Value io = connection.thread({"Replica_IO_Running", "Slave_IO_Running"});
    const Value sql = connection.thread({"Replica_SQL_Running", "Slave_SQL_Running"});
    const Value running = logical_and(equal(io, yes), equal(sql, yes));
    const Value received = place(connection, {"Source_Log_File", "Master_Log_File"}, {"Read_Source_Log_Pos", "Read_Master_Log_Pos"});
    const Value executed =
        place(connection, {"Relay_Source_Log_File", "Relay_Master_Log_File"}, {"Exec_Source_Log_Pos", "Exec_Master_Log_Pos"});
    return support::record(replica_type(), {
                                               {"configured", true},
                                               {"channel", connection.text_if_told({"Connection_name", "Channel_Name"})},
                                               {"source", source_of(connection)},
                                               {"source_id", source_id_of(connection)},
                                               {"io", io},
                                               {"sql", sql},
                                               {"running", running},
                                               {"caught_up", logical_and(running, executed_all(received, executed))},
                                               {"received", received},
                                               {"executed", executed},
                                               {"behind", connection.behind()},
                                               {"last_error", last_error_of(connection)},
                                               {"gtid", connection.text_if_told({"Gtid_Slave_Pos", "Executed_Gtid_Set", "Gtid_IO_Pos"})},
                                           });
}

Value no_replica() {
    const Value no = Value::member(thread_type(), "No");
    return support::record(replica_type(), {
                                               {"configured", false},
                                               {"channel", ""},
                                               {"source", ""},
                                               {"source_id", Value::unknown("this server is not a replica")},
                                               {"io", no},
                                               {"sql", no},
                                               {"running", false},
                                               {"caught_up", false},
                                               {"received", ""},
                                               {"executed", ""},
                                               {"behind", Value::unknown("this server is not a replica")},
                                               {"last_error", ""},
                                               {"gtid", ""},
                                           });
}

}  // namespace

const std::shared_ptr<const lang::EnumType>& thread_type() {
    static const auto type = support::enumeration("mysql.Thread", {"Yes", "No", "Connecting", "Preparing"});
    return type;
}

const std::shared_ptr<const lang::RecordType>& replica_type() {
    static const auto type = support::record_type(
        "mysql.Replica", {
                             {"configured", Kind::Bool, "is this server a replica at all? Where not, nothing below is running"},
                             {"channel", Kind::Text, "the connection's name (MariaDB) or channel (MySQL); empty for the default one"},
                             {"source", Kind::Text, "host:port of the source"},
                             {"source_id", Kind::Int, "the server_id of the source; 0 while it was never reached"},
                             {"io", Type::of(thread_type()), "the thread that receives: Connecting while the source does not answer"},
                             {"sql", Type::of(thread_type()), "the thread that executes"},
                             {"running", Kind::Bool, "both threads say Yes"},
                             {"caught_up", Kind::Bool, "running, and all that was received is executed"},
                             {"received", Kind::Text, "how far, as a place in the source's binary log: \"mysql-bin.000002:812\""},
                             {"executed", Kind::Text, "how far, in the same log"},
                             {"behind", Kind::Duration,
                              "as the server reckons it; unknown where it says NULL. For display: ask `caught_up` before a change"},
                             {"last_error", Kind::Text, "of the SQL thread, or else of the I/O thread; empty without one"},
                             {"gtid", Kind::Text, "the position that is executed, where GTIDs are in use"},
                         });
    return type;
}

Value replicas_from(std::string_view output) {
    const auto table = table_from(support::lines(output));
    if (!table) return support::unreadable("the replication status is not a table of rows and columns", output);
    std::vector<Value> replicas;
    for (const Row& row : table->rows) replicas.push_back(replica_from(Connection(*table, row)));
    return Value::list(std::move(replicas));
}

Value only_replica(const Value& replicas) {
    if (replicas.is_unknown()) return replicas;
    const auto& all = replicas.items();
    if (all.empty()) return no_replica();
    if (all.size() == 1) return all.front();
    return Value::unknown(fmt::format("this server replicates from {} sources: ask mysql.replicas()", all.size()), replicas.show());
}

Value all_caught_up(const Value& replicas) {
    if (replicas.is_unknown()) return replicas;
    Value result = !replicas.items().empty();
    for (const Value& replica : replicas.items()) result = logical_and(result, replica.field("caught_up"));
    return result;
}

}  // namespace stdlib::mysql
