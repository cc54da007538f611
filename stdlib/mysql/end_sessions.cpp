#include "stdlib/mysql/end_sessions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <vector>

#include "stdlib/mysql/client.hpp"
#include "stdlib/mysql/read/session.hpp"
#include "stdlib/mysql/read/table.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::mysql {

namespace {

using namespace std::chrono_literals;
using lang::Effect;
using lang::Kind;
using lang::Type;
using lang::Value;
using runtime::Action;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::Read;
using runtime::Reply;
using runtime::Verdict;
using State = Verdict::State;

constexpr int unknown_thread = 1094;  ///< it has ended by itself

const std::shared_ptr<const lang::RecordType>& to_end_type() {
    static const auto type =
        support::record_type("mysql.SessionToEnd", {{"id", Kind::Int, "as KILL takes it"},
                                                    {"who", Kind::Text, "user, from where, and what it does"},
                                                    {"written", Kind::Int, "rows that are not committed"},
                                                    {"open", Kind::Duration, "how long that transaction has been open; 0s without one"},
                                                    {"ending", Kind::Bool, "it was told to end, and rolls back"}});
    return type;
}

struct Write {
    std::int64_t rows = 0;
    std::chrono::seconds open{};
};

/// By the session's id.
std::optional<std::map<std::int64_t, Write>> writes_from(std::string_view output) {
    const auto table = table_from(support::lines(output));
    if (!table) return std::nullopt;
    std::map<std::int64_t, Write> writes;
    for (const Row& row : table->rows) {
        const auto number = [&](std::string_view column) {
            const Cell* cell = table->cell(row, {column});
            return cell == nullptr || !*cell ? std::nullopt : support::integer(**cell);
        };
        const auto id = number("id"), seconds = number("seconds"), rows = number("written");
        if (!id || !seconds || !rows) return std::nullopt;
        writes[*id] = {*rows, std::chrono::seconds(*seconds)};
    }
    return writes;
}

bool has_text(const Value& texts, const std::string& text) {
    const auto& all = texts.items();
    return std::any_of(all.begin(), all.end(), [&](const Value& one) { return one.text() == text; });
}

bool has_host(const Value& hosts, const std::string& name) {
    const auto& all = hosts.items();
    return std::any_of(all.begin(), all.end(), [&](const Value& one) { return one.host().name == name; });
}

std::string who(const Value& session, const Write& write) {
    const Value& time = session.field("time");
    std::string text = fmt::format("{} {}@{}, {}", session.field("id").integer(), session.field("user").text(),
                                   session.field("host").text(), session.field("command").text());
    if (!time.is_unknown()) text += fmt::format(" for {}", time.show());
    if (write.rows > 0) text += fmt::format(", {} rows written and not committed in {}", write.rows, lang::show(write.open));
    return support::said(text, 300);
}

std::string names_of(const std::vector<const Value*>& sessions) {
    constexpr std::size_t enough = 10;
    std::vector<std::string> shown;
    for (const Value* one : sessions) {
        if (shown.size() < enough) shown.push_back(one->field("who").text());
    }
    return fmt::format("{}{}", fmt::join(shown, "; "),
                       sessions.size() > enough ? fmt::format(" and {} more", sessions.size() - enough) : "");
}

template <typename Fits>
std::vector<const Value*> those(const Value& sessions, Fits fits) {
    std::vector<const Value*> chosen;
    for (const Value& one : sessions.items()) {
        if (fits(one)) chosen.push_back(&one);
    }
    return chosen;
}

bool is_ending(const Value& session) { return session.field("ending").boolean(); }

/// Names of log-ins. Threads of the server have names that no log-in has.
std::optional<lang::Refusal> read_users(const Value& users, const lang::Given&) {
    if (users.items().empty()) return lang::Refusal{"it names whose sessions are ended, and this is []", {}};
    for (const Value& user : users.items()) {
        const std::string& name = user.text();
        if (name.empty() || name == "system user" || name == "event_scheduler" || name == "mysql.session")
            return lang::Refusal{fmt::format("a user is one that clients log in as, and this is {}", user.show()), {}};
    }
    return std::nullopt;
}

std::optional<lang::Refusal> read_longest_write(const Value& longest, const lang::Given&) {
    if (longest.duration() >= lang::Duration::zero()) return std::nullopt;
    return lang::Refusal{fmt::format("it is a time of 0s or more, and this is {}", longest.show()), {}};
}

Read look() {
    return {.commands =
                [](const Context& context) {
                    auto commands = ask(context, show_sessions);
                    for (Command& more : ask(context, show_writes)) commands.push_back(std::move(more));
                    return commands;
                },
            .value =
                [](std::span<const Reply> replies, const Context& context) {
                    return answered(replies, context, [&](std::span<const Reply> all) {
                        return sessions_to_end(sessions_from(all[0].out, machines_of(context)), all[1].out, context.arguments["users"],
                                               context.arguments["hosts"]);
                    });
                }};
}

std::string kill_all(const Value& sessions) {
    std::vector<std::string> statements;
    for (const Value* one : those(sessions, [](const Value& session) { return !is_ending(session); }))
        statements.push_back(fmt::format("KILL {}", one->field("id").integer()));
    return fmt::format("{}", fmt::join(statements, "; "));
}

}  // namespace

