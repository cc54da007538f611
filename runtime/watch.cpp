#include "runtime/watch.hpp"

#include <algorithm>

#include "lang/program/constant.hpp"
#include "runtime/interpret/values/evaluator.hpp"
#include "runtime/interpret/values/explain.hpp"

namespace runtime {

namespace {

using lang::program::Program;
using lang::program::Watch;

/// A watch and when it is looked at next.
struct Turn {
    const Watch* watch;
    FailureCounter counter;
    Time due;
};

class Watchman {
  public:
    Watchman(const Program& program, World& world, const Watching& watching)
        : world_(world),
          watching_(watching),
          emitter_(world),
          connections_(world, *program.site, emitter_),
          evaluator_(program, world, connections_) {
        frame_.slots.resize(static_cast<std::size_t>(program.slots));
        for (const lang::program::Parameter& parameter : program.parameters) frame_[parameter.slot] = parameter.value;
        const Time now = world.scheduler.now();
        for (const Watch& watch : program.watches)
            turns_.push_back({&watch, FailureCounter(watch.failures), &watch == watching.was_due ? now + every(watch) : now});
    }

    const Watch* watch() {
        while (!world_.stop.no_new_action() && !turns_.empty()) {
            Turn& next = *std::min_element(turns_.begin(), turns_.end(), [](const Turn& a, const Turn& b) { return a.due < b.due; });
            world_.scheduler.sleep_until(next.due, world_.stop, Stop::Level::NoNewAction);
            if (world_.stop.no_new_action()) break;
            const Time began = world_.scheduler.now();
            look(next);
            if (next.counter.state() == FailureCounter::State::Due) return next.watch;
            next.due = began + every(*next.watch);
        }
        return nullptr;
    }

  private:
    /// At least a second; a minute where it cannot be told: a look too many does no harm.
    Duration every(const Watch& watch) {
        constexpr Duration shortest = std::chrono::seconds(1), otherwise = std::chrono::minutes(1);
        try {
            Evaluation evaluation({});
            const Value value = evaluator_.evaluate(watch.every, frame_, evaluation);
            return value.is_unknown() ? otherwise : std::clamp<Duration>(value.duration(), shortest, lang::longest_duration);
        } catch (const Failure&) {
            return otherwise;
        }
    }

    void look(Turn& turn) {
        if (watching_.is_armed && !watching_.is_armed(*turn.watch)) {
            turn.counter = FailureCounter(turn.watch->failures);
            return;
        }
        Evaluation evaluation({});
        const FailureCounter::State before = turn.counter.state();
        std::vector<std::string> reasons;
        Value seen;
        try {
            seen = evaluator_.evaluate(turn.watch->condition, frame_, evaluation);
            if (seen.is_unknown() || !seen.boolean()) reasons = explain(evaluator_, turn.watch->condition, frame_, evaluation);
        } catch (const Failure& failure) {
            seen = Value::unknown(failure.message);
            reasons = {failure.message};
        }
        if (world_.stop.no_new_action()) return;  // what was cut short has seen nothing
        turn.counter.take(seen);
        watching_.told({*turn.watch, turn.counter, before, std::move(reasons)});
    }

    World& world_;
    const Watching& watching_;
    EventEmitter emitter_;
    HostConnections connections_;
    Evaluator evaluator_;
    Frame frame_;
    std::vector<Turn> turns_;
};

}  // namespace

FailureCounter::State FailureCounter::take(const Value& seen) {
    if (seen.is_unknown()) {
        failures_ = 0;
        return state_ = State::Unknown;
    }
    failures_ = seen.boolean() ? 0 : failures_ + 1;
    if (failures_ == 0) return state_ = State::Good;
    return state_ = failures_ >= limit_ ? State::Due : State::Failing;
}

const Watch* wait_until_due(const Program& program, World& world, const Watching& watching) {
    return Watchman(program, world, watching).watch();
}

}  // namespace runtime
