// The plan itself: what stands in which step, in which words, and what a condition says while an effect is pending.
#include "runtime/plan/planner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "lang/text/prose.hpp"

namespace runtime {

using Kind = PlanItem::Kind;

namespace {

/// A statement or condition in a sentence: its beginning is enough to find it again.
std::string brief(const std::string& text) {
    constexpr std::size_t enough = 72;
    if (text.size() <= enough) return text;
    std::size_t cut = enough;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
    return text.substr(0, cut) + " …";
}

void make_prose(std::vector<PlanItem>& items) {
    for (PlanItem& item : items) {
        lang::make_prose(item.why);
        make_prose(item.children);
    }
}

bool is_many(const Value& value) { return std::holds_alternative<std::shared_ptr<const lang::List>>(value.payload()); }

}  // namespace

std::vector<Footprint> of_system(const std::vector<Footprint>& footprints, const std::string& system) {
    std::vector<Footprint> own;
    std::copy_if(footprints.begin(), footprints.end(), std::back_inserter(own), [&](const Footprint& one) { return one.system == system; });
    return own.empty() ? footprints : own;
}

Planner::Planner(const ir::Program& program, World& world)
    : program_(program),
      world_(world),
      emitter_(world),
      connections_(world, *program.site, emitter_),
      evaluator_(program, world, connections_),
      pending_(*program.site),
      evaluation_({}, Duration::max(), [this](const Builtin& builtin, const Context& context) { return query_filter(builtin, context); }) {}

Plan Planner::plan() {
    Plan plan{.procedure = program_.name, .site = program_.site->name, .parameters = {}, .items = {}};
    Place place{.frame = {}, .step = {}, .items = &plan.items};
    place.frame.slots.resize(static_cast<std::size_t>(program_.slots));
    for (const ir::Parameter& parameter : program_.parameters) {
        place.frame[parameter.slot] = parameter.value;
        plan.parameters.push_back({parameter.name, parameter.value.show()});
    }
    block(program_.body, place);
    if constexpr (lang::uppercase) make_prose(plan.items);
    return plan;
}

// ---------------------------------------------------------------- reading

std::optional<Value> Planner::query_filter(const Builtin& builtin, const Context& context) {
    const auto* query = std::get_if<Query>(&builtin.parts);
    if (query == nullptr || !query->reads) return std::nullopt;
    const std::vector<Footprint> reads = query->reads(context);
    const bool whole = std::any_of(reads.begin(), reads.end(), [](const Footprint& one) { return one.system == whole_host; });
    const std::string& module = builtin.signature.module;
    {
        const std::lock_guard lock(mutex_);
        readings_.push_back({.host = context.host, .system = whole ? whole_host : module, .about = of_system(reads, module)});
    }
    if (const auto by = pending_.over(*context.host, reads)) return Value::later("known only after " + *by);
    return std::nullopt;
}

Planner::Seen Planner::gather(const std::function<Value(Evaluation&)>& read, bool wanted_true) {
    Seen seen;
    readings_.clear();
    evaluation_.begin_anew();
    try {
        seen.value = read(evaluation_);
    } catch (const Failure& failure) {
        seen.value = Value::unknown(failure.message);
        seen.stops = true;
    }
    seen.readings = readings_;
    const bool as_it_should_be = !seen.value.is_unknown() && !(wanted_true && seen.is(false));
    if (as_it_should_be || seen.value.is_later()) return seen;
    for (const Reading& reading : seen.readings) {
        const bool unread = seen.value.is_unknown() && !seen.stops;
        const auto by = unread ? pending_.near(*reading.host) : pending_.around(*reading.host, reading.system);
        if (by) {
            seen.value = Value::later("known only after " + *by);
            seen.stops = false;
            break;
        }
    }
    return seen;
}

Planner::Seen Planner::see(const ir::Expr& expr, Place& place, bool wanted_true) {
    return gather([&](Evaluation& evaluation) { return evaluator_.evaluate(expr, place.frame, evaluation); }, wanted_true);
}

std::string Planner::text(const ir::Expr& expr, Place& place) { return see(expr, place).value.plain(); }

// ---------------------------------------------------------------- items

PlanItem Planner::item(Kind kind, Outlook outlook, std::string text, const ir::Stmt& stmt, const Place& place) const {
    return {.kind = kind,
            .outlook = outlook,
            .step = place.step,
            .host = place.frame.host != nullptr ? place.frame.host->name : std::string(),
            .text = std::move(text),
            .span = stmt.span};
}

void Planner::add(PlanItem item, Place& place) {
    for (std::string* text : {&item.text, &item.why, &item.command, &item.undo, &item.leave}) *text = world_.mask(std::move(*text));
    place.items->push_back(std::move(item));
}

std::string Planner::by(const std::string& what, const Place& place) const {
    return place.step.empty() ? brief(what) : fmt::format("step {} ({})", place.step, brief(what));
}

std::string Planner::written(const ir::Expr& expr, const Place& place) const {
    const std::string text = evaluator_.source_of(expr);
    const auto is_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.'; };
    const auto has_word = [&](const std::string& word) {
        for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
            const std::size_t end = at + word.size();
            const bool begins = at == 0 || !is_name(text[at - 1]);
            if (begins && (end == text.size() || text[end] == '.' || !is_name(text[end]))) return true;
        }
        return false;
    };
    std::string names;
    for (const event::Named& one : place.bindings) {
        if (has_word(one.name)) names += fmt::format("{}{}: {}", names.empty() ? "" : ", ", one.name, one.value);
    }
    return names.empty() ? text : fmt::format("{} ({})", text, names);
}

