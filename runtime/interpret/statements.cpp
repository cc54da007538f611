// One function a kind of statement.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "lang/program/constant.hpp"
#include "runtime/event/value_json.hpp"
#include "runtime/interpret/interpreter.hpp"
#include "runtime/interpret/values/explain.hpp"

namespace runtime {

namespace {

/// "3" of "3.1.2"
std::string outermost(const std::string& step) { return step.substr(0, step.find('.')); }

}  // namespace

void Interpreter::emit(const Branch& branch, Event::Body body) {
    emitter_.emit(branch.place.step, branch.frame.host != nullptr ? branch.frame.host->name : std::string(), std::move(body));
}

Evaluation Interpreter::evaluation(const Branch& branch) {
    return Evaluation(branch.place.step, Duration::max(), {},
                      {.deadline = branch.bounds.deadline, .to_the_end = branch.bounds.compensating});
}

Value Interpreter::evaluate(const ir::Expr& expr, Branch& branch) {
    Evaluation evaluation = Interpreter::evaluation(branch);
    return evaluator_.evaluate(expr, branch.frame, evaluation);
}

Value Interpreter::known(const ir::Expr& expr, Branch& branch, const char* what) { return known(evaluate(expr, branch), expr, what); }

Value Interpreter::known(Value value, const ir::Expr& expr, const char* what) const {
    if (!value.is_unknown()) return value;
    throw Failure{.end = end_at_unknown(),
                  .message = fmt::format("{} `{}` is unknown: {}", what, evaluator_.source_of(expr), value.why_unknown().why),
                  .gap = gap_of(value)};
}

Duration Interpreter::time_limit(const ir::Expr& expr, Branch& branch, const char* word) {
    const Duration limit = known(expr, branch, "the time").duration();
    if (const std::string unfit = lang::unfit_as_limit(limit); !unfit.empty())
        throw Failure{.end = End::Failed, .message = fmt::format("`{} {}` {}", word, evaluator_.source_of(expr), unfit)};
    return limit;
}

Deadline Interpreter::within(const ir::ExprPtr& limit, Branch& branch) {
    return limit ? branch.bounds.deadline.tighter(Deadline::after(world_.scheduler.now(), time_limit(*limit, branch, "within")))
                 : branch.bounds.deadline;
}

std::string Interpreter::text(const ir::Expr& expr, Branch& branch) {
    const auto* written = std::get_if<ir::Interpolated>(&expr.node);
    if (written == nullptr) return world_.mask(evaluate(expr, branch).plain());
    // One unknown part does not take the words around it away.
    Evaluation evaluation = Interpreter::evaluation(branch);
    std::string text;
    for (const Value& part : evaluator_.evaluate_all(written->parts, branch.frame, evaluation)) text += part.plain();
    return world_.mask(std::move(text));
}

// ---------------------------------------------------------------- going on

void Interpreter::may_go_on(const Branch& branch) const {
    if (locked_out_) throw Failure{.end = End::Failed, .message = "not started: the site's lock is lost", .told = true};
    if (branch.bounds.compensating) return;
    if (world_.stop.no_new_action()) throw Failure{.end = End::Aborted, .message = "interrupted: nothing new was started"};
    while (asking_ > 0 && !world_.stop.no_new_action()) {
        using namespace std::chrono_literals;
        world_.scheduler.sleep_until(world_.scheduler.now() + 100ms, world_.stop, Stop::Level::NoNewAction);
    }
    if (branch.bounds.siblings != nullptr && branch.bounds.siblings->must_stop()) {
        throw Failure{.end = End::Failed, .message = "not started: another branch failed", .told = true};
    }
    if (branch.bounds.deadline.expired(world_.scheduler.now())) {
        throw Failure{.end = End::Failed, .message = "not started: the time of a `within` around it is over"};
    }
}

std::string Interpreter::shortened_source(const ir::Stmt& stmt) const {
    std::string text = evaluator_.source_of(stmt.span);
    constexpr std::size_t enough = 100;  // fits on a line of a screen
    return text.size() <= enough ? text : text.substr(0, text.find_last_of(' ', enough)) + " …";
}

void Interpreter::tell_failure(Failure& failure, const ir::Stmt& stmt, const Branch& branch) {
    failure.message += fmt::format("\nwhile `{}`", shortened_source(stmt));
    if (branch.frame.host != nullptr) failure.message += fmt::format(" on host {}", branch.frame.host->name);
    if (!branch.place.step.empty()) failure.message += fmt::format(" in step {} \"{}\"", branch.place.step, branch.place.step_title);
    failure.message += fmt::format(" ({})", evaluator_.place_of(stmt.span));
    emit(branch, event::Failed{failure.message});
    failure.told = true;
}

void Interpreter::block(const ir::Block& block, Branch& branch) {
    for (const ir::Stmt& stmt : block) statement(stmt, branch);
}

void Interpreter::statement(const ir::Stmt& stmt, Branch& branch) {
    while (true) {
        try {
            may_go_on(branch);
            branch.place.at = &stmt;
            std::visit([&](const auto& node) { execute(node, branch); }, stmt.node);
            return;
        } catch (Failure& failure) {
            if (failure.told) throw;
            if (skips(stmt, failure, branch) || passes_over(stmt, failure, branch)) return;
            tell_failure(failure, stmt, branch);
            const Decision decision = ask_how_to_proceed(stmt, failure, branch);
            if (decision == Decision::GiveUp) throw;
            if (decision == Decision::Skip) return;
        }
    }
}

// ---------------------------------------------------------------- structure

void Interpreter::execute(const ir::Step& step, Branch& branch) {
    const std::string title = text(step.title, branch);
    if (finished_before(step, title, branch) || passed_over(step, title, branch)) return;
    check_lock(branch);
    const std::int64_t first = resumption_.attempt(step.number);
    const std::int64_t attempts = std::max(first, 1 + (step.retry ? std::min(step.retry->times, lang::most_attempts) : 0));
    const Deadline deadline = within(step.within, branch);
    for (std::int64_t attempt_number = first;; ++attempt_number) {
        Branch inner = branch;
        inner.bounds.retried = branch.bounds.retried || attempt_number < attempts;
        inner.place.step = step.number;
        inner.place.step_title = title;
        if (attempt_number > 1) {
            // Of which of the steps around each other it is the attempt must be told, too.
            const auto level = std::count(step.number.begin(), step.number.end(), '.');
            inner.place.path.push_back(
                {.kind = Key::Part::Kind::Attempt, .number = static_cast<int>(attempt_number), .level = static_cast<int>(level)});
        }
        const Time started = world_.scheduler.now();
        inner.bounds.deadline = deadline;
        emit(inner, event::StepStarted{.title = title, .attempt = static_cast<int>(attempt_number)});
        try {
            block(step.body, inner);
            if (!branch.bounds.compensating && inner.done.changes > branch.done.changes && outermost(step.number) == step.number)
                check_invariants(inner);
            end_step({.number = step.number, .title = title, .took = world_.scheduler.now() - started}, inner, branch);
        } catch (Failure& failure) {
            emit(inner, event::StepEnded{.title = title, .done = false, .took = world_.scheduler.now() - started});
            branch.done.changes = inner.done.changes;
            branch.done.sent = inner.done.sent;
            if (failure.end != End::Failed || attempt_number >= attempts || world_.stop.no_new_action()) throw;
            const Duration pause = pause_before(*step.retry, branch);
            if (pause >= deadline.left(world_.scheduler.now())) throw;  // it would come too late
            emit(inner, event::Noted{fmt::format("step {} is tried again in {} ({} of {} attempts left)", step.number, lang::show(pause),
                                                 attempts - attempt_number, attempts)});
            world_.scheduler.sleep_until(world_.scheduler.now() + pause, world_.stop, Stop::Level::NoNewAction);
            may_go_on(branch);
            continue;
        }
        branch.done.changes = inner.done.changes;
        branch.done.sent = inner.done.sent;
        for (const int slot : step.visible) branch.frame[slot] = inner.frame[slot];
        break;
    }
    if (outermost(step.number) == step.number) settle_step(step.number);
}

/// That the pause is a gap is no reason to pass over a step that has failed.
Duration Interpreter::pause_before(const ir::Retry& retry, Branch& branch) {
    try {
        return time_limit(*retry.every, branch, "every");
    } catch (Failure& failure) {
        failure.gap.reset();
        throw;
    }
}

void Interpreter::execute(const ir::On& on, Branch& branch) {
    const Value hosts = known(on.hosts, branch, "the host");
    std::vector<Branch> branches;
    const std::vector<Value> single{hosts};
    const bool many = std::holds_alternative<std::shared_ptr<const lang::List>>(hosts.payload());
    constexpr std::int64_t everyone = std::numeric_limits<std::int64_t>::max();
    for (const Value& host : many ? hosts.items() : single) {
        Branch own = branch;
        own.frame.host = &host.host();
        branches.push_back(std::move(own));
    }
    if (on.parallel) {
        const std::int64_t max = on.max ? known(*on.max, branch, "the number").integer() : everyone;
        if (max < 1) {
            throw Failure{.end = End::Failed,
                          .message = fmt::format("`max {}` is {} and lets no machine begin: it needs a number of 1 or more",
                                                 evaluator_.source_of(*on.max), max)};
        }
        in_parallel(branch, branches, static_cast<std::size_t>(max), [&](std::size_t, Branch& own) { block(on.body, own); });
        return;
    }
    for (Branch& own : branches) {
        own.done.changes = branch.done.changes;
        own.done.sent = branch.done.sent;
        own.unsettled.doubts = branch.unsettled.doubts;
        block(on.body, own);
        carry_doubts(own, branch);
        branch.done.changes = own.done.changes;
        branch.done.sent = own.done.sent;
    }
}

void Interpreter::execute(const ir::For& loop, Branch& branch) {
    const Value list = known(loop.list, branch, "the list");
    const std::size_t path = branch.place.path.size();
    const std::size_t told = branch.done.told.size();
    const bool many = list.items().size() > 1000;
    std::map<std::string, int> seen;
    int number = 0;
    for (const Value& item : list.items()) {
        branch.frame[loop.slot] = item;
        const std::string element = short_part(world_.mask(item.plain()));  // as the journal has it
        branch.place.path.resize(path);
        // An element tells its turn from the others by itself, unless it comes twice.
        branch.place.path.push_back({.kind = Key::Part::Kind::Element, .text = element, .number = many ? ++number : ++seen[element]});
        block(loop.body, branch);
        forget_turns(branch);
    }
    branch.place.path.resize(path);
    branch.done.told.resize(told);
}

void Interpreter::execute(const ir::If& choice, Branch& branch) {
    const std::string condition = evaluator_.source_of(choice.condition);
    const Key key = take_key(branch, "if " + condition);
    const auto read = [&] {
        const Value value = evaluate(choice.condition, branch);
        if (const auto gap = gap_of(value)) return choose_branch(key, condition, *gap, branch);
        return known(value, choice.condition, "the condition").boolean();
    };
    const std::optional<bool> decided = resumption_.chosen(key);
    const bool yes = decided ? *decided : read();
    emit(branch, event::Chosen{.key = key, .condition = condition, .yes = yes});
    block(yes ? choice.yes : choice.no, branch);
}

// ---------------------------------------------------------------- conditions and bindings

void Interpreter::execute(const ir::Require& require, Branch& branch) {
    const auto condition_text = [&] { return evaluator_.source_of(require.condition); };
    Resumption::Validity before = Resumption::Validity::Open;
    const bool needs_key = resumption_.is_one() || is_left_out(branch);
    if (needs_key) before = seen_before(take_key(branch, "require " + condition_text()), condition_text(), branch);
    if (before == Resumption::Validity::Served) return;
    if (is_left_out(branch)) return skip_left_out(branch.place.key, "require " + condition_text(), branch);
    Evaluation evaluation = Interpreter::evaluation(branch);
    const Value value = evaluator_.evaluate(require.condition, branch.frame, evaluation);
    const bool holds = !value.is_unknown() && value.boolean();
    if (holds && !evaluation.asked()) {
        // Nothing but computing: the next element of the loop would say the same again.
        if (std::find(branch.done.told.begin(), branch.done.told.end(), &require) != branch.done.told.end()) return;
        branch.done.told.push_back(&require);
    }
    const std::string condition = condition_text();
    const Key key = resumption_.is_one() ? branch.place.key : take_key(branch, "require " + condition);
    if (holds) {
        emit(branch, event::Required{.key = key, .condition = condition, .holds = true, .explanation = {}, .unknown = false});
        return;
    }
    if (value.is_unknown() && unknown_of_left_out(require.condition, evaluation, branch))
        return skip_left_out(key, "require " + condition, branch);
    if (const auto gap = gap_of(value)) return pass_over(key, "require " + condition, *gap, branch);
    const std::vector<std::string> reasons = explain(evaluator_, require.condition, branch.frame, evaluation);
    std::string message = require.message ? text(*require.message, branch) : fmt::format("required: {}", condition);
    if (value.is_unknown()) {
        const std::string of_false = require.message ? fmt::format(". If it is false: {}", message) : "";
        message =
            fmt::format("it could not be told whether this holds: {}\n(unknown is not taken for true or false{})", condition, of_false);
    }
    Failure failure{.end = value.is_unknown() ? end_at_unknown() : End::Failed,
                    .message = fmt::format("{}\n  {}", message, fmt::join(reasons, "\n  "))};
    if (before == Resumption::Validity::Superseded) return doubt(resumption_.seen(key).when, condition, std::move(failure), branch);
    const std::string explanation = fmt::format("{}", fmt::join(reasons, "\n"));
    emit(branch,
         event::Required{.key = key, .condition = condition, .holds = false, .explanation = explanation, .unknown = value.is_unknown()});
    throw failure;
}

void Interpreter::execute(const ir::Let& let, Branch& branch) {
    const Key key = take_key(branch, "let " + let.name);
    const auto read = [&] { return evaluate(let.value, branch); };
    if (restored(key, let.name, let.slot, let.value.type, branch, read)) return;
    Value value = let.keep ? evaluate(let.value, branch) : known(let.value, branch, "the value");
    if (let.keep && value.is_unknown()) {
        throw Failure{
            .end = end_at_unknown(), .message = fmt::format("there is nothing to keep: {}", value.why_unknown().why), .gap = gap_of(value)};
    }
    bind(key, let.name, let.slot, std::move(value), let.keep, branch);
}

void Interpreter::execute(const ir::Find& find, Branch& branch) {
    const Key key = take_key(branch, "let " + find.name);
    const auto read = [&] { return found(find, branch); };
    if (restored(key, find.name, find.slot, lang::Type(lang::Kind::Host), branch, read)) return;
    bind(key, find.name, find.slot, found(find, branch), find.keep, branch);
}

/// The one host that is meant. Throws Failure.
Value Interpreter::found(const ir::Find& find, Branch& branch) {
    const Value list = known(find.list, branch, "the list");
    Evaluation evaluation = Interpreter::evaluation(branch);
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
        const Value* undecided = found.size() > 1 ? nullptr : lang::unknown_among(answers);
        throw Failure{.end = unknown.empty() ? End::Failed : end_at_unknown(),
                      .message = message,
                      .gap = undecided != nullptr ? gap_of(*undecided) : std::nullopt};
    }
    return only;
}

