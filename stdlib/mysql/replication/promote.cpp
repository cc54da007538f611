#include "stdlib/mysql/replication/promote.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "stdlib/mysql/read/gtid.hpp"
#include "stdlib/mysql/read/position.hpp"
#include "stdlib/mysql/read/replica.hpp"
#include "stdlib/mysql/verdict.hpp"
#include "stdlib/support/scan.hpp"

namespace stdlib::mysql {

namespace {

using lang::Value;

class Examination {
  public:
    Examination(const Value& source, std::string_view host) : source_(source), host_(host) {}
    Value failings() && { return Value::list(std::move(found_)); }

    void source() {
        if (!source_.field("closed").boolean())
            add("the source, server {}, still takes writes: mysql.make_read_only() there first", source_id());
        if (source_.field("place").text().empty())
            add("the source, server {}, writes no binary log: nothing of it can have come here", source_id());
    }

    void replication(const Value& replicas) {
        if (replicas.items().empty()) return add("it is not a replica");
        for (const Value& replica : replicas.items()) {
            const Value& id = replica.field("source_id");
            if (!id.is_unknown() && id.integer() == source_id()) return connection(replica);
        }
        std::vector<std::string> sources;
        for (const Value& replica : replicas.items()) sources.push_back(replica.field("source").plain());
        add("it does not follow server {} but {}", source_id(), fmt::join(sources, ", "));
    }

    void transactions(const Position& own) {
        const auto theirs = Gtids::from(source_.field("gtids").text()), applied_there = Gtids::from(source_.field("applied").text());
        const auto ours = Gtids::from(own.logged), applied_here = Gtids::from(own.applied);
        if (!theirs || !applied_there || !ours || !applied_here) return untold("the identifiers of transactions cannot be read");
        const Gtids missing = theirs->without(*ours).behind(*applied_here);
        if (!missing.empty()) add("not executed here: {}", missing.show());
        // Nobody but this server has these: whoever follows it gets them, whoever followed the source never did.
        const Gtids errant = ours->without(*theirs).without(*applied_there);
        if (!errant.empty()) add("written here and unknown to the source: {}", errant.show());
    }

    void untold(std::string why) { found_.push_back(Value::unknown(fmt::format("{}: {}", host_, why))); }

  private:
    template <typename... Arguments>
    void add(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
        found_.emplace_back(fmt::format("{}: {}", host_, fmt::format(text, std::forward<Arguments>(arguments)...)));
    }

    std::int64_t source_id() const { return source_.field("server_id").integer(); }

    void connection(const Value& replica) {
        const Value& running = replica.field("running");
        if (running.is_unknown()) {
            untold(running.why_unknown().why);
        } else if (!running.boolean()) {
            add("replication from server {}: {}", source_id(), describe(replica));
        }
        at_least(replica, "received", source_.field("place").text());
        at_least(replica, "executed", source_.field("place").text());
    }

    void at_least(const Value& replica, std::string_view what, const std::string& there) {
        if (there.empty()) return;  // told already
        const Value& here = replica.field(what);
        const auto is = here.is_unknown() ? std::nullopt : place_from(here.text()), wanted = place_from(there);
        if (!is || !wanted || is->log != wanted->log)
            return untold(fmt::format("{} up to {}, which cannot be compared with {}", what, here.plain(), there));
        if (*is < *wanted) add("{} up to {}, and the source stands at {}", what, here.text(), there);
    }

    const Value& source_;
    std::string host_;
    std::vector<Value> found_;
};

}  // namespace

Value promotion_failings(const Value& source, std::string_view position, std::string_view replication, std::string_view host) {
    const Value replicas = replicas_from(replication);
    if (replicas.is_unknown()) return replicas;
    const auto own = position_from(position);
    if (!own) return support::unreadable("the position of the server has not the expected form", position);
    Examination examination(source, host);
    examination.source();
    examination.replication(replicas);
    examination.transactions(*own);
    return std::move(examination).failings();
}

runtime::Verdict may_promote(const Value& failings, bool closed) {
    using State = runtime::Verdict::State;
    const Value safe = runtime::none_fails(failings);
    if (safe.is_unknown()) return {State::Unclear, safe.why_unknown().why};
    if (!safe.boolean()) {
        std::vector<std::string> all;
        for (const Value& one : failings.items()) all.push_back(one.is_unknown() ? one.why_unknown().why : one.text());
        return {State::Refused, fmt::format("writes could be lost: {}", fmt::join(all, "; "))};
    }
    return {closed ? State::Needed : State::Reached, closed ? "closed to writers" : "open to writers"};
}

}  // namespace stdlib::mysql
