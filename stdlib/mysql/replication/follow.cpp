#include "stdlib/mysql/replication/follow.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "stdlib/mysql/client.hpp"
#include "stdlib/mysql/read/gtid.hpp"
#include "stdlib/mysql/read/link.hpp"
#include "stdlib/mysql/read/position.hpp"
#include "stdlib/mysql/read/replica.hpp"
#include "stdlib/mysql/verdict.hpp"
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

const std::shared_ptr<const lang::RecordType>& course_type() {
    static const auto type =
        support::record_type("mysql.Course", {{"failings", Type::list_of(Kind::Text), "what speaks against another source"},
                                              {"replicas", Type::list_of(Type::of(replica_type())), "its connections, read twice"},
                                              {"user", Kind::Text, "that the only one of them logs in as"},
                                              {"tls", Kind::Text, "the server's word for whether that one uses TLS"},
                                              {"by_gtid", Kind::Text, "how it asks for transactions"}});
    return type;
}

std::string address_of(const Value& source) {
    const lang::Host& host = source.field("host").host();
    return host.address.empty() ? host.name : host.address;
}

std::string place_of(const Value& source) { return fmt::format("{}:{}", address_of(source), source.field("port").plain()); }

/// It goes between quotes into a statement.
bool can_be_written(std::string_view address) {
    constexpr std::string_view others = ".:-_";
    return !address.empty() && std::all_of(address.begin(), address.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos;
    });
}

/// Everything that speaks against it, not only the first thing.
class ChangeOfSource {
  public:
    ChangeOfSource(const Value& source, std::string_view host) : source_(source), host_(host) {}
    Value failings() && { return Value::list(std::move(found_)); }

    void source(const Position& own) {
        const Value& port = source_.field("port");
        if (source_.field("server_id").integer() == own.server_id)
            add("the source has the server_id {} of this server: it is this server itself, or one of the two must get another",
                own.server_id);
        if (source_.field("place").text().empty()) add("the source writes no binary log: nobody can follow it");
        if (port.is_unknown()) return untold(fmt::format("the port of the source: {}", port.why_unknown().why));
        if (port.integer() < 1) add("the source listens on no port");
        if (!can_be_written(address_of(source_))) add("the address '{}' of the source has signs that no address has", address_of(source_));
    }

    void link(const std::vector<Link>& links, const Value& replicas, const Position& own) {
        if (links.empty())
            return add(
                "it knows no user to log in to a source with: give it one by hand, without a start of replication "
                "(CHANGE MASTER TO with host, user, password and the use of GTIDs)");
        if (links.size() > 1) return add("it follows {} sources: which of them is to be replaced is for a person to say", links.size());
        const Link& only = links.front();
        if (!only.channel.empty()) add("its connection has the name '{}', and only the one without a name is led elsewhere", only.channel);
        if (only.by_gtid.empty())
            add("it asks by places in the log of its source, and the same place in another log is not known: let it use GTIDs first "
                "(MASTER_USE_GTID=slave_pos; of MySQL SOURCE_AUTO_POSITION=1)");
        const Value& running = replicas.items().front().field("running");
        if (!own.closed && !running.is_unknown() && !running.boolean())
            add("it takes writes and does not replicate, so that it may be a source itself: mysql.make_read_only() there first");
    }