void Interpreter::bind(const Key& key, const std::string& name, int slot, Value value, bool keep, Branch& branch) {
    std::string stored;
    if (!std::holds_alternative<std::shared_ptr<const lang::Secret>>(value.payload())) stored = value_to_json(value);
    if (world_.mask(stored) != stored) {
        if (keep) throw Failure{.end = End::Failed, .message = fmt::format("`{}` is not kept: a secret is in it", name)};
        stored.clear();  // a resume reads it anew
    }
    if (keep) world_.keep(name, value);
    emit(branch, event::Bound{.key = key, .name = name, .value = value.show(), .kept = keep, .stored = std::move(stored)});
    branch.frame[slot] = std::move(value);
}

// ---------------------------------------------------------------- words

void Interpreter::execute(const ir::Note& note, Branch& branch) { emit(branch, event::Noted{text(note.text, branch)}); }

void Interpreter::execute(const ir::Mark& mark, Branch& branch) { emit(branch, event::Marked{mark.what}); }

void Interpreter::execute(const ir::Fail& fail, Branch& branch) { throw Failure{.end = End::Failed, .message = text(fail.text, branch)}; }

void Interpreter::execute(const ir::GoOn& go_on, Branch& branch) {
    const Key key = take_key(branch, "go_on");
    const std::string reason = text(go_on.reason, branch);
    const std::string what =
        branch.place.step.empty() ? program_.name : fmt::format("step {} \"{}\"", branch.place.step, branch.place.step_title);
    emit(branch, event::Skipped{.key = key, .what = what, .reason = reason});
    const std::lock_guard lock(mutex_);
    totals_.skipped.push_back(fmt::format("{}: {}", what, reason));
}

void Interpreter::execute(const ir::Commit& commit, Branch& branch) {
    const std::string reason = text(commit.reason, branch);
    int settled = 0;
    {
        const std::lock_guard lock(mutex_);
        settled = static_cast<int>(undos_.size() + earlier_undos_.size());
        undos_.clear();
        earlier_undos_.clear();
    }
    emit(branch, event::Committed{.reason = reason, .undos = settled});
}

}  // namespace runtime