Value sessions_to_end(const Value& sessions, std::string_view writes, const Value& users, const Value& hosts) {
    if (sessions.is_unknown()) return sessions;
    const auto written = writes_from(writes);
    if (!written) return support::unreadable("the list of open transactions has not the expected form", writes);
    std::vector<Value> found;
    for (const Value& session : sessions.items()) {
        if (session.field("kind").member_name() != "Client" || !has_text(users, session.field("user").text())) continue;
        if (!hosts.items().empty() && !has_host(hosts, session.field("machine").text())) continue;
        const Value& id = session.field("id");
        if (id.is_unknown()) return id;
        const auto write = written->find(id.integer());
        const Write own = write == written->end() ? Write{} : write->second;
        found.push_back(support::record(to_end_type(), {{"id", id},
                                                        {"who", who(session, own)},
                                                        {"written", own.rows},
                                                        {"open", Value(lang::Duration(own.open))},
                                                        {"ending", session.field("command").text() == "Killed"}}));
    }
    return Value::list(std::move(found));
}

Verdict may_end(const Value& sessions, lang::Duration longest_write) {
    if (sessions.items().empty()) return {State::Reached, "no such session"};
    const auto to_end = those(sessions, [](const Value& one) { return !is_ending(one); });
    if (to_end.empty()) return {State::Moving, fmt::format("rolling back: {}", names_of(those(sessions, is_ending)))};
    // The server counts whole seconds: what it calls 0s may be open for almost one.
    const auto writing = those(sessions, [&](const Value& one) {
        return !is_ending(one) && one.field("written").integer() > 0 && one.field("open").duration() >= longest_write;
    });
    if (!writing.empty())
        return {State::Refused,
                fmt::format("ending it rolls back what it has written, which takes about as long as the writing did, and nobody else can "
                            "write there meanwhile: {}. Wait for it, or allow it by `longest_write`, which is {}",
                            names_of(writing), lang::show(longest_write))};
    return {State::Needed, names_of(to_end)};
}

Verdict ended(const Value& before, const Value& now) {
    const auto was_there = [&](const Value& one) {
        const auto& all = before.items();
        return std::any_of(all.begin(), all.end(),
                           [&](const Value& earlier) { return earlier.field("id").integer() == one.field("id").integer(); });
    };
    const auto left = those(now, was_there);
    const auto untouched = those(now, [&](const Value& one) { return was_there(one) && !is_ending(one); });
    if (!untouched.empty()) return {State::Needed, fmt::format("still there: {}", names_of(untouched))};
    if (!left.empty()) return {State::Moving, fmt::format("rolling back: {}", names_of(left))};
    const auto since = those(now, [&](const Value& one) { return !was_there(one); });
    if (since.empty()) return {State::Reached, "no such session"};
    return {State::Reached, fmt::format("they are gone; connected since: {}", names_of(since))};
}

Builtin end_sessions() {
    return {
        {.name = "end_sessions",
         .effect = Effect::Action,
         .parameters = {{.name = "users",
                         .type = Type::list_of(Kind::Text),
                         .doc = "whose sessions are ended, by their log-ins",
                         .reads = read_users},
                        {.name = "hosts",
                         .type = Type::list_of(Kind::Host),
                         .doc = "only of sessions that come from these machines; without any, from wherever they come",
                         .default_value = Value::list({}),
                         .takes_all = "a session comes from any machine"},
                        {.name = "longest_write",
                         .type = Kind::Duration,
                         .doc = "refused while one of them has been writing for longer in a transaction that is open",
                         .default_value = Value(lang::Duration(10s)),
                         .reads = read_longest_write}},
         .result = {},
         .doc =
             "Ends sessions of clients, with KILL; never those of replication, of the server or of procrun. What they have not committed "
             "is rolled back, in tables that know transactions. Keep clients away before, by the load balancer, or they are there again: "
             "those that have come since are told, and not ended.",
         .done = "none of the sessions that were seen before is there",
         .example = "mysql.end_sessions([\"jtel\"], longest_write: 1m)",
         .deadline = 2min},
        Action{
            .probe = look(),
            .judge = [](const Value& seen, const Context& context) { return may_end(seen, context.arguments["longest_write"].duration()); },
            .command = [](const Value& seen,
                          const Context& context) { return order(context, kill_all(seen), std::chrono::minutes(1), AfterError::GoOn); },
            .complaint = [](const Reply& reply, const Context& context) { return complaint_but(unknown_thread, reply, context); },
            .arrived =
                [](const Value& before, const Value& now, const Context& context) {
                    return before.is_unknown() ? may_end(now, context.arguments["longest_write"].duration()) : ended(before, now);
                },
            .touches = about("sessions")},
        known_server()};
}

}  // namespace stdlib::mysql
