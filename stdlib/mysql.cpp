// MySQL and MariaDB: replication, sessions, who may write.
#include "runtime/module.hpp"
#include "stdlib/mysql/client.hpp"
#include "stdlib/mysql/replica.hpp"
#include "stdlib/mysql/server.hpp"
#include "stdlib/mysql/session.hpp"
#include "stdlib/mysql/verdict.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib {

namespace {

using namespace std::chrono_literals;
using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Type;
using lang::Value;
using runtime::Action;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::Query;
using runtime::Read;
using runtime::Reply;

constexpr auto detected_server = "mysql.server";

sql::Server server(const Context& context) {
    const auto found = context.detected.find(detected_server);
    return found == context.detected.end() ? sql::Server{} : sql::server_from(found->second);
}

using Statement = std::function<std::string_view(const Context&)>;
using Reader = std::function<Value(std::string_view output)>;

Statement always(std::string_view sql) {
    return [sql](const Context&) { return sql; };
}

/// One statement (or several in one go, all answered in one output) and its reader.
Read read(Statement statement, Reader reader) {
    return {.commands = [statement = std::move(statement)](const Context& context) { return sql::ask(context, statement(context)); },
            .value =
                [reader = std::move(reader)](std::span<const Reply> replies, const Context& context) {
                    return sql::answered(replies, context, [&](std::span<const Reply> all) { return reader(all.front().out); });
                }};
}

Read read_replicas(Reader then) {
    return read([](const Context& context) { return server(context).show_replication(); }, std::move(then));
}

/// The only command of an action: what its probe has seen was answered, so the password is there.
Command the(std::vector<Command> commands) { return std::move(commands.front()); }

runtime::Footprints about(std::string object) {
    return [object = std::move(object)](const Context&) { return std::vector{runtime::Footprint{"mysql", object}}; };
}

Builtin replica() {
    return {{.name = "replica",
             .parameters = {},
             .result = Type::of(sql::replica_type()),
             .doc = "How replication stands on a server with one source. A server that is no replica answers `configured: false`, with no "
                    "thread running; one with several sources is unknown: ask `replicas`. A source that died is noticed late: "
                    "for up to a minute both threads may still say Yes.",
             .example = "require mysql.replica().running on acd-dbm1",
             .deadline = 20s},
            Query{read_replicas([](std::string_view out) { return sql::only_replica(sql::replicas_from(out)); }), about("replication")},
            {detected_server}};
}

Builtin replicas() {
    return {{.name = "replicas",
             .parameters = {},
             .result = Type::list_of(Type::of(sql::replica_type())),
             .doc = "How replication stands, for each source that the server has: an empty list on a server that is no replica.",
             .example = "require all r in mysql.replicas() on acd-dbr1: r.running",
             .deadline = 20s},
            Query{read_replicas(sql::replicas_from), about("replication")},
            {detected_server}};
}

Builtin caught_up() {
    return {{.name = "caught_up",
             .parameters = {},
             .result = Kind::Bool,
             .doc = "Has the server executed all that it received, from every source, with both threads running? Compared by positions, "
                    "never by seconds. False on a server that is no replica. What the source wrote a moment ago may not have been "
                    "received yet: stop the writers first, and wait with `holding`.",
             .example = "wait_until mysql.caught_up() on acd-dbm2  within 30m  holding 10s",
             .deadline = 20s},
            Query{read_replicas([](std::string_view out) { return sql::all_caught_up(sql::replicas_from(out)); }), about("replication")},
            {detected_server}};
}

Builtin sessions() {
    return {{.name = "sessions",
             .parameters = {},
             .result = Type::list_of(Type::of(sql::session_type())),
             .doc = "Who is connected, threads of the server and our own session included. Unknown where the user lacks the privilege "
                    "PROCESS and so sees only its own sessions.",
             .example = "require no s in mysql.sessions() on acd-dbm1: s.user == \"jtel\"",
             .deadline = 20s},
            Query{read(always(sql::show_sessions), sql::sessions_from), about("sessions")},
            {}};
}

Builtin client_sessions() {
    return {{.name = "client_sessions",
             .parameters = {},
             .result = Type::list_of(Type::of(sql::session_type())),
             .doc = "The sessions of clients: neither replication, nor threads of the server, nor our own.",
             .example = "wait_until mysql.client_sessions().count on acd-dbm1 == 0  within 15m  holding 15s",
             .deadline = 20s},
            Query{read(always(sql::show_sessions), [](std::string_view out) { return sql::clients_of(sql::sessions_from(out)); }),
                  about("sessions")},
            {}};
}

Builtin read_only() {
    return {{.name = "read_only",
             .parameters = {},
             .result = Kind::Bool,
             .doc = "Does the server refuse to write for ordinary users (`read_only`)? Users with all privileges may still write.",
             .example = "require mysql.read_only() on acd-dbm2",
             .deadline = 20s},
            Query{read(always(sql::show_read_only), sql::switch_from), about("read_only")},
            {}};
}

Action replication_action(Statement statement, sql::Judge judge) {
    return {.probe = Read{.commands =
                              [](const Context& context) {
                                  // Twice, a second apart: a thread that is going to fail says Yes for a moment after START SLAVE.
                                  const std::string show(server(context).show_replication());
                                  auto commands = sql::ask(context, show);
                                  for (Command& again : sql::ask(context, "DO SLEEP(1); " + show)) commands.push_back(std::move(again));
                                  return commands;
                              },
                          .value =
                              [](std::span<const Reply> replies, const Context& context) {
                                  return sql::answered(replies, context, [](std::span<const Reply> all) {
                                      return sql::steady(sql::replicas_from(all.front().out), sql::replicas_from(all.back().out));
                                  });
                              }},
            .judge = [judge](const Value& seen, const Context&) { return judge(seen, sql::When::Before); },
            .command = [statement = std::move(statement)](const Value&,
                                                          const Context& context) { return the(sql::ask(context, statement(context))); },
            .complaint = sql::complaint,
            .arrived = [judge](const Value&, const Value& now, const Context&) { return judge(now, sql::When::After); },
            .touches = about("replication")};
}

Builtin start_replica() {
    return {
        {.name = "start_replica",
         .effect = Effect::Action,
         .parameters = {},
         .result = {},
         .doc =
             "Starts both replication threads, of every source. Done when both have said Yes twice, a second apart: the statement itself "
             "succeeds on a replication that is broken. Ends at once, with the server's error, where a thread stops again.",
         .example = "mysql.start_replica()  within 2m",
         .deadline = 2min},
        replication_action([](const Context& context) { return server(context).start_replication(); }, sql::replication_runs),
        {detected_server}};
}

Builtin stop_replica() {
    return {{.name = "stop_replica",
             .effect = Effect::Action,
             .parameters = {},
             .result = {},
             .doc = "Stops both replication threads, of every source. Already so on a server that is no replica.",
             .example = "mysql.stop_replica()  undo mysql.start_replica()",
             .deadline = 2min},
            replication_action([](const Context& context) { return server(context).stop_replication(); }, sql::replication_rests),
            {detected_server}};
}

Action switch_action(Statement show, Statement set, bool to) {
    return {.probe = read(std::move(show), sql::switch_from),
            .judge = [to](const Value& seen, const Context&) { return sql::switched(seen, to); },
            .command = [set = std::move(set)](const Value&, const Context& context) { return the(sql::ask(context, set(context))); },
            .complaint = sql::complaint,
            .arrived = {},
            .touches = about("read_only")};
}

Builtin make_read_only() {
    return {{.name = "make_read_only",
             .effect = Effect::Action,
             .parameters = {},
             .result = {},
             .doc = "Closes the server to writers: `super_read_only` on MySQL, `read_only` on MariaDB, where users with all privileges can "
                    "still write. Gives up, without a change, when a transaction holds it up for 30 s. Lost when the server restarts.",
             .example = "mysql.make_read_only()  undo mysql.make_writable()",
             .deadline = 1min},
            switch_action([](const Context& context) { return server(context).show_closed_to_writers(); },
                          [](const Context& context) { return server(context).close_to_writers(); }, true),
            {detected_server}};
}

Builtin make_writable() {
    return {{.name = "make_writable",
             .effect = Effect::Action,
             .parameters = {},
             .result = {},
             .doc = "Opens the server to writers again. Make sure first that no other server takes writes that this one does not get.",
             .example = "mysql.make_writable()",
             .deadline = 1min},
            switch_action(always(sql::show_read_only), always(sql::open_to_writers), false),
            {}};
}

}  // namespace

runtime::Module mysql() {
    return {
        .name = "mysql",
        .doc =
            "MySQL (5.7 and later) and MariaDB (10 and later). The site's cluster of kind mysql names the user and the password; without "
            "them the client's own configuration or the socket's log-in holds.",
        .builtins = {replica(), replicas(), caught_up(), sessions(), client_sessions(), read_only(), start_replica(), stop_replica(),
                     make_read_only(), make_writable()},
        .detections = {{detected_server, read(always(sql::show_version), sql::version_from)}},
        .residues = {{"closed to writers", {read(always(sql::show_read_only), sql::switch_from), about("read_only")}}},
        .sources = {"MySQL 8.4 Reference Manual, SHOW REPLICA STATUS and SHOW PROCESSLIST",
                    "MySQL 8.0.22 release notes (REPLICA for SLAVE)",
                    "MariaDB Knowledge Base, SHOW REPLICA STATUS and Replication Threads"},
        .evidence = {{runtime::Evidence::How::Real, "MariaDB 10.11"},
                     {runtime::Evidence::How::Recorded, "MariaDB 10.11"},
                     {runtime::Evidence::How::Manual, "MySQL 5.7, 8.0 and 8.4"}}};
}

}  // namespace stdlib
