// A resumed run walks the same text again and does not do what was done: finished steps as a whole, the rest statement by
// statement.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "runtime/event/value_json.hpp"
#include "runtime/interpret/effects/invariants.hpp"
#include "runtime/interpret/interpreter.hpp"

namespace runtime {

void Interpreter::tell_resumed(std::vector<std::string> finished, int undos) {
    totals_ = past_.totals;
    tell({}, event::RunResumed{.operator_name = options_.operator_name,
                               .machine = options_.machine,
                               .part = past_.parts + 1,
                               .finished = std::move(finished),
                               .run = options_.run,
                               .undos = undos});
}

void Interpreter::may_resume(const Branch& branch) {
    if (auto broken = broken_invariant(evaluator_, branch.step)) {
        Failure failure{.end = End::Failed, .message = fmt::format("the run is not resumed: {}", *broken)};
        tell(branch, event::Failed{failure.message});
        failure.told = true;
        throw failure;
    }
}

bool Interpreter::finished_before(const ir::Step& step, const std::string& title, Branch& branch) {
    const auto finished = past_.steps.find(step.number);
    if (finished == past_.steps.end()) return false;
    restore_step(step.body, step.number, branch);
    Branch inner = branch;
    inner.step = step.number;
    tell(inner, event::DoneBefore{.key = {}, .what = title, .when = finished->second});
    return true;
}

bool Interpreter::passed_over(const ir::Step& step, const std::string& title, Branch& branch) {
    const auto passed = past_.passed_over.find(step.number);
    if (passed == past_.passed_over.end()) return false;
    restore_step(step.body, step.number, branch);
    Branch inner = branch;
    inner.step = step.number;
    const event::PassedOver told{.title = title, .by = passed->second.by};
    tell(inner, told);
    settle_step(step.number);
    if (passed->second.counted) return true;
    const std::lock_guard lock(mutex_);
    totals_.skipped.push_back(passed_over_text(step.number, told));
    return true;
}

/// What later steps may read of a step that is not done again.
void Interpreter::restore_step(const ir::Block& block, const std::string& number, Branch& branch) {
    const auto restore = [&](const std::string& name, int slot, const lang::Type& type) {
        const auto found = past_.of_step.find(fmt::format("{} {}", number, name));
        branch.frame[slot] = found != past_.of_step.end()
                                 ? value_from_json(found->second.stored, type, *program_.site)
                                 : Value::unknown(fmt::format("`{}` is set in step {}, which this run has not done", name, number));
    };
    for (const ir::Stmt& stmt : block) {
        if (const auto* let = std::get_if<ir::Let>(&stmt.node)) restore(let->name, let->slot, let->value.type);
        if (const auto* find = std::get_if<ir::Find>(&stmt.node)) restore(find->name, find->slot, lang::Type(lang::Kind::Host));
        if (const auto* ask = std::get_if<ir::Ask>(&stmt.node)) restore(ask->name, ask->slot, ask->type);
        if (const auto* step = std::get_if<ir::Step>(&stmt.node)) restore_step(step->body, step->number, branch);
        if (const auto* parallel = std::get_if<ir::Parallel>(&stmt.node)) restore_step(parallel->branches, number, branch);
    }
}

bool Interpreter::restored(const std::string& key, const std::string& name, int slot, const lang::Type& type, Branch& branch) {
    const auto found = past_.bindings.find(key);
    if (found == past_.bindings.end()) return false;
    Value value = value_from_json(found->second.stored, type, *program_.site);
    if (value.is_unknown()) return false;  // the site has lost what it named: read it anew
    tell(branch,
         event::Bound{
             .key = key, .name = name, .value = value.show(), .kept = false, .stored = found->second.stored, .read = found->second.read});
    branch.frame[slot] = std::move(value);
    return true;
}

Interpreter::Before Interpreter::passed_before(const std::string& key, const std::string& condition, Branch& branch) {
    const auto found = past_.conditions.find(key);
    if (found == past_.conditions.end()) return past_.doubtful.contains(key) ? Before::Doubtful : Before::Open;
    tell(branch, event::DoneBefore{.key = key, .what = condition, .when = found->second});
    return Before::Passed;
}

void Interpreter::doubt(const std::string& key, const std::string& condition, Failure failure, Branch& branch) {
    const std::string when = lang::show(past_.doubtful.at(key));
    tell(branch, event::Noted{fmt::format("{}\nheld at {} and cannot be seen to hold now: what was sent after it is looked at first",
                                          condition, when)});
    failure.message += fmt::format("\n  it held at {}, before something was sent that has not arrived", when);
    branch.doubts.push_back(std::make_shared<Doubt>(Doubt{.failure = std::move(failure)}));
}

void Interpreter::settle_doubts(bool done, Branch& branch) {
    const std::vector<std::shared_ptr<Doubt>> doubts = std::exchange(branch.doubts, {});
    const std::lock_guard lock(mutex_);
    for (const auto& doubt : doubts) {
        if (!done && !doubt->settled) throw doubt->failure;
        doubt->settled = true;
    }
}

bool Interpreter::done_before(const std::string& key, const std::string& what, const ir::Clauses& clauses, Branch& branch) {
    const auto found = past_.actions.find(key);
    if (found == past_.actions.end() || found->second.came != Past::Came::Done) return false;
    tell(branch, event::DoneBefore{.key = key, .what = what, .when = found->second.when});
    take_up_undo(clauses, key, what, branch);
    ++branch.changes;
    return true;
}

Interpreter::Earlier Interpreter::sent_before(bool can_look, const std::string& key, const std::string& call, Branch& branch) {
    const auto found = past_.actions.find(key);
    if (found == past_.actions.end()) return Earlier::NotSent;
    const bool sent = found->second.came == Past::Came::Sent;
    if (can_look) return sent ? Earlier::Sent : Earlier::NotSent;

    const std::string how = sent ? "was sent, and nobody knows what it did" : "was sent and failed";
    const Reaction answer = world_.person.choose(
        fmt::format("{} on {} {} ({}). It cannot be looked up. What is true?", call, branch.frame.host->name, how,
                    lang::show(found->second.when)),
        {{"done", "it has done its work: go on after it"}, {"again", "send it once more"}, {"abort", "end the run here"}}, Time::max());
    const bool decided = answer.kind == Reaction::Kind::Yes;
    if (decided) tell(branch, event::Decided{.about = call, .choice = answer.text, .reason = {}, .by = answer.by});
    if (!decided || answer.text == "abort") {
        throw Failure{.end = End::UnknownOutcome,
                      .message = fmt::format("{} on {} {}: it is not sent again by itself. Look whether it has done its work, then run "
                                             "`procrun resume` at a terminal and say so.",
                                             call, branch.frame.host->name, how),
                      .final = decided};
    }
    return answer.text == "again" ? Earlier::NotSent : Earlier::Done;
}

}  // namespace runtime
