#include "stdlib/mysql/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "stdlib/mysql/read/replica.hpp"
#include "stdlib/mysql/read/table.hpp"
#include "stdlib/support/scan.hpp"

namespace stdlib::mysql {

namespace {

using lang::Value;
using runtime::Verdict;
using State = Verdict::State;

bool is(const Value& thread, std::string_view word) { return !thread.is_unknown() && thread.member_name() == word; }

Verdict one_runs(const Value& replica, When when) {
    const Value &running = replica.field("running"), &io = replica.field("io"), &sql = replica.field("sql");
    if (running.is_unknown()) return {State::Unclear, running.why_unknown().why};
    if (running.boolean()) return {State::Reached, describe(replica)};
    if (!is(io, "No") && !is(sql, "No")) return {State::Moving, describe(replica)};
    const Value& error = replica.field("last_error");
    const bool broken = when == When::After && !error.is_unknown() && !error.text().empty();
    return {broken ? State::Failed : State::Needed, describe(replica)};
}

Verdict one_rests(const Value& replica, When) {
    const Value &io = replica.field("io"), &sql = replica.field("sql");
    if (is(io, "No") && is(sql, "No")) return {State::Reached, describe(replica)};
    if (io.is_unknown() || sql.is_unknown()) return {State::Unclear, describe(replica)};
    return {State::Needed, describe(replica)};
}

/// The verdict on the connection that is farthest from the goal.
Verdict worst(const Value& replicas, When when, Verdict (*judge)(const Value&, When)) {
    constexpr State order[] = {State::Failed, State::Unclear, State::Needed, State::Moving, State::Reached};
    const auto rank = [&](State state) { return std::find(std::begin(order), std::end(order), state); };
    Verdict worst = judge(replicas.items().front(), when);
    for (const Value& replica : replicas.items()) {
        Verdict verdict = judge(replica, when);
        if (rank(verdict.state) < rank(worst.state)) worst = std::move(verdict);
    }
    return worst;
}

/// A server that knows no channels tells of one connection only.
bool is_same_channel(const Value& one, const Value& other) {
    const Value &left = one.field("channel"), &right = other.field("channel");
    if (left.is_unknown() || right.is_unknown()) return left.is_unknown() && right.is_unknown();
    return left.text() == right.text();
}

/// A replica's record with `running` as both readings have it.
Value running_in_both(const Value& first, const Value& second) {
    lang::Record record = second.record();
    const auto both = [&](std::string_view field) {
        record.fields[*record.type->find(field)] = logical_and(first.field("running"), second.field(field));
    };
    both("running");
    both("caught_up");
    return record;
}

}  // namespace

std::string describe(const Value& replica) {
    const Value &channel = replica.field("channel"), &error = replica.field("last_error");
    std::string text = fmt::format("I/O {}, SQL {}", replica.field("io").plain(), replica.field("sql").plain());
    if (!channel.is_unknown() && !channel.text().empty()) text = fmt::format("'{}': {}", channel.text(), text);
    if (!error.is_unknown() && !error.text().empty()) text += fmt::format(": {}", support::said(error.text(), 300));
    return text;
}

Value steady(const Value& first, const Value& second) {
    if (first.is_unknown()) return first;
    if (second.is_unknown()) return second;
    const auto &before = first.items(), &after = second.items();
    if (before.size() != after.size()) return Value::unknown("connections to sources came or went while they were read");
    std::vector<Value> both;
    for (const Value& now : after) {
        // The order of the channels is the server's, and may be another one each time.
        const auto earlier = std::find_if(before.begin(), before.end(), [&](const Value& one) { return is_same_channel(one, now); });
        if (earlier == before.end()) return Value::unknown("connections to sources came or went while they were read");
        both.push_back(running_in_both(*earlier, now));
    }
    return Value::list(std::move(both));
}

Verdict replication_runs(const Value& replicas, When when) {
    if (replicas.is_unknown()) return {State::Unclear, replicas.why_unknown().why};
    if (replicas.items().empty())
        return {State::Refused,
                "this server is not a replica: it knows no source to start from; its replication must be set up again by hand"};
    return worst(replicas, when, one_runs);
}

Verdict replication_rests(const Value& replicas, When when) {
    if (replicas.is_unknown()) return {State::Unclear, replicas.why_unknown().why};
    if (replicas.items().empty()) return {State::Reached, "this server is not a replica"};
    return worst(replicas, when, one_rests);
}

Value switch_from(std::string_view output) {
    const auto table = table_from(support::lines(output));
    if (!table || table->rows.size() != 1 || table->columns.size() != 1 || !table->rows[0][0])
        return support::unreadable("the answer is not one row of one column", output);
    const std::string& word = *table->rows[0][0];
    if (word == "0" || word == "OFF") return false;
    if (word == "1" || word == "ON" || word.starts_with("NO_LOCK")) return true;
    return support::unreadable(fmt::format("'{}' is neither on nor off", support::said(word, 60)), output);
}

Verdict switched(const Value& seen, bool to) {
    if (seen.is_unknown()) return {State::Unclear, seen.why_unknown().why};
    return {seen.boolean() == to ? State::Reached : State::Needed, seen.boolean() ? "closed to writers" : "open to writers"};
}

}  // namespace stdlib::mysql
