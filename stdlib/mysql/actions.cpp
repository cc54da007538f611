#include "stdlib/mysql/actions.hpp"

#include <fmt/format.h>

#include "stdlib/mysql/client.hpp"
#include "stdlib/mysql/read/position.hpp"
#include "stdlib/mysql/read/replica.hpp"
#include "stdlib/mysql/replication/freeze.hpp"
#include "stdlib/mysql/replication/promote.hpp"
#include "stdlib/mysql/verdict.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::mysql {

namespace {

using namespace std::chrono_literals;
using lang::Effect;
using lang::Kind;
using lang::Parameter;
using lang::Type;
using lang::Value;
using runtime::Action;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::Query;
using runtime::Read;
using runtime::Reply;

Action replication_action(Statement statement, Judge judge) {
    return {
        .probe = Read{.commands =
                          [](const Context& context) {
                              // Twice, a second apart: a thread that is going to fail says Yes for a moment after START SLAVE.
                              const std::string show(server_of(context).show_replication());
                              auto commands = ask(context, show);
                              for (Command& again : ask(context, "DO SLEEP(1); " + show)) commands.push_back(std::move(again));
                              return commands;
                          },
                      .value =
                          [](std::span<const Reply> replies, const Context& context) {
                              return answered(replies, context, [](std::span<const Reply> all) {
                                  return steady(replicas_from(all.front().out), replicas_from(all.back().out));
                              });
                          }},
        .judge = [judge](const Value& seen, const Context&) { return judge(seen, When::Before); },
        .command = [statement = std::move(statement)](const Value&, const Context& context) { return order(context, statement(context)); },
        .complaint = complaint,
        .arrived = [judge](const Value&, const Value& now, const Context&) { return judge(now, When::After); },
        .touches = about("replication")};
}

/// The bounds of lock_wait_timeout, of MySQL and of MariaDB.
std::optional<lang::Refusal> read_patience(const Value& patience, const lang::Given&) {
    constexpr auto longest = std::chrono::hours(24 * 365);
    if (patience.duration() > lang::Duration::zero() && patience.duration() <= longest) return std::nullopt;
    return lang::Refusal{fmt::format("it is a time of more than 0s and at most a year, and this is {}", patience.show()), {}};
}

Parameter source_parameter() {
    return {"source", Type::of(source_type()), "the server that it is to replace, as `mysql.source()` tells of it"};
}

/// What a replica and its source say of each other.
Read examine() {
    return {.commands =
                [](const Context& context) {
                    const Server server = server_of(context);
                    auto commands = ask(context, server.show_position());
                    for (Command& more : ask(context, server.show_replication())) commands.push_back(std::move(more));
                    return commands;
                },
            .value =
                [](std::span<const Reply> replies, const Context& context) {
                    return answered(replies, context, [&](std::span<const Reply> all) {
                        return promotion_failings(context.arguments["source"], all[0].out, all[1].out, context.host->name);
                    });
                }};
}

/// The same, and whether it is closed: a record, as an action keeps what it has seen.
const std::shared_ptr<const lang::RecordType>& candidate_type() {
    static const auto type = support::record_type(
        "mysql.Candidate", {{"failings", Type::list_of(Kind::Text), "what speaks against it"}, {"closed", Kind::Bool, "to writers"}});
    return type;
}

Read examine_candidate() {
    Read read = examine();
    read.value = [failings = read.value](std::span<const Reply> replies, const Context& context) {
        const Value found = failings(replies, context);
        if (found.is_unknown()) return found;
        return support::record(candidate_type(), {{"failings", found}, {"closed", position_from(replies[0].out)->closed}});
    };
    return read;
}

}  // namespace

Builtin start_replica() {
    return {
        {.name = "start_replica",
         .effect = Effect::Action,
         .parameters = {},
         .result = {},
         .doc = "Starts both replication threads, of every source. Ends at once, with the server's error, where a thread stops again: the "
                "statement itself succeeds on a replication that is broken.",
         .done = "both threads have said Yes twice, a second apart",
         .example = "mysql.start_replica()  within 2m",
         .deadline = 2min},
        replication_action([](const Context& context) { return std::string(server_of(context).start_replication()); }, replication_runs),
        known_server()};
}

