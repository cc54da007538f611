// MySQL and MariaDB: replication, sessions, who may write.
#include <fmt/format.h>

#include "runtime/module.hpp"
#include "stdlib/mysql/actions.hpp"
#include "stdlib/mysql/client.hpp"
#include "stdlib/mysql/position.hpp"
#include "stdlib/mysql/replica.hpp"
#include "stdlib/mysql/server.hpp"
#include "stdlib/mysql/session.hpp"
#include "stdlib/mysql/verdict.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib {

namespace {

using namespace std::chrono_literals;
using lang::Effect;
using lang::Kind;
using lang::Type;
using lang::Value;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::Evidence;
using runtime::Query;
using runtime::Read;
using runtime::Reply;

Read read_replicas(sql::TableReader then) {
    return sql::read([](const Context& context) { return std::string(sql::server_of(context).show_replication()); }, std::move(then));
}

Builtin replica() {
    return {
        {.name = "replica",
         .parameters = {},
         .result = Type::of(sql::replica_type()),
         .doc = "How replication stands on a server with one source. A server that is no replica answers `configured: false`, with no "
                "thread running; one with several sources is unknown: ask `replicas`. A source that died is noticed late: "
                "for up to a minute both threads may still say Yes.",
         .example = "require mysql.replica().running on acd-dbm1",
         .deadline = 20s},
        Query{read_replicas([](std::string_view out) { return sql::only_replica(sql::replicas_from(out)); }), sql::about("replication")},
        sql::known_server()};
}

Builtin replicas() {
    return {{.name = "replicas",
             .parameters = {},
             .result = Type::list_of(Type::of(sql::replica_type())),
             .doc = "How replication stands, for each source that the server has: an empty list on a server that is no replica.",
             .example = "require all r in mysql.replicas() on acd-dbr1: r.running",
             .deadline = 20s},
            Query{read_replicas(sql::replicas_from), sql::about("replication")},
            sql::known_server()};
}

Builtin caught_up() {
    return {
        {.name = "caught_up",
         .parameters = {},
         .result = Kind::Bool,
         .doc = "Has the server executed all that it received, from every source, with both threads running? Compared by positions, "
                "never by seconds. False on a server that is no replica. What the source wrote a moment ago may not have been "
                "received yet: stop the writers first, and wait with `holding`.",
         .example = "wait_until mysql.caught_up() on acd-dbm2  within 30m  holding 10s",
         .deadline = 20s},
        Query{read_replicas([](std::string_view out) { return sql::all_caught_up(sql::replicas_from(out)); }), sql::about("replication")},
        sql::known_server()};
}

Builtin sessions() {
    return {{.name = "sessions",
             .parameters = {},
             .result = Type::list_of(Type::of(sql::session_type())),
             .doc = "Who is connected, threads of the server and our own session included. Unknown where the user lacks the privilege "
                    "PROCESS and so sees only its own sessions.",
             .example = "require no s in mysql.sessions() on acd-dbm1: s.user == \"jtel\"",
             .deadline = 20s},
            Query{sql::read(sql::always(sql::show_sessions), sql::sessions_from), sql::about("sessions")},
            sql::known_client()};
}

Builtin client_sessions() {
    return {{.name = "client_sessions",
             .parameters = {},
             .result = Type::list_of(Type::of(sql::session_type())),
             .doc = "The sessions of clients: neither replication, nor threads of the server, nor our own.",
             .example = "wait_until mysql.client_sessions().count on acd-dbm1 == 0  within 15m  holding 15s",
             .deadline = 20s},
            Query{sql::read(sql::always(sql::show_sessions), [](std::string_view out) { return sql::clients_of(sql::sessions_from(out)); }),
                  sql::about("sessions")},
            sql::known_client()};
}

Builtin read_only() {
    return {{.name = "read_only",
             .parameters = {},
             .result = Kind::Bool,
             .doc = "Does the server refuse to write for ordinary users (`read_only`)? Users with all privileges may still write.",
             .example = "require mysql.read_only() on acd-dbm2",
             .deadline = 20s},
            Query{sql::read(sql::always(sql::show_read_only), sql::switch_from), sql::about("read_only")},
            sql::known_client()};
}

Builtin source() {
    return {{.name = "source",
             .parameters = {},
             .result = Type::of(sql::source_type()),
             .doc = "Where a server that others follow stands: what they must have before one of them may take its place. Close it to "
                    "writers first, or the answer is old when it arrives.",
             .example = "require mysql.source().semi_sync on acd-dbm1 != FellBack",
             .deadline = 20s},
            Query{Read{.commands =
                           [](const Context& context) {
                               auto commands = sql::ask(context, sql::server_of(context).show_position());
                               for (Command& more : sql::ask(context, sql::show_semi_sync)) commands.push_back(std::move(more));
                               return commands;
                           },
                       .value =
                           [](std::span<const Reply> replies, const Context& context) {
                               return sql::answered(replies, context,
                                                    [](std::span<const Reply> all) { return sql::source_from(all[0].out, all[1].out); });
                           }},
                  support::everything("mysql")},
            sql::known_server()};
}

/// Other programs that move the roles of servers around log in by these names, unless somebody chose others.
bool is_manager(const Value& session) {
    const std::string& user = session.field("user").text();
    const auto begins = [&](std::string_view name) { return user.starts_with(name); };
    return begins("orchestrator") || begins("orc_") || begins("maxscale") || begins("maxuser") || begins("mha") || begins("mmm_") ||
           begins("replication-manager") || begins("mysqlrouter") || begins("proxysql");
}

Value managers_of(const Value& sessions) {
    if (sessions.is_unknown()) return sessions;
    std::vector<Value> found;
    for (const Value& session : sessions.items()) {
        if (is_manager(session)) found.push_back(session);
    }
    return Value::list(std::move(found));
}

Builtin managers() {
    return {
        {.name = "managers",
         .parameters = {},
         .result = Type::list_of(Type::of(sql::session_type())),
         .doc = "Sessions of programs that switch databases over by themselves (Orchestrator, MaxScale, MHA, MMM, replication-manager, "
                "MySQL Router, ProxySQL), by the users that they usually log in as. They see a planned switchover as a failure and act on "
                "it: pause them first.",
         .example = "require mysql.managers().count on acd-dbm1 == 0",
         .deadline = 20s},
        Query{sql::read(sql::always(sql::show_sessions), [](std::string_view out) { return managers_of(sql::sessions_from(out)); }),
              sql::about("sessions")},
        sql::known_client()};
}

runtime::Residue closed() {
    const auto told = [](std::span<const Reply> replies, const Context& context) {
        const Value is = sql::answered(replies, context, [](std::span<const Reply> all) { return sql::switch_from(all.front().out); });
        if (is.is_unknown()) return is;
        return Value::list(is.boolean() ? std::vector<Value>{fmt::format("{} is closed to writers", context.host->name)}
                                        : std::vector<Value>{});
    };
    Read read = sql::read(sql::always(sql::show_read_only), {});
    read.value = told;
    return {.name = "closed to writers",
            .query = {std::move(read), sql::about("read_only")},
            .needs = sql::known_client(),
            .applies = sql::is_database};
}

Value stopped_threads(const Value& replicas, const std::string& host) {
    std::vector<Value> stopped;
    for (const Value& replica : replicas.items()) {
        for (const char* thread : {"io", "sql"}) {
            const Value& state = replica.field(thread);
            if (state.is_unknown()) return state;
            if (state.member_name() == "No")
                stopped.emplace_back(fmt::format("{} does not replicate from {}: its {} thread is stopped", host,
                                                 replica.field("source").plain(), std::string_view(thread) == "io" ? "I/O" : "SQL"));
        }
    }
    return Value::list(std::move(stopped));
}

runtime::Residue stopped_replication() {
    Read read = read_replicas({});
    read.value = [](std::span<const Reply> replies, const Context& context) {
        return sql::answered(replies, context, [&](std::span<const Reply> all) {
            const Value replicas = sql::replicas_from(all.front().out);
            return replicas.is_unknown() ? replicas : stopped_threads(replicas, context.host->name);
        });
    };
    return {.name = "stopped replication",
            .query = {std::move(read), sql::about("replication")},
            .needs = sql::known_server(),
            .applies = sql::is_database};
}

}  // namespace