    void transactions(const Position& own, std::string_view place, const std::vector<Link>& links) {
        const auto theirs = Gtids::from(source_.field("gtids").text()), applied_there = Gtids::from(source_.field("applied").text());
        const auto ours = Gtids::from(own.logged), applied_here = Gtids::from(own.applied), asks_from = Gtids::from(place);
        if (!theirs || !applied_there || !ours || !applied_here || !asks_from)
            return untold("the identifiers of transactions cannot be read");
        const auto not_there = [&](const Gtids& all) { return all.without(*theirs).without(*applied_there); };
        const Gtids logged = not_there(*ours), applied = not_there(*applied_here);
        // Nobody would ever get them from the new source, and what it writes next may contradict them.
        if (!logged.empty()) {
            add("executed here and unknown to the new source: {}", logged.show());
        } else if (!applied.empty()) {
            add("executed here and unknown to the new source: {}", applied.show());
        }
        if (links.size() == 1) received(links.front(), *ours, *applied_here, not_there);
        // It asks for what comes after one place, and counts everything before it as executed. Of a server's transactions only the last is
        // known: where even that lies before the place, some are passed over.
        const Gtids missing = theirs->without(*ours).behind(*applied_here);
        const Gtids skipped = missing.without(missing.behind(*asks_from));
        if (!skipped.empty()) add("not executed here, and it would never ask for it: {} lies before its place {}", skipped.show(), place);
    }

    void untold(std::string why) { found_.push_back(Value::unknown(fmt::format("{}: {}", host_, why))); }

  private:
    /// Another source means another relay log: what is in the old one and was not executed is thrown away.
    template <typename NotThere>
    void received(const Link& link, const Gtids& ours, const Gtids& applied_here, NotThere not_there) {
        const auto all = Gtids::from(link.received);
        if (!all) return untold("the identifiers of the transactions that were received cannot be read");
        const Gtids lost = not_there(all->without(ours).behind(applied_here));
        if (!lost.empty()) add("received here, not executed, and unknown to the new source: {}", lost.show());
    }

    template <typename... Arguments>
    void add(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
        found_.emplace_back(fmt::format("{}: {}", host_, fmt::format(text, std::forward<Arguments>(arguments)...)));
    }

    const Value& source_;
    std::string host_;
    std::vector<Value> found_;
};

/// Its only connection leads there. Whether it runs is another question.
bool leads_there(const Value& course, const Value& source) {
    const std::vector<Value>& replicas = course.field("replicas").items();
    return replicas.size() == 1 && replicas.front().field("source").plain() == place_of(source) && !course.field("by_gtid").text().empty();
}

std::string all_sources(const Value& course) {
    std::vector<std::string> all;
    for (const Value& replica : course.field("replicas").items())
        all.push_back(fmt::format("{} ({})", replica.field("source").plain(), describe(replica)));
    return all.empty() ? "follows nobody" : fmt::format("follows {}", fmt::join(all, ", "));
}

/// How replication from the right place goes: which server really is there is known once it was reached.
Verdict runs_from(const Value& course, const Value& source, When when) {
    const Verdict runs = replication_runs(course.field("replicas"), when);
    if (runs.state != State::Reached) return runs;
    const Value &reached = course.field("replicas").items().front().field("source_id"), &wanted = source.field("server_id");
    if (reached.is_unknown()) return {State::Unclear, reached.why_unknown().why};
    if (reached.integer() == wanted.integer()) return {State::Reached, all_sources(course)};
    return {when == When::After ? State::Failed : State::Refused,
            fmt::format("at {} it has reached server {} and not server {}: the address leads elsewhere from there", place_of(source),
                        reached.integer(), wanted.integer())};
}

Read look_at_course() {
    return {.commands =
                [](const Context& context) {
                    const Server server = server_of(context);
                    const std::string show(server.show_replication());
                    std::vector<std::string> statements = {server.show_position(), show, "DO SLEEP(1); " + show};
                    if (server.maker == Server::Maker::MariaDB) statements.insert(statements.begin(), std::string(show_place));
                    std::vector<Command> commands;
                    for (const std::string& sql : statements) {
                        for (Command& command : ask(context, sql)) commands.push_back(std::move(command));
                    }
                    return commands;
                },
            .value =
                [](std::span<const Reply> replies, const Context& context) {
                    return answered(replies, context, [&](std::span<const Reply> all) {
                        const auto of_all = all.last(3);
                        const auto place = all.size() > of_all.size() ? support::lines(all.front().out) : std::vector<std::string_view>();
                        return course_from(context.arguments["source"],
                                           {.place = place.empty() ? std::string_view() : place.back(),
                                            .position = of_all[0].out,
                                            .replication = of_all[1].out,
                                            .replication_again = of_all[2].out},
                                           context.host->name);
                    });
                }};
}

}  // namespace

