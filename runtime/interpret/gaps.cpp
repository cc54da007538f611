// A rehearsal meets what its simulated site has no model of: it goes on without the statements that depend on it, and tells each.
#include <fmt/format.h>

#include "runtime/interpret/interpreter.hpp"

namespace runtime {

std::optional<Gap> Interpreter::gap_of(const Value& value) const {
    if (!options_.simulated || !value.is_not_simulated() || world_.stop.no_new_action()) return std::nullopt;
    return Gap{.why = value.why_unknown().why, .mend = value.why_unknown().mend};
}

void Interpreter::pass_over(const Key& key, const std::string& what, const Gap& gap, const Branch& branch) {
    const std::string place = branch.place.at == nullptr ? std::string() : evaluator_.place_of(branch.place.at->span);
    const event::GapMet told{.key = key, .what = what, .place = place, .why = gap.why, .mend = gap.mend};
    emit(branch, told);
    ++met_gaps_;
    const std::lock_guard lock(mutex_);
    add_gap(rehearsed_, told, branch.place.step, branch.frame.host == nullptr ? std::string() : branch.frame.host->name);
}

bool Interpreter::passes_over(const ir::Stmt& stmt, const Failure& failure, Branch& branch) {
    if (!failure.gap || failure.end != End::Failed || world_.stop.no_new_action()) return false;
    branch.place.at = &stmt;  // what stands in it may have moved it on
    const auto bind_gap = [&](const std::string& name, int slot, bool keep) {
        bind(branch.place.key, name, slot, Value::not_simulated(failure.gap->why, failure.gap->mend), keep, branch);
    };
    if (const auto* let = std::get_if<ir::Let>(&stmt.node)) bind_gap(let->name, let->slot, let->keep);
    if (const auto* find = std::get_if<ir::Find>(&stmt.node)) bind_gap(find->name, find->slot, find->keep);
    pass_over({}, shortened_source(stmt), *failure.gap, branch);
    return true;
}

bool Interpreter::choose_branch(const Key& key, const std::string& condition, const Gap& gap, const Branch& branch) {
    const std::string about = fmt::format("if {}", condition);
    const Reaction answer = world_.person.choose(
        {.kind = Question::Kind::Gap, .about = about, .text = fmt::format("`{}` is a gap: {}. Which branch is rehearsed?", about, gap.why)},
        {{"then", "as if it were true"}, {"else", "as if it were false"}}, branch.bounds.deadline.time());
    const bool is_chosen = answer.kind == Reaction::Kind::Yes;
    if (is_chosen) emit(branch, event::Decided{.about = about, .choice = answer.text, .reason = {}, .by = answer.by});
    const bool yes = is_chosen && answer.text == "then";
    pass_over(key, fmt::format("{}: the branch `{}` is rehearsed{}", about, yes ? "then" : "else", is_chosen ? "" : ", as nobody chose"),
              gap, branch);
    return yes;
}

void Interpreter::tell_rehearsed() {
    rehearsed_.rested_on = connections_.rested_on();
    if (rehearsed_.gaps.empty() && rehearsed_.rested_on.empty()) return;
    emit({}, rehearsed_);
}

}  // namespace runtime