Builtin stop_replica() {
    return {
        {.name = "stop_replica",
         .effect = Effect::Action,
         .parameters = {},
         .result = {},
         .doc = "Stops both replication threads, of every source. Already so on a server that is not a replica.",
         .done = "both threads say No",
         .example = "mysql.stop_replica()  undo mysql.start_replica()",
         .deadline = 2min},
        replication_action([](const Context& context) { return std::string(server_of(context).stop_replication()); }, replication_rests),
        known_server()};
}

Builtin make_read_only() {
    const auto judged = [](When when) { return [when](const Value& seen) { return closed_to_writers(seen, when); }; };
    return {{.name = "make_read_only",
             .effect = Effect::Action,
             .parameters = {{.name = "patience",
                             .type = Kind::Duration,
                             .doc = "how long statements under way may hold it up: meanwhile nobody else can write",
                             .default_value = Value(lang::Duration(30s)),
                             .reads = read_patience}},
             .result = {},
             .doc = "Closes the server to writers: `super_read_only` on MySQL, `read_only` on MariaDB, where users with all privileges can "
                    "still write. Gives up, without a change and with the open "
                    "transactions named, when statements or locks hold it up for longer than `patience`; transactions that are open "
                    "but idle do not, and fail when they commit. Lost when the server restarts.",
             .done = "it is closed and its position has stood still for a second",
             .example = "mysql.make_read_only(patience: 10s)  undo mysql.make_writable()",
             .deadline = 1min},
            Action{.probe = Read{.commands = [](const Context& context) { return look_at_writers(server_of(context), context); },
                                 .value = writers_from},
                   .judge = [judged](const Value& seen, const Context&) { return judged(When::Before)(seen); },
                   .command =
                       [](const Value&, const Context& context) {
                           const auto patience = std::chrono::ceil<std::chrono::seconds>(context.arguments["patience"].duration());
                           return order(context, server_of(context).close_to_writers(), patience);
                       },
                   .complaint = complaint,
                   .arrived = [judged](const Value&, const Value& now, const Context&) { return judged(When::After)(now); },
                   .touches = about("read_only")},
            known_server()};
}

Builtin make_writable() {
    return {{.name = "make_writable",
             .effect = Effect::Action,
             .parameters = {},
             .result = {},
             .doc = "Opens the server to writers again, whatever else is going on: for the way back. A replica that is to take over is "
                    "opened with `promote`, which looks first.",
             .done = "`read_only` is 0",
             .example = "mysql.make_writable()",
             .deadline = 1min},
            Action{.probe = read(always(show_read_only), switch_from),
                   .judge = [](const Value& seen, const Context&) { return switched(seen, false); },
                   .command = [](const Value&, const Context& context) { return order(context, open_to_writers); },
                   .complaint = complaint,
                   .arrived = {},
                   .touches = about("read_only")},
            known_server()};
}

Builtin safe_to_promote() {
    return {{.name = "safe_to_promote",
             .parameters = {source_parameter()},
             .result = Kind::Bool,
             .doc = "May this replica take the place of its source without a loss? The source is closed to writers, both threads run, "
                    "everything up to the place where the source stands was received and executed, and neither has transactions that "
                    "the other lacks (where they have global identifiers). Tells everything that is wrong, not only the first thing.",
             .example = "wait_until mysql.safe_to_promote(mysql.source() on acd-dbm1) on acd-dbm2  within 10m",
             .deadline = 20s},
            Query{.read = examine(), .reads = support::everything("mysql"), .lists_failings = true},
            known_server()};
}

Builtin promote() {
    return {{.name = "promote",
             .effect = Effect::Action,
             .parameters = {source_parameter()},
             .result = {},
             .doc = "Opens a replica to writers in the place of its source. Refused, with every reason, unless it is `safe_to_promote`. "
                    "Its replication goes on: stop it with `stop_replica` where the old source must not be followed any more.",
             .done = "`read_only` is 0",
             .example = "mysql.promote(mysql.source() on acd-dbm1)  undo mysql.make_read_only()",
             .deadline = 1min},
            Action{.probe = examine_candidate(),
                   .judge = [](const Value& seen,
                               const Context&) { return may_promote(seen.field("failings"), seen.field("closed").boolean()); },
                   .command = [](const Value&, const Context& context) { return order(context, open_to_writers); },
                   .complaint = complaint,
                   // Clients write at once: that the source lacks these is no failing any more.
                   .arrived = [](const Value&, const Value& now, const Context&) { return switched(now.field("closed"), false); },
                   .touches = about("read_only")},
            known_server()};
}

}  // namespace stdlib::mysql
