// MySQL and MariaDB: replication, sessions, who may write.
#include <fmt/format.h>

#include "runtime/module.hpp"
#include "stdlib/mysql/actions.hpp"
#include "stdlib/mysql/client.hpp"
#include "stdlib/mysql/discovery.hpp"
#include "stdlib/mysql/end_sessions.hpp"
#include "stdlib/mysql/read/position.hpp"
#include "stdlib/mysql/read/replica.hpp"
#include "stdlib/mysql/read/server.hpp"
#include "stdlib/mysql/read/session.hpp"
#include "stdlib/mysql/replication/follow.hpp"
#include "stdlib/mysql/rights.hpp"
#include "stdlib/mysql/verdict.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::mysql {

namespace {

using namespace std::chrono_literals;
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

Read read_replicas(TableReader then) {
    return read([](const Context& context) { return std::string(server_of(context).show_replication()); }, std::move(then));
}

Builtin replica() {
    return {
        {.name = "replica",
         .parameters = {},
         .result = Type::of(replica_type()),
         .doc = "How replication stands on a server with one source. A server that is not a replica answers `configured: false`, with no "
                "thread running; one with several sources is unknown: ask `replicas`. A source that died is noticed late: "
                "for up to a minute both threads may still say Yes.",
         .example = "require mysql.replica().running on acd-dbm1",
         .deadline = 20s},
        Query{read_replicas([](std::string_view out) { return only_replica(replicas_from(out)); }), about("replication")},
        known_server()};
}

Builtin replicas() {
    return {{.name = "replicas",
             .parameters = {},
             .result = Type::list_of(Type::of(replica_type())),
             .doc = "How replication stands, for each source that the server has: an empty list on a server that is not a replica.",
             .example = "require all r in mysql.replicas() on acd-dbr1: r.running",
             .deadline = 20s},
            Query{read_replicas(replicas_from), about("replication")},
            known_server()};
}

Builtin caught_up() {
    return {{.name = "caught_up",
             .parameters = {},
             .result = Kind::Bool,
             .doc = "Has the server executed all that it received, from every source, with both threads running? Compared by positions, "
                    "never by seconds. False on a server that is not a replica. What the source wrote a moment ago may not have been "
                    "received yet: stop the writers first, and wait with `holding`.",
             .example = "wait_until mysql.caught_up() on acd-dbm2  within 30m  holding 10s",
             .deadline = 20s},
            Query{read_replicas([](std::string_view out) { return all_caught_up(replicas_from(out)); }), about("replication")},
            known_server()};
}

/// The list of sessions as `choose` leaves it.
Query about_sessions(std::function<Value(const Value& sessions, const Context&)> choose) {
    return {{.commands = [](const Context& context) { return ask(context, show_sessions); },
             .value =
                 [choose = std::move(choose)](std::span<const Reply> replies, const Context& context) {
                     return answered(replies, context, [&](std::span<const Reply> all) {
                         return choose(sessions_from(all.front().out, machines_of(context)), context);
                     });
                 }},
            about("sessions")};
}

Builtin sessions() {
    return {{.name = "sessions",
             .parameters = {},
             .result = Type::list_of(Type::of(session_type())),
             .doc = "Who is connected, threads of the server and our own session included. Unknown where the user lacks the privilege "
                    "PROCESS and so sees only its own sessions.",
             .example = "require no s in mysql.sessions() on acd-dbm1: s.user == \"jtel\"",
             .deadline = 20s},
            about_sessions([](const Value& all, const Context&) { return all; }),
            known_server()};
}

Builtin client_sessions() {
    return {{.name = "client_sessions",
             .parameters = {{.name = "ignore",
                             .type = Type::list_of(Kind::Text),
                             .doc = "users whose sessions do not count, such as one that monitors",
                             .default_value = Value::list({}),
                             .takes_all = "it is compared with the users of the sessions"}},
             .result = Type::list_of(Type::of(session_type())),
             .doc = "The sessions of clients: neither replication, nor threads of the server, nor our own.",
             .example = "wait_until mysql.client_sessions(ignore: [\"monitor\"]).count on acd-dbm1 == 0  within 15m  holding 15s",
             .deadline = 20s},
            about_sessions([](const Value& all, const Context& context) { return clients_of(all, context.arguments["ignore"]); }),
            known_server()};
}

Builtin read_only() {
    return {{.name = "read_only",
             .parameters = {},
             .result = Kind::Bool,
             .doc = "Does the server refuse to write for ordinary users (`read_only`)? Users with all privileges may still write.",
             .example = "require mysql.read_only() on acd-dbm2",
             .deadline = 20s},
            Query{read(always(show_read_only), switch_from), about("read_only")},
            known_server()};
}

Builtin source() {
    return {{.name = "source",
             .parameters = {},
             .result = Type::of(source_type()),
             .doc = "Where a server that others follow stands: what they must have before one of them may take its place. Close it to "
                    "writers first, or the answer is old when it arrives.",
             .example = "require mysql.source().semi_sync on acd-dbm1 != FellBack",
             .deadline = 20s},
            Query{Read{.commands =
                           [](const Context& context) {
                               auto commands = ask(context, server_of(context).show_position());
                               for (const std::string_view statement : {show_semi_sync, show_port}) {
                                   for (Command& more : ask(context, statement)) commands.push_back(std::move(more));
                               }
                               return commands;
                           },
                       .value =
                           [](std::span<const Reply> replies, const Context& context) {
                               return answered(replies, context, [&](std::span<const Reply> all) {
                                   return source_from(*context.host, all[0].out, all[1].out, all[2].out);
                               });
                           }},
                  support::everything("mysql")},
            known_server()};
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
         .result = Type::list_of(Type::of(session_type())),
         .doc = "Sessions of programs that switch databases over by themselves (Orchestrator, MaxScale, MHA, MMM, replication-manager, "
                "MySQL Router, ProxySQL), by the users that they usually log in as. They see a planned switchover as a failure and act on "
                "it: pause them first.",
         .example = "require mysql.managers().count on acd-dbm1 == 0",
         .deadline = 20s},
        about_sessions([](const Value& all, const Context&) { return managers_of(all); }),
        known_server()};
}

