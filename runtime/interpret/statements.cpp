// One function a kind of statement.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "runtime/interpret/explain.hpp"
#include "runtime/interpret/interpreter.hpp"

namespace runtime {

namespace {

/// "3" of "3.1.2"
std::string outermost(const std::string& step) { return step.substr(0, step.find('.')); }

/// A loop element as a part of a key: short, and the same in every run.
std::string element_text(const Value& value) { return value.plain().substr(0, 80); }

}  // namespace

void Interpreter::tell(const Branch& branch, Event::Body body) {
    teller_.tell(branch.step, branch.frame.host != nullptr ? branch.frame.host->name : std::string(), std::move(body));
}

Value Interpreter::evaluate(const ir::Expr& expr, Branch& branch) {
    Evaluation evaluation(branch.step);
    return evaluator_.evaluate(expr, branch.frame, evaluation);
}

Value Interpreter::known(const ir::Expr& expr, Branch& branch, const char* what) {
    Value value = evaluate(expr, branch);
    if (!value.is_unknown()) return value;
    throw Failure{.end = End::Failed,
                  .message = fmt::format("{} `{}` is unknown: {}", what, evaluator_.source_of(expr), value.why_unknown().why)};
}

std::string Interpreter::text(const ir::Expr& expr, Branch& branch) {
    const auto* written = std::get_if<ir::Interpolated>(&expr.node);
    if (written == nullptr) return world_.mask(evaluate(expr, branch).plain());
    // One unknown part does not take the words around it away.
    Evaluation evaluation(branch.step);
    std::string text;
    for (const Value& part : evaluator_.evaluate_all(written->parts, branch.frame, evaluation)) text += part.plain();
    return world_.mask(std::move(text));
}

// ---------------------------------------------------------------- going on

void Interpreter::may_go_on(const Branch& branch) const {
    if (branch.compensating) return;
    if (world_.stop.no_new_action()) throw Failure{.end = End::Aborted, .message = "interrupted: nothing new was started"};
    if (branch.siblings != nullptr && branch.siblings->must_stop()) {
        throw Failure{.end = End::Failed, .message = "not started: another branch failed", .told = true};
    }
    if (world_.scheduler.now() >= branch.deadline) {
        throw Failure{.end = End::Failed, .message = "not started: the time of a `within` around it is over"};
    }
}

void Interpreter::tell_failure(Failure failure, const ir::Stmt& stmt, const Branch& branch) {
    if (failure.told) throw failure;
    std::string first_line = evaluator_.source_of(stmt.span);
    constexpr std::size_t enough = 100;
    if (first_line.size() > enough) first_line = first_line.substr(0, first_line.find_last_of(' ', enough)) + " …";
    failure.message += fmt::format("\nwhile `{}`", first_line);
    if (branch.frame.host != nullptr) failure.message += fmt::format(" on host {}", branch.frame.host->name);
    if (!branch.step.empty()) failure.message += fmt::format(" in step {} \"{}\"", branch.step, branch.step_title);
    failure.message += fmt::format(" ({})", evaluator_.place_of(stmt.span));
    tell(branch, event::Failed{failure.message});
    failure.told = true;
    throw failure;
}

void Interpreter::block(const ir::Block& block, Branch& branch) {
    for (const ir::Stmt& stmt : block) statement(stmt, branch);
}

void Interpreter::statement(const ir::Stmt& stmt, Branch& branch) {
    try {
        may_go_on(branch);
        std::visit([&](const auto& node) { execute(node, branch); }, stmt.node);
    } catch (Failure& failure) {
        tell_failure(std::move(failure), stmt, branch);
    }
}

// ---------------------------------------------------------------- structure

void Interpreter::execute(const ir::Step& step, Branch& branch) {
    const std::string title = text(step.title, branch);
    const std::int64_t attempts = 1 + (step.retry ? step.retry->times : 0);
    const Time deadline = step.within
                              ? std::min(branch.deadline, world_.scheduler.now() + known(*step.within, branch, "the time limit").duration())
                              : branch.deadline;
    for (std::int64_t attempt_number = 1;; ++attempt_number) {
        Branch inner = branch;
        inner.step = step.number;
        inner.step_title = title;
        if (attempt_number > 1) inner.path += fmt::format("/attempt {}", attempt_number);
        const Time started = world_.scheduler.now();
        inner.deadline = deadline;
        tell(inner, event::StepStarted{.title = title, .attempt = static_cast<int>(attempt_number)});
        try {
            block(step.body, inner);
            if (!branch.compensating && inner.changes > branch.changes && outermost(step.number) == step.number) check_invariants(inner);
            tell(inner, event::StepEnded{.title = title, .done = true, .took = world_.scheduler.now() - started});
        } catch (Failure& failure) {
            tell(inner, event::StepEnded{.title = title, .done = false, .took = world_.scheduler.now() - started});
            branch.changes = inner.changes;
            if (failure.end != End::Failed || attempt_number >= attempts || world_.stop.no_new_action()) throw;
            const Duration pause = known(*step.retry->every, branch, "the pause").duration();
            if (pause >= deadline - world_.scheduler.now()) throw;  // it would come too late
            tell(inner, event::Noted{fmt::format("step {} is tried again in {} ({} of {} attempts left)", step.number, lang::show(pause),
                                                 attempts - attempt_number, attempts)});
            world_.scheduler.sleep_until(world_.scheduler.now() + pause, world_.stop, Stop::Level::NoNewAction);
            may_go_on(branch);
            continue;
        }
        branch.changes = inner.changes;
        for (const int slot : step.visible) branch.frame[slot] = inner.frame[slot];
        break;
    }
    if (outermost(step.number) == step.number) {
        const std::lock_guard lock(mutex_);
        std::erase_if(undos_, [&](const PendingUndo& undo) { return undo.step == step.number; });
    }
}

void Interpreter::execute(const ir::On& on, Branch& branch) {
    const Value hosts = known(on.hosts, branch, "the host");
    std::vector<Branch> branches;
    const std::vector<Value> single{hosts};
    const bool many = std::holds_alternative<std::shared_ptr<const lang::List>>(hosts.payload());
    for (const Value& host : many ? hosts.items() : single) {
        Branch own = branch;
        own.frame.host = &host.host();
        branches.push_back(std::move(own));
    }
    if (on.parallel) {
        const std::int64_t max = on.max ? known(*on.max, branch, "the number").integer() : 0;
        in_parallel(branch, branches, static_cast<std::size_t>(max), [&](std::size_t, Branch& own) { block(on.body, own); });
        return;
    }
    for (Branch& own : branches) {
        own.changes = branch.changes;
        block(on.body, own);
        branch.changes = own.changes;
    }
}

void Interpreter::execute(const ir::For& loop, Branch& branch) {
    const Value list = known(loop.list, branch, "the list");
    const std::string outer = branch.path;
    for (const Value& item : list.items()) {
        branch.frame[loop.slot] = item;
        branch.path = outer + '/' + element_text(item);
        block(loop.body, branch);
    }
    branch.path = outer;
}

void Interpreter::execute(const ir::If& choice, Branch& branch) {
    block(known(choice.condition, branch, "the condition").boolean() ? choice.yes : choice.no, branch);
}

// ---------------------------------------------------------------- conditions and bindings

void Interpreter::execute(const ir::Require& require, Branch& branch) {
    Evaluation evaluation(branch.step);
    const Value value = evaluator_.evaluate(require.condition, branch.frame, evaluation);
    const std::string condition = evaluator_.source_of(require.condition);
    if (!value.is_unknown() && value.boolean()) {
        tell(branch, event::Required{.key = {}, .condition = condition, .holds = true, .explanation = {}});
        return;
    }
    const std::vector<std::string> reasons = explain(evaluator_, require.condition, branch.frame, evaluation);
    const std::string explanation = fmt::format("{}", fmt::join(reasons, "\n"));
    tell(branch, event::Required{.key = {}, .condition = condition, .holds = false, .explanation = explanation});
    std::string message = require.message ? text(*require.message, branch) : fmt::format("required: {}", condition);
    if (value.is_unknown()) message += "\nit could not be told whether this holds (unknown is not taken for true or false)";
    throw Failure{.end = End::Failed, .message = fmt::format("{}\n  {}", message, fmt::join(reasons, "\n  "))};
}

void Interpreter::execute(const ir::Let& let, Branch& branch) {
    Value value = let.keep ? evaluate(let.value, branch) : known(let.value, branch, "the value");
    if (let.keep && value.is_unknown()) {
        throw Failure{.end = End::Failed, .message = fmt::format("there is nothing to keep: {}", value.why_unknown().why)};
    }
    if (let.keep) world_.keep(let.name, value);
    tell(branch, event::Bound{.key = {}, .name = let.name, .value = value.show(), .kept = let.keep, .stored = {}});
    branch.frame[let.slot] = std::move(value);
}

void Interpreter::execute(const ir::Find& find, Branch& branch) {
    const Value list = known(find.list, branch, "the list");
    Evaluation evaluation(branch.step);
    const std::vector<Value> answers = evaluator_.on_each(list.items(), branch.frame, [&](Frame& own) {
        own[find.variable_slot] = own.host;
        return evaluator_.evaluate(find.condition, own, evaluation);
    });
    std::vector<std::string> found, unknown;
    Value only;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const std::string name = list.items()[i].plain();
        if (answers[i].is_unknown()) {
            unknown.push_back(fmt::format("{} ({})", name, answers[i].why_unknown().why));
        } else if (answers[i].boolean()) {
            found.push_back(name);
            only = list.items()[i];
        }
    }
    if (found.size() != 1 || !unknown.empty()) {
        std::string message = fmt::format("exactly one of {} must have `{}`", list.show(), evaluator_.source_of(find.condition));
        message += found.empty() ? "\n  none has" : fmt::format("\n  it holds on {}", fmt::join(found, ", "));
        if (!unknown.empty()) message += fmt::format("\n  it is unknown on {}", fmt::join(unknown, ", "));
        throw Failure{.end = End::Failed, .message = message};
    }
    if (find.keep) world_.keep(find.name, only);
    tell(branch, event::Bound{.key = {}, .name = find.name, .value = only.show(), .kept = find.keep, .stored = {}});
    branch.frame[find.slot] = std::move(only);
}

// ---------------------------------------------------------------- words

void Interpreter::execute(const ir::Note& note, Branch& branch) { tell(branch, event::Noted{text(note.text, branch)}); }

void Interpreter::execute(const ir::Fail& fail, Branch& branch) { throw Failure{.end = End::Failed, .message = text(fail.text, branch)}; }

void Interpreter::execute(const ir::GoOn& go_on, Branch& branch) {
    const std::string reason = text(go_on.reason, branch);
    const std::string what = branch.step.empty() ? program_.name : fmt::format("step {} \"{}\"", branch.step, branch.step_title);
    tell(branch, event::Skipped{.key = {}, .what = what, .reason = reason});
    const std::lock_guard lock(mutex_);
    totals_.skipped.push_back(fmt::format("{}: {}", what, reason));
}

void Interpreter::execute(const ir::Commit& commit, Branch& branch) {
    const std::string reason = text(commit.reason, branch);
    int settled = 0;
    {
        const std::lock_guard lock(mutex_);
        settled = static_cast<int>(undos_.size());
        undos_.clear();
    }
    tell(branch, event::Committed{.reason = reason, .undos = settled});
}

}  // namespace runtime
