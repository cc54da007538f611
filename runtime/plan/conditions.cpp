// Conditions and bindings: their value now, or what decides it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "runtime/interpret/values/explain.hpp"
#include "runtime/plan/planner.hpp"

namespace runtime {

using Kind = PlanItem::Kind;

void Planner::visit(const ir::Require& require, const ir::Stmt& stmt, Place& place) {
    const Seen seen = see(require.condition, place, true);
    PlanItem condition = item(Kind::Require, Outlook::Holds, written(require.condition, place), stmt, place);
    if (seen.value.is_unknown()) {
        condition.outlook = seen.stops ? Outlook::Refused : seen.value.is_later() ? Outlook::KnownAfter : Outlook::CannotTell;
        condition.why = seen.value.why_unknown().why;
    } else if (!seen.value.boolean()) {
        condition.outlook = Outlook::Refused;
        condition.why = explain_briefly(evaluator_, require.condition, place.frame, evaluation_);
        if (require.message) condition.why = fmt::format("{}: {}", text(*require.message, place), condition.why);
    }
    add(std::move(condition), place);
}

void Planner::visit(const ir::Wait& wait, const ir::Stmt& stmt, Place& place) {
    const Seen seen = see(wait.condition, place);
    PlanItem waiting = item(Kind::Wait, Outlook::Waiting, written(wait.condition, place), stmt, place);
    const Value within = see(*wait.within, place).value;
    if (!within.is_unknown()) waiting.within = within.duration();
    if (seen.is(true)) {
        waiting.outlook = Outlook::Holds;
        return add(std::move(waiting), place);
    }
    if (seen.value.is_later()) {
        waiting.outlook = Outlook::KnownAfter;
        waiting.why = seen.value.why_unknown().why;
    } else {
        waiting.why = seen.stops ? seen.value.why_unknown().why : explain_briefly(evaluator_, wait.condition, place.frame, evaluation_);
    }
    // The plan goes on as if it were reached: what it waited for will be otherwise than it is now.
    const std::string after = by("the wait", place);
    for (const Reading& reading : seen.readings) pending_.await(*reading.host, reading.system, reading.about, after);
    add(std::move(waiting), place);
}

void Planner::visit(const ir::If& choice, const ir::Stmt& stmt, Place& place) {
    const Seen seen = see(choice.condition, place);
    PlanItem condition = item(Kind::If, Outlook::Holds, written(choice.condition, place), stmt, place);
    const auto way = [&](const char* title, const ir::Block& body) {
        PlanItem taken = item(Kind::Way, Outlook::Said, title, stmt, place);
        Place own = place;
        own.items = &taken.children;
        block(body, own);
        if (!taken.children.empty()) condition.children.push_back(std::move(taken));
    };
    if (!seen.value.is_unknown()) {
        const bool yes = seen.value.boolean();
        condition.outlook = yes ? Outlook::Holds : Outlook::DoesNotHold;
        way(yes ? "yes" : "no", yes ? choice.yes : choice.no);
        return add(std::move(condition), place);
    }
    condition.outlook = seen.stops ? Outlook::Refused : seen.value.is_later() ? Outlook::KnownAfter : Outlook::CannotTell;
    condition.why = seen.value.why_unknown().why;
    const PendingEffects before = pending_;
    way("yes", choice.yes);
    const PendingEffects after_yes = std::exchange(pending_, before);
    way("no", choice.no);
    pending_.join(after_yes, before);
    add(std::move(condition), place);
}

/// What is bound to nothing that is known stays unknown, with its reason, wherever it is used.
PlanItem Planner::bound(const std::string& name, bool keep, const ir::Stmt& stmt, const Seen& seen, Place& place) {
    PlanItem binding = item(keep ? Kind::Keep : Kind::Let, Outlook::Said, name, stmt, place);
    if (!seen.value.is_unknown()) {
        // What only sorts hosts and constants is no news; what was read from a host is.
        binding.why = seen.value.show();
        if (!seen.readings.empty()) binding.outlook = Outlook::Holds;
    } else {
        binding.outlook = seen.stops ? Outlook::Refused : seen.value.is_later() ? Outlook::KnownAfter : Outlook::CannotTell;
        binding.why = seen.value.why_unknown().why;
    }
    return binding;
}

void Planner::visit(const ir::Let& let, const ir::Stmt& stmt, Place& place) {
    const Seen seen = see(let.value, place);
    place.frame[let.slot] = seen.value;
    add(bound(let.name, let.keep, stmt, seen, place), place);
}

void Planner::visit(const ir::Find& find, const ir::Stmt& stmt, Place& place) {
    const std::string condition = evaluator_.source_of(find.condition);
    const Seen seen = gather(
        [&](Evaluation& evaluation) -> Value {
            const Value list = evaluator_.evaluate(find.list, place.frame, evaluation);
            if (list.is_unknown()) return list;
            const std::vector<Value> answers = evaluator_.on_each(list.items(), place.frame, [&](Frame& own) {
                own[find.variable_slot] = own.host;
                return evaluator_.evaluate(find.condition, own, evaluation);
            });
            std::vector<Value> found;
            for (std::size_t i = 0; i < answers.size(); ++i) {
                if (answers[i].is_unknown()) return answers[i];
                if (answers[i].boolean()) found.push_back(list.items()[i]);
            }
            if (found.size() == 1) return found.front();
            throw Failure{.end = End::Failed,
                          .message = fmt::format("exactly one of {} must have `{}`, but it holds on {}", list.show(), condition,
                                                 found.empty() ? "none" : Value::list(found).show())};
        },
        false);
    place.frame[find.slot] = seen.value;
    add(bound(find.name, find.keep, stmt, seen, place), place);
}

}  // namespace runtime
