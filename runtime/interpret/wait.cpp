// wait_until: reads a condition again and again, and never without an end.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "runtime/interpret/effects/action_runner.hpp"
#include "runtime/interpret/interpreter.hpp"
#include "runtime/interpret/values/explain.hpp"
#include "runtime/interpret/values/named.hpp"

namespace runtime {

namespace {

using namespace std::chrono_literals;

/// Between two looks, where the procedure does not say.
constexpr Duration default_interval = 2s;

/// How the condition has been since it last began to hold.
struct Holding {
    Time since{};
    int probes = 0;  ///< that saw it hold since then; none: it does not hold

    explicit operator bool() const { return probes > 0; }

    void see(bool holds, Time now) {
        if (probes == 0) since = now;
        probes = holds ? probes + 1 : 0;
    }
    /// One look proves a moment, not a duration: two at least where it must hold.
    bool enough(Duration needed, Time now) const { return needed == 0s ? probes > 0 : probes >= 2 && now - since >= needed; }
};

}  // namespace

void Interpreter::execute(const ir::Wait& wait, Branch& branch) {
    const std::string condition = evaluator_.source_of(wait.condition);
    const Key key = take_key(branch, "wait_until " + condition);
    Resumption::Seen before = resumption_.seen(key);
    before.validity = seen_before(key, condition, branch);
    if (before.validity == Resumption::Validity::Served) return;
    if (is_left_out(branch)) return skip_left_out(key, "wait_until " + condition, branch);
    this->wait(wait, key, before, branch);
}

/// `before`: what an earlier part saw. Where something that was done behind it may have superseded it, it is read once, and waited for only
/// if that turns out to be done anew.
void Interpreter::wait(const ir::Wait& wait, const Key& key, const Resumption::Seen& before, Branch& branch) {
    const auto clause = [&](const ir::ExprPtr& expr, const char* word, Duration standard) {
        return expr ? time_limit(*expr, branch, word) : standard;
    };
    const Duration within = clause(wait.within, "within", 0s);
    const Duration every = clause(wait.every, "every", default_interval);
    const Duration each = clause(wait.each, "each", Duration::max());
    const Duration holding = clause(wait.holding, "holding", 0s);
    const std::string condition = with_values(evaluator_, wait.condition, branch.frame);

    const Time started = world_.scheduler.now();
    const Deadline deadline = branch.bounds.deadline.tighter(Deadline::after(started, within));
    const Duration limit = deadline.left(started);
    emit(branch, event::WaitStarted{.condition = condition, .within = limit});

    Holding held;
    int probes = 0, unknown = 0;
    std::vector<std::string> reasons;
    const auto ended = [&](bool reached) {
        emit(branch, event::WaitEnded{.key = key,
                                      .condition = condition,
                                      .reached = reached,
                                      .took = world_.scheduler.now() - started,
                                      .probes = probes,
                                      .unknown = unknown});
    };
    while (true) {
        const Time looked = world_.scheduler.now();
        // The last look, at the deadline, gets time to be one.
        const Duration left = std::max<Duration>(deadline.left(looked), shortest_look);
        Evaluation evaluation(branch.place.step, std::min(each, left), {},
                              {.deadline = Deadline::after(looked, left), .to_the_end = branch.bounds.compensating});
        const Value value = evaluator_.evaluate(wait.condition, branch.frame, evaluation);
        const Time now = world_.scheduler.now();
        ++probes;
        unknown += value.is_unknown();
        const bool holds = !value.is_unknown() && value.boolean();
        held.see(holds, looked);
        if (held.enough(holding, looked)) {
            ended(true);
            return;
        }
        if (value.is_unknown() && unknown_of_left_out(wait.condition, evaluation, branch)) {
            ended(false);
            return skip_left_out(key, "wait_until " + condition, branch);
        }
        if (const auto gap = gap_of(value)) return pass_over(key, "wait_until " + condition, *gap, branch);
        event::WaitProgress progress{.condition = condition, .seen = {}, .elapsed = now - started, .within = limit, .holding = holding};
        if (holds) {
            progress.held = now - held.since;
            reasons.clear();
        } else {
            reasons = explain(evaluator_, wait.condition, branch.frame, evaluation);
            progress.seen = explain_briefly(evaluator_, wait.condition, branch.frame, evaluation);
        }
        if (wait.showing) {
            const Value shown = evaluator_.evaluate(*wait.showing, branch.frame, evaluation);
            progress.showing = shown.plain();
            if (std::holds_alternative<double>(shown.payload())) progress.percent = shown.number();
        }
        emit(branch, progress);
        if (before.validity == Resumption::Validity::Superseded && !holds) {
            Failure failure{.end = End::Failed, .message = fmt::format("waited for: {}\n  {}", condition, fmt::join(reasons, "\n  "))};
            const auto in_full = [this, &wait, key](Branch& there) { this->wait(wait, key, {}, there); };
            return doubt(before.when, condition, std::move(failure), branch, in_full);
        }
        if (world_.stop.no_new_action() && !branch.bounds.compensating) {
            ended(false);
            throw Failure{.end = End::Aborted, .message = "interrupted while waiting"};
        }
        if (branch.bounds.siblings != nullptr && branch.bounds.siblings->must_stop() && !branch.bounds.compensating) {
            ended(false);
            throw Failure{.end = End::Failed, .message = "not waited for any longer: another branch failed", .told = true};
        }
        if (deadline.expired(now)) break;
        world_.scheduler.sleep_until(Deadline::after(looked, every).tighter(deadline).time(), world_.stop, Stop::Level::NoNewAction);
    }
    ended(false);
    if (held)
        reasons.push_back(fmt::format("it held for {}, expected {}", lang::show(world_.scheduler.now() - held.since), lang::show(holding)));
    const std::string time = branch.bounds.deadline.left(started) < within
                                 ? fmt::format("{} (all that step {} had left of its time)", lang::show(limit), branch.place.step)
                                 : lang::show(within);
    Failure failure{.end = End::Failed,
                    .message = fmt::format("not reached within {}: {}\n  {}\n  {} checks, {} of them unknown", time, condition,
                                           fmt::join(reasons, "\n  "), probes, unknown)};
    otherwise(wait.otherwise, std::move(failure), branch);
}

}  // namespace runtime