Value course_from(const Value& source, const SaidByReplica& said, std::string_view host) {
    const auto position = position_from(said.position);
    const auto links = links_from(said.replication_again);
    if (!position) return support::unreadable("the position of the server has not the expected form", said.position);
    if (!links) return support::unreadable("the replication status has not the expected form", said.replication_again);
    // A thread that is going to fail says Yes for a moment.
    const Value replicas = steady(replicas_from(said.replication), replicas_from(said.replication_again));
    if (replicas.is_unknown()) return replicas;
    ChangeOfSource change(source, host);
    change.source(*position);
    change.link(*links, replicas, *position);
    change.transactions(*position, said.place, *links);
    const Link only = links->size() == 1 ? links->front() : Link{};
    return support::record(course_type(), {{"failings", std::move(change).failings()},
                                           {"replicas", replicas},
                                           {"user", only.user},
                                           {"tls", only.tls},
                                           {"by_gtid", only.by_gtid}});
}

Verdict may_follow(const Value& course, const Value& source) {
    if (leads_there(course, source)) {
        Verdict runs = runs_from(course, source, When::Before);
        if (runs.state != State::Needed) return runs;
    }
    const Value& failings = course.field("failings");
    const Value safe = runtime::none_fails(failings);
    if (safe.is_unknown()) return {State::Unclear, safe.why_unknown().why};
    if (safe.boolean()) return {State::Needed, all_sources(course)};
    std::vector<std::string> all;
    for (const Value& one : failings.items()) all.push_back(one.is_unknown() ? one.why_unknown().why : one.text());
    return {State::Refused, fmt::format("{}", fmt::join(all, "; "))};
}

Verdict follows(const Value& before, const Value& now, const Value& source) {
    if (!leads_there(now, source)) return {State::Needed, all_sources(now)};
    for (const char* setting : {"user", "tls"}) {
        if (before.is_unknown()) break;
        const std::string &was = before.field(setting).text(), &is = now.field(setting).text();
        if (was != is)
            return {State::Failed, fmt::format("{}, and the setting {} of its connection has become '{}' from '{}'", all_sources(now),
                                               setting, support::said(is, 60), support::said(was, 60))};
    }
    return runs_from(now, source, When::After);
}

Builtin follow() {
    return {
        {.name = "follow",
         .effect = Effect::Action,
         .parameters = {{"source", Type::of(source_type()), "the server that it is to follow, as `mysql.source()` tells of it"}},
         .result = {},
         .doc =
             "Leads a replica to another source: stops it, changes address and port, starts it. The stored user, its password and the TLS "
             "settings stay; a server that was a source itself needs such a user, stored once by hand. By GTIDs only. Refused, with every "
             "reason, where transactions would be lost or skipped: what this server has executed or received must be known to the new "
             "source, and it must not take writes unless it replicates. The address is the one of the site, the port the server's own.",
         .done = "both threads have said Yes twice, a second apart, and the source that they reached is that server",
         .example = "mysql.follow(mysql.source() on acd-dbm2)",
         .deadline = 2min},
        Action{.probe = look_at_course(),
               .judge = [](const Value& seen, const Context& context) { return may_follow(seen, context.arguments["source"]); },
               .command =
                   [](const Value& seen, const Context& context) {
                       const Value& source = context.arguments["source"];
                       return order(context, server_of(context).follow(address_of(source), source.field("port").integer(),
                                                                       seen.field("by_gtid").text()));
                   },
               .complaint = complaint,
               .arrived = [](const Value& before, const Value& now,
                             const Context& context) { return follows(before, now, context.arguments["source"]); },
               .touches = about("replication")},
        known_server()};
}

}  // namespace stdlib::mysql
