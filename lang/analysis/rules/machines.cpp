// `on`, `parallel`, `for` and `find`: on which machines, one after the other or side by side.
#include <fmt/format.h>

#include <algorithm>

#include "lang/analysis/analyzer.hpp"
#include "lang/analysis/nodes.hpp"
#include "lang/model/site.hpp"

namespace lang::analysis {

using namespace program;

namespace {

/// "no host matches this `where`: …", with what the facts are.
std::string because(std::string what, const std::string& why) { return why.empty() ? std::move(what) : fmt::format("{}: {}", what, why); }

std::vector<const Host*> twice(const std::vector<const Host*>& hosts) {
    std::vector<const Host*> repeated;
    for (auto it = hosts.begin(); it != hosts.end(); ++it) {
        const bool before = std::find(hosts.begin(), it, *it) != it;
        if (before && std::find(repeated.begin(), repeated.end(), *it) == repeated.end()) repeated.push_back(*it);
    }
    return repeated;
}

std::vector<const Host*> each_once(const std::vector<const Host*>& hosts) {
    std::vector<const Host*> once;
    std::set<const Host*> known;
    for (const Host* host : hosts) {
        if (known.insert(host).second) once.push_back(host);
    }
    return once;
}

}  // namespace

// ---------------------------------------------------------------- on

Analyzer::Flow Analyzer::analyze(const On& on, Span) {
    visit(on.hosts);
    visit(on.max);
    const auto max = on.max ? state_.known(*on.max) : std::nullopt;
    if (max && !max->is_unknown() && max->integer() < 1) {
        findings_.error("E0535", on.max->span, fmt::format("`max {}` lets no machine begin", max->integer()), trail_)
            .help("write how many machines may work at the same time, or leave `max` out");
    }
    if (const auto hosts = possible_hosts(on.hosts, state_)) {
        on_hosts(on, *hosts);
        return Flow::GoesOn;
    }
    const bool here = std::holds_alternative<Here>(on.hosts.node);
    const Until place(state_.place, Place{.kind = here ? Place::Kind::Here : Place::Kind::Somewhere, .chosen = on.hosts.span});
    return block(on.body);
}

void Analyzer::on_hosts(const On& on, const Hosts& hosts) {
    if (hosts.all.empty()) {
        if (const auto why = emptied(on.hosts, state_)) {
            Writing finding =
                findings_.error("E0521", why->where, because("no host matches this `where`", why->why), trail_, About::Values);
            finding.label("no host is left")
                .help("correct the condition or the facts; where none is right too, say so: `if any h in … : … { on … }`");
            if (why->where != on.hosts.span) finding.see(on.hosts.span, "this `on` needs a machine");
        }
        return;
    }
    if (hosts.exact) no_duplicates(on, hosts);
    const auto machines = each_once(hosts.all);
    const bool sure = hosts.exact || machines.size() == 1;
    const bool parallel = on.parallel && sure;
    const Until unsure(unsure_, unsure_ + (sure ? 0 : 1));
    if (parallel) branches_.open();
    std::vector<const Host*> seen;
    const auto off = lock_hosts_.situations();
    std::set<LockHosts::Off> chosen;  // the combinations behind each of the machines that the run may choose
    for (const Host* host : machines) {
        if (hurried() && !seen.empty()) break;
        if (parallel) branches_.next();
        seen.push_back(host);
        const Until place(state_.place, Place{Place::Kind::Machine, host, sure, on.hosts.span});
        if (!sure) lock_hosts_.exchange(off);
        block(on.body);
        chosen.insert(lock_hosts_.situations().begin(), lock_hosts_.situations().end());
    }
    if (!sure) lock_hosts_.exchange(std::move(chosen));
    if (!parallel) return;
    for (const Conflict& conflict : branches_.close()) {
        const std::size_t depth = calls(trail_).size();
        const Span at = conflict.second.calls.size() > depth ? conflict.second.calls[depth] : conflict.second.span;
        findings_
            .error("E0526", at,
                   fmt::format("{} and {} are worked on side by side, and both act on {} here", seen[conflict.first_branch]->name,
                               seen[conflict.second_branch]->name, listed(conflict.hosts)),
                   trail_)
            .label("from several branches at the same time")
            .see(on.hosts.span, "these machines are the branches")
            .help("leave `in parallel` out, or take this out of the block");
    }
}

void Analyzer::no_duplicates(const On& on, const Hosts& hosts) {
    const auto repeated = twice(hosts.all);
    if (repeated.empty()) return;
    const std::string label = "more than once: " + listed(repeated);
    if (on.parallel) {
        findings_
            .error("E0527", on.hosts.span, fmt::format("{} would be in two branches that run side by side", listed(repeated)), trail_,
                   About::Values)
            .label(label)
            .help("name each machine once: a group may hold it already");
    } else {
        findings_.warning("W0658", on.hosts.span, fmt::format("this names {} more than once", listed(repeated)), trail_, About::Values)
            .label(label)
            .help("name each machine once: a group may hold it already");
    }
}

// ---------------------------------------------------------------- parallel

Analyzer::Flow Analyzer::analyze(const Parallel& parallel, Span) {
    branches_.open();
    bool ends = false;
    for (const Stmt& branch : parallel.branches) {
        branches_.next();
        ends = statement(branch) == Flow::Ends || ends;
    }
    const std::size_t depth = calls(trail_).size();
    const auto place = [&](const Act& act) { return act.calls.size() > depth ? act.calls[depth] : act.span; };
    for (const Conflict& conflict : branches_.close()) {
        const Span second = place(conflict.second);
        Writing finding = findings_.error("E0526", second,
                                          fmt::format("two branches of this `parallel` act on {} at the same time", listed(conflict.hosts)),
                                          trail_, About::Values);
        finding.label("acts on it too").help("put both into one branch, or write them one after the other outside `parallel`");
        if (second != conflict.second.span) finding.see(conflict.second.span, "this acts there");
        finding.see(place(conflict.first), fmt::format("another branch acts on {} here", listed(conflict.hosts)));
    }
    return ends ? Flow::Ends : Flow::GoesOn;
}

// ---------------------------------------------------------------- for

Analyzer::Flow Analyzer::analyze(const For& loop, Span) {
    visit(loop.list);
    const auto list = state_.known(loop.list);
    if (!list || list->is_unknown()) {
        const Until unsure(unsure_, unsure_ + 1);
        const Perhaps perhaps(lock_hosts_);
        auto from = possible_hosts(loop.list, state_);
        if (from) from->exact = false;
        one_turn(loop, std::nullopt, std::move(from));
        return Flow::GoesOn;
    }
    if (list->items().empty()) {
        if (const auto why = emptied(loop.list, state_)) {
            findings_
                .warning("W0654", why->where, because("this loop has nothing to do: no host matches this `where`", why->why), trail_,
                         About::Values)
                .label("no host is left")
                .help("correct the condition or the facts");
        }
        return Flow::GoesOn;
    }
    bool first = true;
    for (const Value& element : list->items()) {
        if (hurried() && !first) break;
        first = false;
        trail_.push_back({Turn::Kind::Loop, loop.list.span, fmt::format("in the turn in which `{}` is {}", loop.variable, element.show())});
        one_turn(loop, element, std::nullopt);
        trail_.pop_back();
    }
    state_.scope->bind(loop.slot, std::nullopt);
    return Flow::GoesOn;
}

void Analyzer::one_turn(const For& loop, std::optional<Value> value, std::optional<Hosts> from) {
    state_.scope->bind(loop.slot, std::move(value));
    state_.scope->hosts[static_cast<std::size_t>(loop.slot)] = std::move(from);
    block(loop.body);
}

// ---------------------------------------------------------------- find

Analyzer::Flow Analyzer::analyze(const Find& find, Span whole) {
    may_fail(whole);
    const Span span{find.list.span.begin, find.condition.span.end, find.list.span.file};
    visit(find.list);
    const auto from = possible_hosts(find.list, state_);
    {
        const Until unsure(unsure_, unsure_ + 1);
        const bool known = from && !from->all.empty();
        for (const Host* host : known ? each_once(from->all) : std::vector<const Host*>{nullptr}) {
            state_.scope->bind(find.variable_slot, host == nullptr ? std::nullopt : std::optional(Value(host)));
            const Until place(state_.place, host == nullptr ? Place{.kind = Place::Kind::Somewhere}
                                                            : Place{Place::Kind::Machine, host, from->exact, find.list.span});
            visit(find.condition);
            if (hurried()) break;
        }
    }
    state_.scope->bind(find.variable_slot, std::nullopt);
    state_.scope->bind(find.slot, std::nullopt);
    if (!from) return Flow::GoesOn;
    Hosts left = narrowed(*from, find.variable_slot, find.condition, state_, true);
    if (from->exact && left.all.empty()) {
        const auto why = emptied(find.list, state_);
        const std::string reason = why                 ? why->why
                                   : from->all.empty() ? "the list is empty"
                                                       : explain(from->all, find.variable_slot, find.condition, state_);
        findings_.error("E0522", span, because("`find` can find no host here", reason), trail_, About::Values)
            .help("correct the condition or the list: `find` needs exactly one host");
    } else if (left.exact && left.all.size() > 1) {
        findings_
            .error("E0523", span, fmt::format("`find` needs exactly one host, and finds {}: {}", left.all.size(), listed(left.all)), trail_,
                   About::Values)
            .help("make the condition narrower");
    }
    if (left.exact && left.all.size() == 1) {
        state_.scope->bind(find.slot, Value(left.all.front()));
    } else {
        left.exact = false;
        state_.scope->hosts[static_cast<std::size_t>(find.slot)] = std::move(left);
    }
    return Flow::GoesOn;
}

}  // namespace lang::analysis
