// Statements that change the world, or ask a person to: how they are told, bounded, undone and answered for.
#include <fmt/format.h>

#include <algorithm>

#include "lang/read_value.hpp"
#include "runtime/interpret/interpreter.hpp"
#include "runtime/interpret/perform.hpp"

namespace runtime {

namespace {

std::string outermost(const std::string& step) { return step.substr(0, step.find('.')); }

/// Adds up: a clock at its end stays there.
Time later(Time from, Duration by) { return by > Time::max() - from ? Time::max() : from + by; }

}  // namespace

/// The same statement for the same host and loop element has the same key in every run of the same text.
std::string Interpreter::key_of(const Branch& branch, int site, const std::string& call) {
    const std::string base =
        fmt::format("{}{}/{}:{}@{}", branch.step, branch.path, site, call, branch.frame.host != nullptr ? branch.frame.host->name : "");
    const std::lock_guard lock(mutex_);
    return fmt::format("{}#{}", base, ++ordinals_[base]);
}

std::string Interpreter::undo_text(const ir::Block& undo) const {
    if (undo.empty()) return {};
    return evaluator_.source_of({undo.front().span.begin, undo.back().span.end, undo.front().span.file});
}

void Interpreter::settle(const ir::Clauses& clauses, const std::string& key, const std::string& call, Branch& branch) {
    if (clauses.undo) {
        const PendingUndo pending{.step = outermost(branch.step), .key = key, .call = call, .undo = undo_text(*clauses.undo)};
        tell(branch, event::UndoPending{.key = key, .call = call, .undo = pending.undo, .place = {}, .frame = {}});
        const std::lock_guard lock(mutex_);
        undos_.push_back(pending);
    }
    if (clauses.leave) {
        const std::string until = text(*clauses.leave, branch);
        tell(branch, event::Left{.call = call, .until = until});
        const std::string where = branch.frame.host != nullptr ? " on " + branch.frame.host->name : std::string();
        const std::lock_guard lock(mutex_);
        totals_.left.push_back(fmt::format("{}{}: {}", call, where, until));
    }
}

void Interpreter::otherwise(const ir::Otherwise& otherwise, Failure failure, Branch& branch) {
    if (failure.end != End::Failed) throw failure;  // an abort or an unknown outcome is nothing to be talked away
    if (const auto* message = std::get_if<ir::Expr>(&otherwise)) {
        failure.message = fmt::format("{}\n{}", text(*message, branch), failure.message);
        throw failure;
    }
    if (const auto* statements = std::get_if<ir::Block>(&otherwise)) {
        if (!failure.told) tell(branch, event::Noted{failure.message});
        return block(*statements, branch);
    }
    throw failure;
}

void Interpreter::execute(const ir::Action& statement, Branch& branch) {
    const Builtin& builtin = world_.registry[statement.builtin];
    std::vector<Value> values;
    for (const ir::Expr& argument : statement.arguments) values.push_back(known(argument, branch, "the argument"));
    const std::string call = call_text(builtin.signature, values);
    const std::string key = key_of(branch, statement.site, call);
    const Time started = world_.scheduler.now();
    const Duration limit =
        statement.clauses.within ? known(*statement.clauses.within, branch, "the time limit").duration() : builtin.signature.deadline;
    const Arguments arguments(builtin.signature, std::move(values));
    const Performance done =
        Performer(world_, fleet_, teller_)
            .perform(builtin, arguments, *branch.frame.host, call, key, std::min(branch.deadline, later(started, limit)), branch.step);
    tell(branch, event::ActionEnded{.key = key,
                                    .call = call,
                                    .effect = done.effect,
                                    .why = done.why,
                                    .verified = done.verified,
                                    .took = world_.scheduler.now() - started});
    const bool may_have_changed = done.effect == Effect::Changed || done.effect == Effect::Unknown || done.effect == Effect::Failed;
    {
        const std::lock_guard lock(mutex_);
        totals_.changed += done.effect == Effect::Changed;
        totals_.unchanged += done.effect == Effect::Unchanged;
        totals_.unverified += done.effect == Effect::Changed && !done.verified;
    }
    if (may_have_changed) {
        ++branch.changes;
        settle(statement.clauses, key, call, branch);
        if (world_.broken_invariant) {
            if (auto broken = world_.broken_invariant()) throw Failure{.end = End::Failed, .message = std::move(*broken)};
        }
    }
    if (done.effect == Effect::Changed || done.effect == Effect::Unchanged) return;
    Failure failure{.end = done.effect == Effect::Unknown ? End::UnknownOutcome
                           : done.interrupted             ? End::Aborted
                                                          : End::Failed,
                    .message = fmt::format("{} on {}: {}", call, branch.frame.host->name, done.why)};
    otherwise(statement.clauses.otherwise, std::move(failure), branch);
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
    const std::string key = key_of(branch, statement.site, call);
    inner.path += fmt::format("/{}:{}", statement.site, call);
    if (statement.clauses.within) {
        inner.deadline =
            std::min(branch.deadline, later(world_.scheduler.now(), known(*statement.clauses.within, branch, "the time limit").duration()));
    }
    try {
        if (define.human) {
            human(define, call, key, branch, inner);
        } else {
            block(std::get<ir::Block>(define.body), inner);
        }
    } catch (Failure& failure) {
        if (inner.changes > branch.changes) settle(statement.clauses, key, call, branch);
        branch.changes = inner.changes;
        otherwise(statement.clauses.otherwise, std::move(failure), branch);
        return;
    }
    if (inner.changes > branch.changes) settle(statement.clauses, key, call, branch);
    branch.changes = inner.changes;
}

// ---------------------------------------------------------------- people

namespace {

/// Why a question was not answered, as an end.
Failure unanswered(const Reaction& reaction, const std::string& question, bool interrupted) {
    switch (reaction.kind) {
        case Reaction::Kind::No:
            return {.end = End::Failed, .message = fmt::format("\"{}\" was answered with no by {}", question, reaction.by)};
        case Reaction::Kind::Nobody:
            return {.end = End::Failed, .message = fmt::format("\"{}\": there is nobody to answer; give --answers FILE", question)};
        default:
            return {.end = interrupted ? End::Aborted : End::Failed,
                    .message = fmt::format("\"{}\" was not answered{}", question, interrupted ? ": interrupted" : " in time")};
    }
}

}  // namespace

void Interpreter::human(const ir::Define& define, const std::string& call, const std::string& key, Branch& caller, Branch& inner) {
    const std::string question = text(*define.human, inner);
    tell(caller, event::Intent{.key = key, .call = call, .command = {}});
    tell(caller, event::Asked{question});
    const Time started = world_.scheduler.now();
    const Reaction reaction = world_.person.confirm(question, inner.deadline);
    const bool done = reaction.kind == Reaction::Kind::Yes;
    if (done) tell(caller, event::Answered{.key = {}, .question = question, .answer = "done", .by = reaction.by});
    tell(caller, event::ActionEnded{.key = key,
                                    .call = call,
                                    .effect = done ? Effect::SignedOff : Effect::Failed,
                                    .why = done ? "signed off by " + reaction.by : "not signed off",
                                    .verified = true,
                                    .took = world_.scheduler.now() - started});
    if (!done) throw unanswered(reaction, question, world_.stop.no_new_action());
    ++inner.changes;
    const std::lock_guard lock(mutex_);
    ++totals_.signed_off;
}

void Interpreter::execute(const ir::Confirm& confirm, Branch& branch) {
    const std::string question = text(confirm.text, branch);
    Time until = branch.deadline;
    if (confirm.within) until = std::min(until, later(world_.scheduler.now(), known(*confirm.within, branch, "the time limit").duration()));
    tell(branch, event::Asked{question});
    const Reaction reaction = world_.person.confirm(question, until);
    if (reaction.kind != Reaction::Kind::Yes) throw unanswered(reaction, question, world_.stop.no_new_action());
    tell(branch, event::Answered{.key = {}, .question = question, .answer = "yes", .by = reaction.by});
    const std::lock_guard lock(mutex_);
    ++totals_.signed_off;
}

void Interpreter::execute(const ir::Ask& ask, Branch& branch) {
    const std::string question = text(ask.question, branch);
    tell(branch, event::Asked{question});
    const Reaction reaction = world_.person.ask(question, ask.type, branch.deadline);
    if (reaction.kind != Reaction::Kind::Yes) throw unanswered(reaction, question, world_.stop.no_new_action());
    tell(branch, event::Answered{.key = {}, .question = question, .answer = reaction.text, .by = reaction.by});
    const auto value = lang::read_value(reaction.text, ask.type, program_.site.get());
    if (!value) throw Failure{.end = End::Failed, .message = fmt::format("\"{}\" is no {}", reaction.text, ask.type.name())};
    branch.frame[ask.slot] = *value;
}

}  // namespace runtime
