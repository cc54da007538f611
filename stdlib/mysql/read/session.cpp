#include "stdlib/mysql/read/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "stdlib/mysql/read/table.hpp"
#include "stdlib/support/scan.hpp"

namespace stdlib::mysql {

namespace {

using lang::Kind;
using lang::Type;
using lang::Value;

std::string plain(const Cell* cell) { return cell == nullptr ? std::string() : cell->value_or(""); }

/// Threads of the server itself come under these names; no log-in has them.
bool is_server_user(std::string_view user) { return user == "system user" || user == "event_scheduler"; }

std::string_view kind_of(std::string_view user, std::string_view command, bool own) {
    if (own) return "Own";
    if (command.starts_with("Binlog Dump") || command.starts_with("Register ")) return "Replication";
    if (command == "Daemon" || user == "event_scheduler" || user == "mysql.session") return "System";
    return user == "system user" ? "Replication" : "Client";
}

Value time_of(const Cell* cell) {
    if (cell == nullptr || !*cell) return Value::unknown("the server does not tell since when (NULL)");
    const Value seconds = support::integer_value(**cell, "number of seconds");
    return seconds.is_unknown() ? seconds : Value(lang::Duration(std::chrono::seconds(seconds.integer())));
}

Value session_from(const Table& table, const Row& row, std::string_view own_id, const MachineAt& machine_at) {
    const std::string id = plain(table.cell(row, {"Id"}));
    const std::string user = plain(table.cell(row, {"User"}));
    const std::string host = plain(table.cell(row, {"Host"}));
    const std::string command = plain(table.cell(row, {"Command"}));
    return support::record(session_type(), {
                                               {"id", support::integer_value(id, "session id")},
                                               {"user", user},
                                               {"host", host},
                                               {"machine", machine_at(std::string_view(host).substr(0, host.rfind(':')))},
                                               {"db", plain(table.cell(row, {"db"}))},
                                               {"command", command},
                                               {"time", time_of(table.cell(row, {"Time"}))},
                                               {"state", plain(table.cell(row, {"State"}))},
                                               {"kind", Value::member(session_kind_type(), kind_of(user, command, id == own_id))},
                                           });
}

/// The four results, one after the other: our id, a count, the list, a count.
struct Answer {
    std::string_view own_id;
    std::int64_t connected_before = 0, connected_after = 0;
    Table list;
};

std::optional<std::int64_t> connected(std::span<const std::string_view> result) {
    if (result[0] != "Variable_name\tValue" || !result[1].starts_with("Threads_connected\t")) return std::nullopt;
    return support::integer(result[1].substr(result[1].find('\t') + 1));
}

std::optional<Answer> answer_from(std::string_view output) {
    const std::vector<std::string_view> all = support::lines(output);
    const std::span<const std::string_view> rest(all);
    if (rest.size() < 8 || rest[0] != "CONNECTION_ID()") return std::nullopt;
    const auto before = connected(rest.subspan(2, 2));
    const auto after = connected(rest.last(2));
    auto list = table_from(rest.subspan(4, rest.size() - 6));
    if (!before || !after || !list) return std::nullopt;
    for (const std::string_view column : {"Id", "User", "Command"}) {
        if (std::find(list->columns.begin(), list->columns.end(), column) == list->columns.end()) return std::nullopt;
    }
    return Answer{rest[1], *before, *after, std::move(*list)};
}

}  // namespace

const std::shared_ptr<const lang::EnumType>& session_kind_type() {
    static const auto type = support::enumeration("mysql.SessionKind", {"Client", "Replication", "System", "Own"});
    return type;
}

const std::shared_ptr<const lang::RecordType>& session_type() {
    static const auto type = support::record_type(
        "mysql.Session", {
                             {"id", Kind::Int, "as KILL takes it"},
                             {"user", Kind::Text, "who logged in; \"system user\" for threads of the server"},
                             {"host", Kind::Text, "from where, with the port"},
                             {"machine", Kind::Text, "the site's machine of that address or name; empty where it has none"},
                             {"db", Kind::Text, "the database in use; empty without one"},
                             {"command", Kind::Text, "what it is doing: Query, Sleep, Binlog Dump, …"},
                             {"time", Kind::Duration, "how long it has been doing that; unknown where the server says NULL"},
                             {"state", Kind::Text, "the server's words for the state"},
                             {"kind", Type::of(session_kind_type()),
                              "Client; Replication: threads that send or apply changes; System: other threads of the server; "
                              "Own: the one that asks"},
                         });
    return type;
}

MachineAt machines_of(const runtime::Context& context) {
    return [&context](std::string_view address) {
        if (address == "localhost" || address == "127.0.0.1" || address == "::1") return context.host->name;
        const auto& hosts = context.site->hosts;
        const auto found =
            std::find_if(hosts.begin(), hosts.end(), [&](const auto& host) { return host->address == address || host->name == address; });
        return found == hosts.end() ? std::string() : (*found)->name;
    };
}

Value sessions_from(std::string_view output, const MachineAt& machine_at) {
    const auto answer = answer_from(output);
    if (!answer) return support::unreadable("the list of sessions has not the expected form", output);
    std::vector<Value> sessions;
    std::int64_t seen = 0;
    for (const Row& row : answer->list.rows) {
        sessions.push_back(session_from(answer->list, row, answer->own_id, machine_at));
        const Value& session = sessions.back();
        if (!is_server_user(session.field("user").text()) && session.field("command").text() != "Daemon") ++seen;
    }
    const std::int64_t connected = std::min(answer->connected_before, answer->connected_after);
    if (seen < connected)
        return Value::unknown(fmt::format("{} sessions are connected but only {} are shown: grant the user PROCESS", connected, seen));
    return Value::list(std::move(sessions));
}

Value clients_of(const Value& sessions, const Value& ignored) {
    if (sessions.is_unknown()) return sessions;
    const std::vector<Value>& users = ignored.items();
    const auto is_ignored = [&](const std::string& user) {
        return std::any_of(users.begin(), users.end(), [&](const Value& one) { return one.text() == user; });
    };
    std::vector<Value> clients;
    for (const Value& session : sessions.items()) {
        if (session.field("kind").member_name() == "Client" && !is_ignored(session.field("user").text())) clients.push_back(session);
    }
    return Value::list(std::move(clients));
}

}  // namespace stdlib::mysql