runtime::Residue closed() {
    const auto told = [](std::span<const Reply> replies, const Context& context) {
        const Value is = answered(replies, context, [](std::span<const Reply> all) { return switch_from(all.front().out); });
        if (is.is_unknown()) return is;
        if (!is.boolean()) return Value::list({});
        return Value::list({runtime::thing(fmt::format("{} is closed to writers", context.host->name), "read_only")});
    };
    Read read = mysql::read(always(show_read_only), {});
    read.value = told;
    return {.name = "closed to writers", .query = {std::move(read), about("read_only")}, .needs = known_server(), .applies = is_database};
}

Value stopped_threads(const Value& replicas, const std::string& host) {
    std::vector<Value> stopped;
    for (const Value& replica : replicas.items()) {
        for (const char* thread : {"io", "sql"}) {
            const Value& state = replica.field(thread);
            if (state.is_unknown()) return state;
            if (state.member_name() == "No")
                stopped.push_back(
                    runtime::thing(fmt::format("{} does not replicate from {}: its {} thread is stopped", host,
                                               replica.field("source").plain(), std::string_view(thread) == "io" ? "I/O" : "SQL"),
                                   fmt::format("{} thread of {}", thread, replica.field("source").plain())));
        }
    }
    return Value::list(std::move(stopped));
}

runtime::Residue stopped_replication() {
    Read read = read_replicas({});
    read.value = [](std::span<const Reply> replies, const Context& context) {
        return answered(replies, context, [&](std::span<const Reply> all) {
            const Value replicas = replicas_from(all.front().out);
            return replicas.is_unknown() ? replicas : stopped_threads(replicas, context.host->name);
        });
    };
    return {
        .name = "stopped replication", .query = {std::move(read), about("replication")}, .needs = known_server(), .applies = is_database};
}

Builtin with(runtime::Rights rights, Builtin builtin) {
    builtin.rights = std::move(rights);
    return builtin;
}

}  // namespace

runtime::Module module() {
    return {
        .name = "mysql",
        .doc =
            "MySQL (5.7 and later) and MariaDB (10 and later). The site's cluster of kind mysql names the user and the password; without "
            "them the client's own configuration or the socket's log-in holds. The user needs PROCESS and, by server: REPLICATION CLIENT "
            "(MySQL), "
            "or SLAVE MONITOR and BINLOG MONITOR (MariaDB) to look; REPLICATION SLAVE ADMIN, READ_ONLY ADMIN and CONNECTION ADMIN "
            "(MariaDB), or "
            "REPLICATION_SLAVE_ADMIN, CONNECTION_ADMIN and SYSTEM_VARIABLES_ADMIN (MySQL) to act.",
        .builtins = {replica(), replicas(), caught_up(), source(), safe_to_promote(), sessions(), client_sessions(), managers(),
                     read_only(), with(to_order_replication, start_replica()), with(to_order_replication, stop_replica()),
                     with(to_order_replication, follow()), with(to_open_and_close, make_read_only()),
                     with(to_open_and_close, make_writable()), with(to_open_and_close, promote()), with(to_end_sessions, end_sessions())},
        .detections = {{detected_client, find_client()}, {detected_server, read(always(show_version), version_from)}},
        .residues = {closed(), stopped_replication()},
        .sources =
            {"MySQL 8.4 Reference Manual, SHOW REPLICA STATUS and SHOW PROCESSLIST", "MySQL 8.0.22 release notes (REPLICA for SLAVE)",
             "MySQL 8.4 Reference Manual, CHANGE REPLICATION SOURCE TO, KILL, and the variables max_execution_time and lock_wait_timeout",
             "MariaDB Knowledge Base, CHANGE MASTER TO, gtid_slave_pos, KILL and Aborting Statements that Exceed a Certain Time",
             "MariaDB Knowledge Base, SHOW REPLICA STATUS, Replication Threads, Global Transaction ID"},
        .evidence = {{Evidence::How::Real, "MariaDB 10.11"},
                     {Evidence::How::Recorded, "MariaDB 10.11"},
                     {Evidence::How::Manual, "MySQL 5.7, 8.0 and 8.4"}},
        .cluster = "mysql",
        .cluster_kinds = {{.name = "mysql",
                           .entries = {{.name = "replication", .one_of = {"master-master", "master-replica"}},
                                       {.name = "replicas", .takes = lang::ClusterEntry::Takes::Hosts, .machines = true},
                                       {.name = "user"},
                                       {.name = "password", .takes = lang::ClusterEntry::Takes::Secret}}}},
        .discovery = discovery(),
        .aliases = {"mariadb"},
        .rights = to_look};
}

}  // namespace stdlib::mysql
