#include "stdlib/mysql/replication/freeze.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

#include "stdlib/mysql/client.hpp"
#include "stdlib/mysql/read/position.hpp"
#include "stdlib/mysql/read/table.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::mysql {

namespace {

using lang::Kind;
using lang::Type;
using lang::Value;
using runtime::Reply;
using runtime::Verdict;

const std::shared_ptr<const lang::RecordType>& writers_type() {
    static const auto type = support::record_type("mysql.Writers", {{"closed", Kind::Bool, "by its setting"},
                                                                    {"first", Kind::Text, "its own writes"},
                                                                    {"second", Kind::Text, "the same a second later"},
                                                                    {"open", Type::list_of(Kind::Text), "transactions, the oldest first"}});
    return type;
}

/// "17 jtel@10.1.1.71:4711, open for 312 s", of each transaction. Who lacks the privilege PROCESS is not told.
Value open_transactions(const Reply& reply) {
    if (!reply.ok()) return support::unreadable("open transactions cannot be listed without the privilege PROCESS", reply.err);
    const auto table = table_from(support::lines(reply.out));
    if (!table) return support::unreadable("the list of open transactions has not the expected form", reply.out);
    std::vector<Value> all;
    for (const Row& row : table->rows) {
        const auto cell = [&](std::string_view name) {
            const Cell* found = table->cell(row, {name});
            return found == nullptr ? std::string("?") : found->value_or("?");
        };
        all.emplace_back(fmt::format("{} {}@{}, {} s", cell("id"), cell("user"), cell("host"), cell("seconds")));
    }
    return Value::list(std::move(all));
}

std::string who_is_in_the_way(const Value& open) {
    if (open.is_unknown()) return open.why_unknown().why;
    if (open.items().empty()) return "no transaction is open";
    constexpr std::size_t enough = 10;
    std::vector<std::string> shown;
    for (const Value& one : open.items()) {
        if (shown.size() < enough) shown.push_back(one.text());
    }
    const std::string more = open.items().size() > enough ? fmt::format(" and {} more", open.items().size() - enough) : "";
    return fmt::format("open transactions: {}{}", fmt::join(shown, "; "), more);
}

}  // namespace

std::vector<runtime::Command> look_at_writers(const Server& server, const runtime::Context& context) {
    const std::string position = server.show_position();
    std::vector<runtime::Command> commands;
    for (const std::string& sql : {position, "DO SLEEP(1); " + position, std::string(show_open_transactions)}) {
        for (runtime::Command& command : ask(context, sql)) commands.push_back(std::move(command));
    }
    return commands;
}

Value writers_from(std::span<const Reply> replies, const runtime::Context& context) {
    // The list of transactions is only for the message: without it the rest still holds.
    const auto positions = replies.first(replies.empty() ? 0 : replies.size() - 1);
    return answered(positions, context, [&](std::span<const Reply> both) {
        const auto first = position_from(both[0].out), second = position_from(both[1].out);
        if (!first || !second) return support::unreadable("the position of the server has not the expected form", both[1].out);
        return support::record(writers_type(), {{"closed", first->closed && second->closed},
                                                {"first", own_writes(*first)},
                                                {"second", own_writes(*second)},
                                                {"open", open_transactions(replies.back())}});
    });
}

Verdict closed_to_writers(const Value& writers, When when) {
    using State = Verdict::State;
    const std::string& first = writers.field("first").text();
    const std::string& second = writers.field("second").text();
    if (!writers.field("closed").boolean()) return {State::Needed, "open to writers; " + who_is_in_the_way(writers.field("open"))};
    if (first == second) return {State::Reached, second.empty() ? "closed to writers" : fmt::format("closed to writers at {}", second)};
    const std::string why = fmt::format(
        "it is closed to writers, and yet it was written to: {} became {} within a second. A user with all "
        "privileges writes: end its sessions",
        first, second);
    return {when == When::Before ? State::Refused : State::Moving, why};
}

}  // namespace stdlib::mysql
