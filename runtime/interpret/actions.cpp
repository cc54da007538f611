// Statements that change the world, or ask a person to: how they are told, bounded, undone and answered for.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lang/syntax/read_value.hpp"
#include "runtime/interpret/effects/action_runner.hpp"
#include "runtime/interpret/interpreter.hpp"
#include "runtime/interpret/values/explain.hpp"
#include "runtime/shell/dialect.hpp"

namespace runtime {

const Key& Interpreter::take_key(Branch& branch, const std::string& label) {
    if (branch.unsettled.again) {
        branch.place.key = *std::exchange(branch.unsettled.again, std::nullopt);
        return branch.place.key;
    }
    // As the journal will have it: a resume must find it there. What masks alike is told apart by its order.
    Key key{.step = branch.place.step,
            .path = branch.place.path,
            .label = label,
            .host = branch.frame.host != nullptr ? branch.frame.host->name : std::string(),
            .ordinal = 0};
    each_text(key, [&](std::string& text) { text = world_.mask(std::move(text)); });
    {
        const std::lock_guard lock(mutex_);
        int& last = ordinals_[key];
        key.ordinal = ++last;
    }
    key.meaning = world_.mask(meaning(branch));
    return branch.place.key = std::move(key);
}

std::string Interpreter::meaning(const Branch& branch) {
    if (branch.place.at == nullptr) return {};
    const Meaning* line = nullptr;
    {
        const std::lock_guard lock(mutex_);
        const std::pair name(branch.place.at, branch.frame.host);
        auto known = lines_.find(name);
        if (known == lines_.end()) {
            Meaning made = line_of(*branch.place.at, program_, world_.registry.catalog(), branch.frame.host, branch.place.define >= 0);
            made.meaning = meaning_number(made.meaning);
            known = lines_.emplace(name, std::move(made)).first;
        }
        line = &known->second;
    }
    // The text is in the journal as it is; what a value may have of a secret is not.
    std::string values;
    const auto add = [&](int slot, const Value& value) { values += fmt::format("|{}={}", slot, world_.mask(meaning_of_value(value))); };
    for (const int slot : line->bindings) add(slot, branch.frame.slots[static_cast<std::size_t>(slot)]);
    for (const int slot : line->globals) add(slot, branch.frame.global(slot));
    return values.empty() ? line->meaning : fmt::format("{}-{}", line->meaning, meaning_number(values));
}

void Interpreter::forget_turns(const Branch& branch) {
    const Key line{.step = branch.place.step, .path = branch.place.path, .ordinal = 0};
    const std::lock_guard lock(mutex_);
    const auto first = ordinals_.lower_bound(line);
    auto last = first;
    while (last != ordinals_.end() && last->first.step == line.step && last->first.goes_on_from(line)) ++last;
    ordinals_.erase(first, last);
}

std::vector<event::Touched> Interpreter::touched_by(const Action& action, const Arguments& arguments, const lang::Host& host) const {
    std::vector<event::Touched> all;
    if (!action.touches) return all;
    for (const Footprint& one : action.touches(connections_.context(arguments, &host, Detected{}))) {
        all.push_back({.host = (one.host != nullptr ? *one.host : host).name, .system = one.system, .object = one.object});
    }
    return all;
}

void Interpreter::add_touched(const std::vector<event::Touched>& touched, const Branch& branch) {
    if (!branch.done.touched) return;
    const std::lock_guard lock(mutex_);
    branch.done.touched->insert(branch.done.touched->end(), touched.begin(), touched.end());
}

void Interpreter::settle(const ir::Clauses& clauses, const Key& key, const std::string& call, std::vector<event::Touched> touched,
                         Branch& branch) {
    if (clauses.undo) register_undo(*clauses.undo, key, call, branch);
    if (clauses.leave) {
        const std::string until = text(*clauses.leave, branch);
        const event::Left left{.call = call, .until = until, .touches = std::move(touched)};
        emit(branch, left);
        const std::string where = branch.frame.host != nullptr ? " on " + branch.frame.host->name : std::string();
        const std::lock_guard lock(mutex_);
        leaves_.push_back(left);
        totals_.left.push_back(fmt::format("{}{}: {}", call, where, until));
        left_by_.emplace_back(key, totals_.left.back());
    }
}

void Interpreter::otherwise(const ir::Otherwise& otherwise, Failure failure, Branch& branch) {
    if (failure.end != End::Failed) throw failure;  // an abort or an unknown outcome is nothing to be talked away
    if (const auto* message = std::get_if<ir::Expr>(&otherwise)) {
        failure.message = fmt::format("{}\n{}", text(*message, branch), failure.message);
        throw failure;
    }
    if (const auto* statements = std::get_if<ir::Block>(&otherwise)) {
        if (!failure.told) emit(branch, event::Noted{failure.message});
        return block(*statements, branch);
    }
    throw failure;
}

void Interpreter::action_failed(const ir::Action& statement, Failure failure, Branch& branch) {
    const auto* statements = std::get_if<ir::Block>(&statement.clauses.otherwise);
    const bool is_unknown = failure.end == End::UnknownOutcome;
    if (statements == nullptr || !statement.done_when || world_.stop.no_new_action())
        return otherwise(statement.clauses.otherwise, std::move(failure), branch);
    if (failure.end != End::Failed && !is_unknown) throw failure;
    if (!failure.told) emit(branch, event::Noted{failure.message});
    block(*statements, branch);
    if (!is_unknown && std::holds_alternative<ir::GoOn>(statements->back().node)) return;
    Looked looked;
    const Verdict now = done_when(statement, branch)(world_.registry[statement.builtin].signature.deadline, looked);
    if (now.state == Verdict::State::Reached) return;
    failure.told = false;
    failure.message += fmt::format("\nand what was done then has not {}: {}", is_unknown ? "made it known" : "brought it about", now.why);
    if (!looked.by.empty()) failure.message += "\n  read on " + looked.by;
    if (now.state == Verdict::State::Unclear) failure.end = End::UnknownOutcome;
    throw failure;
}

std::function<Verdict(Duration, Looked&)> Interpreter::done_when(const ir::Action& statement, Branch& branch) {
    if (!statement.done_when) return {};
    return [this, &condition = *statement.done_when, &branch](Duration patience, Looked& looked) -> Verdict {
        Evaluation evaluation(branch.place.step, patience, {}, {.to_the_end = true});  // what was sent wants to be known
        const Value done = evaluator_.evaluate(condition, branch.frame, evaluation);
        for (const Observation& read : evaluation.observations())
            looked.by = fmt::format("{} by: {}", read.host, without_base64(read.command));
        looked.gap = gap_of(done);
        if (!done.is_unknown() && done.boolean()) return {.state = Verdict::State::Reached, .why = evaluator_.source_of(condition)};
        return {.state = done.is_unknown() ? Verdict::State::Unclear : Verdict::State::Needed,
                .why = explain_briefly(evaluator_, condition, branch.frame, evaluation)};
    };
}

void Interpreter::execute(const ir::Action& statement, Branch& branch) {
    const Builtin& builtin = world_.registry[statement.builtin];
    std::vector<Value> values;
    for (const ir::Expr& argument : statement.arguments)
        values.push_back(known(lang::as_argument(evaluate(argument, branch)), argument, "the argument"));
    refuse_unfit(builtin.signature, values);
    const std::string call = call_text(builtin.signature, values);
    const Key key = take_key(branch, call);
    if (done_before(key, call, statement.clauses, branch)) return;
    if (is_left_out(branch)) return skip_left_out(key, call, branch);
    take_up_undo(statement.clauses, key, call, branch);
    const bool can_look = std::get<runtime::Action>(builtin.parts).probe || statement.done_when;
    const Earlier earlier = sent_before(can_look, key, call, branch);
    const Resumption::Standing standing = resumption_.deed(key).standing;
    const bool looks_first = can_look && standing != Resumption::Standing::New && standing != Resumption::Standing::Counts;
    if (!looks_first) settle_doubts(earlier == Earlier::Done, branch);
    const bool only_look = std::exchange(branch.unsettled.only_look, false);
    if (builtin.signature.switches_off && !only_look && branch.unsettled.doubts.empty()) yield_lock(*branch.frame.host, call, branch);
    const Time started = world_.scheduler.now();
    const Duration limit = statement.clauses.within ? time_limit(*statement.clauses.within, branch, "within") : builtin.signature.deadline;
    const Arguments arguments(builtin.signature, std::move(values));
    const auto before_change = [&] {
        const bool has_read = residues_.read_start();
        return sign_off(builtin.signature, arguments, call, branch) || has_read || renew_lease(branch);
    };
    const auto refused_now = [&]() -> std::string {
        try {
            renew_lease(branch);
        } catch (const Failure& failure) {
            return failure.message;
        }
        return {};
    };
    const auto due_if_sent = [&] {
        std::vector<event::UndoPending> due = branch.place.around;
        const auto& undo = statement.clauses.undo;
        if (undo && !undo->empty()) due.insert(due.begin(), pending_undo(*undo, key, call, branch));
        return due;
    };
    std::optional<Sent> sent;
    if (earlier == Earlier::Sent || earlier == Earlier::Failed) {
        Resumption::Deed deed = resumption_.deed(key);
        const bool is_over = earlier == Earlier::Failed;
        sent = Sent{.seen = std::move(deed.seen),
                    .may_run_until = is_over ? Time::min() : Deadline::after(std::min(deed.when, started), limit).time(),
                    .is_over = is_over};
    }
    bool was_sent = false;
    const auto perform = [&](bool may_send) {
        return ActionRunner(world_, connections_, emitter_)
            .perform({.builtin = builtin,
                      .arguments = arguments,
                      .host = *branch.frame.host,
                      .call = call,
                      .key = key,
                      .step = branch.place.step,
                      .deadline = branch.bounds.deadline.tighter(Deadline::after(started, limit)),
                      .only_look = !may_send,
                      .sent_before = sent ? &*sent : nullptr,
                      .done_when = done_when(statement, branch),
                      .before_change = before_change,
                      .refused_now = refused_now,
                      .due_if_sent = [&] {
                          was_sent = true;
                          return due_if_sent();
                      }});
    };
    ActionResult done{.effect = Effect::SignedOff, .why = "an earlier part of the run had sent it"};
    if (earlier != Earlier::Done) {
        const bool in_doubt = !branch.unsettled.doubts.empty();
        done = perform(!only_look && !in_doubt);
        const bool is_so = done.effect == Effect::Unchanged || done.effect == Effect::Changed;
        if (in_doubt && is_so) settle_doubts(true, branch);
        if (in_doubt && !only_look && done.effect == Effect::NotSent && !done.interrupted) {
            settle_doubts(false, branch);
            if (builtin.signature.switches_off) yield_lock(*branch.frame.host, call, branch);
            done = perform(true);
        }
    }
    // Where the lock is ours, what its host knows of is no newer run.
    if (done.kept_back) {
        if (const auto why = why_kept_back(*branch.frame.host, branch)) {
            done.why = fmt::format("nothing was sent: {}", *why);
        } else {
            done = perform(true);
        }
    }
    // What an earlier part of the run had sent has arrived: the run changed it, and an undo would be due.
    if (sent && done.effect == Effect::Unchanged) done.effect = Effect::Changed;
    emit(branch, event::ActionEnded{.key = key,
                                    .call = call,
                                    .effect = done.effect,
                                    .why = done.why,
                                    .verified = done.verified,
                                    .took = world_.scheduler.now() - started});
    const bool succeeded = done.effect == Effect::Changed || done.effect == Effect::Unchanged || done.effect == Effect::SignedOff;
    const bool may_have_changed = done.effect != Effect::Unchanged && done.effect != Effect::NotSent && done.effect != Effect::NotSimulated;
    {
        const std::lock_guard lock(mutex_);
        totals_.changed += done.effect == Effect::Changed;
        totals_.unchanged += done.effect == Effect::Unchanged;
        totals_.unverified += done.effect == Effect::Changed && !done.verified;
    }
    if (may_have_changed) {
        ++branch.done.changes;
        branch.done.sent += was_sent;
        std::vector<event::Touched> touched;
        if (statement.clauses.leave || branch.done.touched) {
            touched = touched_by(std::get<runtime::Action>(builtin.parts), arguments, *branch.frame.host);
        }
        add_touched(touched, branch);
        settle(statement.clauses, key, call, std::move(touched), branch);
        if (world_.broken_invariant) {
            if (auto broken = world_.broken_invariant()) throw Failure{.end = End::Failed, .message = std::move(*broken)};
        }
    }
    if (succeeded) return;
    if (done.gap && options_.simulated) return pass_over(key, call, *done.gap, branch);
    Failure failure{.end = done.effect == Effect::Unknown ? End::UnknownOutcome
                           : done.interrupted             ? End::Aborted
                                                          : End::Failed,
                    .message = fmt::format("{} on {}: {}", call, branch.frame.host->name, done.why)};
    action_failed(statement, std::move(failure), branch);
}

void Interpreter::execute(const ir::RunDefine& statement, Branch& branch) {
    const ir::Define& define = program_.defines[statement.define];
    Branch inner = branch;
    inner.frame = Frame{.globals = branch.frame.globals != nullptr ? branch.frame.globals : &branch.frame, .host = branch.frame.host};
    std::string arguments;
    for (const ir::Expr& argument : statement.arguments) {
        inner.frame.slots.push_back(known(argument, branch, "the argument"));
        arguments += (arguments.empty() ? "" : ", ") + inner.frame.slots.back().show();
    }
    inner.frame.slots.resize(static_cast<std::size_t>(std::max<int>(define.slots, static_cast<int>(statement.arguments.size()))));
    const std::string call = fmt::format("{}({})", define.name, arguments);
    const Key key = take_key(branch, call);
    if (define.human && done_before(key, call, statement.clauses, branch)) return;
    if (define.human && is_left_out(branch)) return skip_left_out(key, call, branch);
    take_up_undo(statement.clauses, key, call, branch);
    if (define.switches_off()) {
        for (std::size_t i = 0; i < statement.arguments.size(); ++i) yield_lock(inner.frame.slots[i], call, branch);
    }
    inner.place.path = key.inner_path();
    inner.place.define = static_cast<int>(statement.define);
    if (const auto& undo = statement.clauses.undo; undo && !undo->empty()) {
        inner.place.around.insert(inner.place.around.begin(), pending_undo(*undo, key, call, branch));
    }
    inner.bounds.retried = branch.bounds.retried;
    inner.bounds.deadline = within(statement.clauses.within, branch);
    if (statement.clauses.leave) inner.done.touched = std::make_shared<std::vector<event::Touched>>();
    const auto settle_call = [&] {
        if (inner.done.changes == branch.done.changes) return;
        std::vector<event::Touched> touched;
        if (statement.clauses.leave) {
            touched = *inner.done.touched;  // all that it did has ended
            add_touched(touched, branch);
        }
        settle(statement.clauses, key, call, std::move(touched), branch);
        branch.done.changes = inner.done.changes;
        branch.done.sent = inner.done.sent;
    };
    try {
        if (!define.human) {
            block(std::get<ir::Block>(define.body), inner);
        } else if (!still_signed_off(key, call, branch, inner)) {
            settle_doubts(false, inner);
            human(define, call, key, branch, inner);
        }
        carry_doubts(inner, branch);
    } catch (Failure& failure) {
        settle_call();
        otherwise(statement.clauses.otherwise, std::move(failure), branch);
        return;
    }
    settle_call();
}

// ---------------------------------------------------------------- people

Failure unanswered(const Reaction& reaction, const std::string& question, bool interrupted) {
    switch (reaction.kind) {
        case Reaction::Kind::No:
            return {.end = End::Failed, .message = fmt::format("\"{}\" was answered with no by {}", question, reaction.by)};
        case Reaction::Kind::Nobody:
            return {.end = End::Failed,
                    .message = fmt::format("\"{}\": {}", question,
                                           reaction.text.empty() ? "there is nobody to answer; give --answers FILE" : reaction.text)};
        default:
            return {.end = interrupted ? End::Aborted : End::Failed,
                    .message = fmt::format("\"{}\" was not answered{}", question, interrupted ? ": interrupted" : " in time")};
    }
}

void Interpreter::human(const ir::Define& define, const std::string& call, const Key& key, Branch& caller, Branch& inner) {
    const std::string question = text(*define.human, inner);
    residues_.read_start();
    emit(caller, event::Intent{.key = key, .call = call, .command = {}, .seen = {}, .undos = inner.place.around});
    emit(caller, event::Asked{question});
    const Time started = world_.scheduler.now();
    const Reaction reaction = world_.person.confirm(question, inner.bounds.deadline.time());
    const bool done = reaction.kind == Reaction::Kind::Yes;
    if (done) emit(caller, event::Answered{.key = {}, .question = question, .answer = "done", .by = reaction.by});
    emit(caller, event::ActionEnded{.key = key,
                                    .call = call,
                                    .effect = done ? Effect::SignedOff : Effect::Failed,
                                    .why = done ? "signed off by " + reaction.by : "not signed off",
                                    .verified = true,
                                    .took = world_.scheduler.now() - started});
    if (!done) throw unanswered(reaction, question, world_.stop.no_new_action());
    ++inner.done.changes;
    ++inner.done.sent;
    const std::lock_guard lock(mutex_);
    ++totals_.signed_off;
}

void Interpreter::execute(const ir::Confirm& confirm, Branch& branch) {
    const std::string question = text(confirm.text, branch);
    const Key key = take_key(branch, "confirm " + question);
    const Resumption::Seen before = resumption_.confirmed(key);
    const std::string what = "confirm \"" + question + '"';
    const bool is_superseded = before.validity == Resumption::Validity::Superseded && branch.done.sent == 0;
    if (before.validity == Resumption::Validity::Served)
        return emit(branch, event::DoneBefore{.key = key, .what = what, .when = before.when});
    if (is_left_out(branch)) return skip_left_out(key, what, branch);
    if (!is_superseded) return this->confirm(confirm, key, question, branch);
    // It was about what stands behind it: nobody is asked again unless that is to be done again.
    doubt({}, branch, [this, &confirm, key, question](Branch& there) { this->confirm(confirm, key, question, there); });
}

void Interpreter::confirm(const ir::Confirm& confirm, const Key& key, const std::string& question, Branch& branch) {
    const Deadline deadline = within(confirm.within, branch);
    emit(branch, event::Asked{question});
    const Reaction reaction = world_.person.confirm(question, deadline.time());
    if (reaction.kind != Reaction::Kind::Yes) throw unanswered(reaction, question, world_.stop.no_new_action());
    emit(branch, event::Answered{.key = key, .question = question, .answer = "yes", .by = reaction.by});
    const std::lock_guard lock(mutex_);
    ++totals_.signed_off;
}

void Interpreter::execute(const ir::Ask& ask, Branch& branch) {
    const Key key = take_key(branch, "let " + ask.name);
    if (restored(key, ask.name, ask.slot, ask.type, branch)) return;  // nobody is asked whether it is still so
    const std::string question = text(ask.question, branch);
    emit(branch, event::Asked{question});
    const Reaction reaction =
        world_.person.ask({.kind = Question::Kind::Written, .about = {}, .text = question}, ask.type, branch.bounds.deadline.time());
    if (reaction.kind != Reaction::Kind::Yes) throw unanswered(reaction, question, world_.stop.no_new_action());
    emit(branch, event::Answered{.key = {}, .question = question, .answer = reaction.text, .by = reaction.by});
    const auto value = lang::read_value(reaction.text, ask.type, program_.site.get());
    if (!value) throw Failure{.end = End::Failed, .message = fmt::format("\"{}\" is not a {}", reaction.text, ask.type.name())};
    bind(key, ask.name, ask.slot, *value, false, branch);
}

}  // namespace runtime