runtime::Module mysql() {
    return {
        .name = "mysql",
        .doc =
            "MySQL (5.7 and later) and MariaDB (10 and later). The site's cluster of kind mysql names the user and the password; without "
            "them the client's own configuration or the socket's log-in holds. The user needs PROCESS and, by server: REPLICATION CLIENT "
            "(MySQL), "
            "or SLAVE MONITOR and BINLOG MONITOR (MariaDB) to look; REPLICATION SLAVE ADMIN and READ_ONLY ADMIN (MariaDB), or "
            "REPLICATION_SLAVE_ADMIN, CONNECTION_ADMIN and SYSTEM_VARIABLES_ADMIN (MySQL) to act.",
        .builtins = {replica(), replicas(), caught_up(), source(), sql::safe_to_promote(), sessions(), client_sessions(), managers(),
                     read_only(), sql::start_replica(), sql::stop_replica(), sql::make_read_only(), sql::make_writable(), sql::promote()},
        .detections = {{sql::detected_client, sql::find_client()},
                       {sql::detected_server, sql::read(sql::always(sql::show_version), sql::version_from)}},
        .residues = {closed(), stopped_replication()},
        .sources = {"MySQL 8.4 Reference Manual, SHOW REPLICA STATUS and SHOW PROCESSLIST",
                    "MySQL 8.0.22 release notes (REPLICA for SLAVE)",
                    "MariaDB Knowledge Base, SHOW REPLICA STATUS, Replication Threads, Global Transaction ID"},
        .evidence = {{Evidence::How::Real, "MariaDB 10.11"},
                     {Evidence::How::Recorded, "MariaDB 10.11"},
                     {Evidence::How::Manual, "MySQL 5.7, 8.0 and 8.4"}}};
}

}  // namespace stdlib
