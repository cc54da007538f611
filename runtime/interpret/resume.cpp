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
    totals_ = resumption_.totals();
    emit({}, event::RunResumed{.operator_name = options_.operator_name,
                               .machine = options_.machine,
                               .part = resumption_.part(),
                               .finished = std::move(finished),
                               .run = options_.run,
                               .undos = undos});
    if (options_.consent) emit({}, *options_.consent);
    if (undos > 0 || resumption_.taken_back().empty()) return;
    emit({}, event::Noted{fmt::format("what was done before does not count by itself: {}. Each action looks again, and of one that cannot "
                                      "look it is asked whether it has done its work.",
                                      resumption_.taken_back())});
}

void Interpreter::may_resume(const Branch& branch) {
    if (auto broken = broken_invariant(evaluator_, branch.place.step)) {
        Failure failure{.end = End::Failed, .message = fmt::format("the run is not resumed: {}", *broken)};
        emit(branch, event::Failed{failure.message});
        failure.told = true;
        throw failure;
    }
}

bool Interpreter::finished_before(const ir::Step& step, const std::string& title, Branch& branch) {
    const auto finished = resumption_.finished(step.number);
    if (!finished) return false;
    restore_step(step.body, step.number, branch);
    Branch inner = branch;
    inner.place.step = step.number;
    emit(inner, event::DoneBefore{.key = {}, .what = title, .when = *finished});
    return true;
}

bool Interpreter::passed_over(const ir::Step& step, const std::string& title, Branch& branch) {
    const Resumption::PassedOver* passed = resumption_.passed_over(step.number);
    if (passed == nullptr) return false;
    restore_step(step.body, step.number, branch);
    Branch inner = branch;
    inner.place.step = step.number;
    const event::PassedOver told{.title = title, .by = passed->by};
    emit(inner, told);
    settle_step(step.number);
    if (passed->counted) return true;
    const std::lock_guard lock(mutex_);
    totals_.skipped.push_back(passed_over_text(step.number, told));
    return true;
}