// ---------------------------------------------------------------- structure

void Planner::block(const ir::Block& block, Place& place) {
    for (const ir::Stmt& stmt : block) {
        std::visit([&](const auto& node) { visit(node, stmt, place); }, stmt.node);
    }
}

void Planner::visit(const ir::Step& step, const ir::Stmt& stmt, Place& place) {
    PlanItem whole = item(Kind::Step, Outlook::Said, text(step.title, place), stmt, place);
    whole.step = step.number;
    Place inner{.frame = place.frame, .step = step.number, .items = &whole.children, .bindings = place.bindings};
    block(step.body, inner);
    for (const int slot : step.visible) place.frame[slot] = inner.frame[slot];
    add(std::move(whole), place);
}

void Planner::visit(const ir::On& on, const ir::Stmt& stmt, Place& place) {
    const Value hosts = see(on.hosts, place).value;
    if (hosts.is_unknown()) return as_written(on.body, hosts.why_unknown().why, place);
    const std::vector<Value> all = is_many(hosts) ? hosts.items() : std::vector{hosts};
    const Seen max = on.max ? see(*on.max, place) : Seen{.value = 1};
    if (!max.value.is_unknown() && max.value.integer() < 1) {
        const std::string why = fmt::format("`max {}` is {} and lets no machine begin", evaluator_.source_of(*on.max), max.value.show());
        return add(item(Kind::Fail, Outlook::Refused, why, stmt, place), place);
    }
    for (const Value& host : all) {
        Place own = place;
        own.frame.host = &host.host();
        block(on.body, own);
    }
}

void Planner::visit(const ir::Parallel& parallel, const ir::Stmt&, Place& place) { block(parallel.branches, place); }

void Planner::visit(const ir::For& loop, const ir::Stmt&, Place& place) {
    const Value list = see(loop.list, place).value;
    if (list.is_unknown()) return as_written(loop.body, list.why_unknown().why, place);
    for (const Value& element : list.items()) {
        place.frame[loop.slot] = element;
        place.bindings.push_back({loop.variable, element.plain()});
        block(loop.body, place);
        place.bindings.pop_back();
    }
}

void Planner::as_written(const ir::Block& body, const std::string& why, Place& place) {
    for (const ir::Stmt& stmt : body) {
        PlanItem unseen = item(Kind::Action, Outlook::KnownAfter, brief(evaluator_.source_of(stmt.span)), stmt, place);
        unseen.why = why;
        pending_.touch_everything(by(unseen.text, place));
        add(std::move(unseen), place);
    }
}

// ---------------------------------------------------------------- words

void Planner::visit(const ir::Note& note, const ir::Stmt& stmt, Place& place) {
    add(item(Kind::Note, Outlook::Said, text(note.text, place), stmt, place), place);
}

void Planner::visit(const ir::Mark& mark, const ir::Stmt& stmt, Place& place) {
    add(item(Kind::Mark, Outlook::Said, mark.what, stmt, place), place);
}

void Planner::visit(const ir::Fail& fail, const ir::Stmt& stmt, Place& place) {
    add(item(Kind::Fail, Outlook::Refused, text(fail.text, place), stmt, place), place);
}

void Planner::visit(const ir::GoOn& go_on, const ir::Stmt& stmt, Place& place) {
    add(item(Kind::Skip, Outlook::Said, text(go_on.reason, place), stmt, place), place);
}

void Planner::visit(const ir::Commit& commit, const ir::Stmt& stmt, Place& place) {
    add(item(Kind::Commit, Outlook::Said, text(commit.reason, place), stmt, place), place);
}

Plan plan(const ir::Program& program, World& world) { return Planner(program, world).plan(); }

}  // namespace runtime
