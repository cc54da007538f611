// Looks at conditions again and again, and tells when one of them has been false too often in a row.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lang/program/tree.hpp"
#include "runtime/world.hpp"

namespace runtime {

/// What one watch has seen so far. It decides; it neither looks nor acts.
class FailureCounter {
  public:
    /// Due after so many failures in a row.
    explicit FailureCounter(std::int64_t failures) : limit_(failures) {}

    enum class State { Unseen, Good, Failing, Unknown, Due };

    /// Takes in what a look has seen. Only *false* is a failure. *Unknown* is none, and what follows it begins anew: a row of failures
    /// with a gap in it is no row.
    State take(const Value& seen);

    State state() const { return state_; }
    std::int64_t failures() const { return failures_; }
    std::int64_t limit() const { return limit_; }

  private:
    std::int64_t limit_;
    std::int64_t failures_ = 0;
    State state_ = State::Unseen;
};

/// Told of every look.
struct Look {
    const lang::program::Watch& watch;
    const FailureCounter& counter;     ///< after the look
    FailureCounter::State before;      ///< what the look before had found
    std::vector<std::string> reasons;  ///< why it is false or unknown, where it is
};

struct Watching {
    std::function<void(const Look&)> told;
    /// Asked before each look: one that is not armed is passed over, and begins anew when it is armed again. Absent: all of them are.
    std::function<bool(const lang::program::Watch&)> is_armed = nullptr;
    /// One that was due a moment ago, and nothing came of it: its next look is not at once.
    const lang::program::Watch* was_due = nullptr;
};

/// Looks at every watch of the program when it is its turn, one after the other, each at once and then every `every`. Returns the one that
/// is due, or nothing when the world's Stop was set. Connections are made by the world's factory and last as long as the call.
const lang::program::Watch* wait_until_due(const lang::program::Program&, World&, const Watching&);

}  // namespace runtime