/// What later steps may read of a step that is not done again.
void Interpreter::restore_step(const ir::Block& block, const std::string& number, Branch& branch) {
    const auto restore = [&](const std::string& name, int slot, const lang::Type& type) {
        const auto found = resumption_.bound_in(number, name);
        branch.frame[slot] = found ? value_from_json(found->stored, type, *program_.site)
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

bool Interpreter::restored(const Key& key, const std::string& name, int slot, const lang::Type& type, Branch& branch,
                           const std::function<Value()>& read) {
    const auto found = resumption_.bound(key);
    if (!found) return false;
    Value value = value_from_json(found->stored, type, *program_.site);
    if (value.is_unknown()) return false;  // the site has lost what it named: read it anew
    if (read && !found->doubtful.empty()) refuse_changed(name, value, *found, read);
    emit(branch,
         event::Bound{.key = key, .name = name, .value = value.show(), .kept = false, .stored = found->stored, .read = found->read});
    branch.frame[slot] = std::move(value);
    return true;
}

/// The run has acted on what it read then. Where that is no longer so, because of another run, nobody knows which of the two it is to go
/// on with.
void Interpreter::refuse_changed(const std::string& name, const Value& then, const Resumption::Binding& binding,
                                 const std::function<Value()>& read) {
    std::string now;
    try {
        const Value value = read();
        const Value same = lang::equal(value, then);
        if (!same.is_unknown() && same.boolean()) return;
        now = value.show();
    } catch (const Failure& failure) {
        now = fmt::format("not to be read as one: {}", failure.message);
    }
    throw Failure{.end = End::Failed,
                  .message = fmt::format("`{}` was {} at {}, and is now {}. {}: what this run has done for the one may be wrong for the "
                                         "other. Undo it, or start a new run.",
                                         name, then.show(), lang::show(binding.read), now, binding.doubtful)};
}

// ---------------------------------------------------------------- conditions

Resumption::Validity Interpreter::seen_before(const Key& key, const std::string& condition, Branch& branch) {
    const Resumption::Seen before = resumption_.seen(key);
    if (before.validity == Resumption::Validity::Served) {
        emit(branch, event::DoneBefore{.key = key, .what = condition, .when = before.when});
    }
    // Once something was done anew in front of it, it is needed as it is written.
    const bool is_needed = before.validity == Resumption::Validity::Superseded && branch.done.sent > 0;
    return is_needed ? Resumption::Validity::Open : before.validity;
}

void Interpreter::doubt(Time held, const std::string& condition, Failure failure, Branch& branch, std::function<void(Branch&)> again) {
    const std::string when = Value(held).plain();
    emit(branch, event::Noted{fmt::format("{}\nheld at {} and cannot be seen to hold now: what was done after it is looked at first",
                                          condition, when)});
    failure.message += fmt::format("\n  it held at {}, before something was done that is not so now", when);
    doubt(std::move(failure), branch, std::move(again));
}

void Interpreter::doubt(Failure failure, Branch& branch, std::function<void(Branch&)> again) {
    Doubt doubt{.failure = std::move(failure), .again = std::move(again)};
    if (doubt.again) {
        doubt.there = std::make_shared<Branch>(branch);
        doubt.there->unsettled.doubts.clear();
        doubt.globals = detach(*doubt.there);
    }
    branch.unsettled.doubts.push_back(std::make_shared<Doubt>(std::move(doubt)));
}

void Interpreter::settle_doubts(bool done, Branch& branch) {
    for (const auto& doubt : std::exchange(branch.unsettled.doubts, {})) {
        {
            const std::lock_guard lock(mutex_);
            if (std::exchange(doubt->settled, true)) continue;
        }
        try {
            if (!done && !doubt->again) throw Failure(doubt->failure);
            if (!done) {
                doubt->there->bounds.siblings = branch.bounds.siblings;
                doubt->there->bounds.deadline = branch.bounds.deadline;
                doubt->again(*doubt->there);
            }
        } catch (const Failure&) {
            tell_steps(*doubt, false);
            throw;
        }
        tell_steps(*doubt, true);
    }
}

void Interpreter::tell_steps(const Doubt& doubt, bool holds) {
    for (const auto& step : doubt.steps) {
        bool is_last = false;
        {
            const std::lock_guard lock(mutex_);
            is_last = !step->failed && (--step->doubts == 0 || !holds);
            step->failed = step->failed || !holds;
        }
        if (is_last) emitter_.emit(step->number, {}, event::StepEnded{.title = step->title, .done = holds, .took = step->took});
    }
}

void Interpreter::end_step(DoubtfulStep step, const Branch& inner, Branch& outer) {
    const std::vector<std::shared_ptr<Doubt>> before = outer.unsettled.doubts;
    carry_doubts(inner, outer);
    const auto ended = std::make_shared<DoubtfulStep>(std::move(step));
    {
        const std::lock_guard lock(mutex_);
        for (const auto& doubt : outer.unsettled.doubts) {
            if (std::find(before.begin(), before.end(), doubt) != before.end()) continue;
            doubt->steps.push_back(ended);
            ++ended->doubts;
        }
    }
    if (ended->doubts == 0) emit(inner, event::StepEnded{.title = ended->title, .done = true, .took = ended->took});
}

void Interpreter::carry_doubts(const Branch& inner, Branch& outer) {
    const std::lock_guard lock(mutex_);
    for (const auto& doubt : inner.unsettled.doubts) {
        if (std::find(outer.unsettled.doubts.begin(), outer.unsettled.doubts.end(), doubt) == outer.unsettled.doubts.end())
            outer.unsettled.doubts.push_back(doubt);
    }
    std::erase_if(outer.unsettled.doubts, [](const auto& doubt) { return doubt->settled; });
}

// ---------------------------------------------------------------- actions

bool Interpreter::done_before(const Key& key, const std::string& what, const ir::Clauses& clauses, Branch& branch) {
    const Resumption::Deed before = resumption_.deed(key);
    if (before.standing != Resumption::Standing::Counts) return false;
    emit(branch, event::DoneBefore{.key = key, .what = what, .when = before.when});
    take_up_undo(clauses, key, what, branch);
    ++branch.done.changes;
    return true;
}

bool Interpreter::still_signed_off(const Key& key, const std::string& call, Branch& caller, Branch& inner) {
    const Resumption::Deed before = resumption_.deed(key);
    if (before.standing != Resumption::Standing::Open) return false;
    const Reaction answer = world_.person.choose(
        {.kind = Question::Kind::SignedOff,
         .about = call,
         .text = fmt::format("{} was signed off ({}), and may not be so any more: {}. What is true?", call, Value(before.when).plain(),
                             before.why)},
        {{"done", "it is still so: go on after it"}, {"again", "it has to be done again"}, {"abort", "end the run here"}}, Time::max());
    if (answer.kind == Reaction::Kind::Nobody) return false;  // who can sign off can still be asked for that
    const bool decided = answer.kind == Reaction::Kind::Yes;
    if (decided) emit(caller, event::Decided{.about = call, .choice = answer.text, .reason = {}, .by = answer.by});
    if (!decided || answer.text == "abort") {
        throw Failure{.end = End::Aborted,
                      .message = fmt::format("{}: nobody said whether it is still so; `procrun resume` asks again", call),
                      .final = decided};
    }
    if (answer.text == "again") return false;
    settle_doubts(true, inner);
    emit(caller,
         event::ActionEnded{
             .key = key, .call = call, .effect = Effect::SignedOff, .why = "still so, says " + answer.by, .verified = true, .took = {}});
    ++inner.done.changes;
    return true;
}

Interpreter::Earlier Interpreter::sent_before(bool can_look, const Key& key, const std::string& call, Branch& branch) {
    using Standing = Resumption::Standing;
    const Resumption::Deed before = resumption_.deed(key);
    if (before.standing == Standing::New) return Earlier::NotSent;
    const bool sent = before.standing == Standing::Sent;
    if (can_look) return sent ? Earlier::Sent : before.standing == Standing::Failed ? Earlier::Failed : Earlier::NotSent;

    const std::string how = sent                                  ? "was sent, and nobody knows what it did"
                            : before.standing == Standing::Failed ? "was sent and failed"
                                                                  : fmt::format("was done, and may not be so any more: {}", before.why);
    const std::string about = fmt::format("{} on {}", call, branch.frame.host->name);
    const Reaction answer = world_.person.choose(
        {.kind = Question::Kind::Outcome,
         .about = about,
         .text = fmt::format("{} {} ({}). It cannot be looked up. What is true?", about, how, Value(before.when).plain())},
        {{"done", "it has done its work: go on after it"}, {"again", "send it once more"}, {"abort", "end the run here"}}, Time::max());
    const bool decided = answer.kind == Reaction::Kind::Yes;
    if (decided) emit(branch, event::Decided{.about = call, .choice = answer.text, .reason = {}, .by = answer.by});
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
