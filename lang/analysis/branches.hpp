// Who acts on which machine in branches that run side by side.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "lang/analysis/findings.hpp"
#include "lang/model/signature.hpp"
#include "lang/model/value.hpp"

namespace lang::analysis {

/// An action that a branch takes, as far as it is known.
struct Act {
    const Host* host = nullptr;
    Span span;
    std::vector<Span> calls;  ///< of defines around it, outermost first
    std::vector<std::optional<Value>> arguments;
    std::vector<Footprint> touches = {};  ///< none: it is not known what
};

/// Two branches that act on the same machines, the first such pair of actions.
struct Conflict {
    std::size_t first_branch = 0, second_branch = 0;
    Act first, second;
    std::vector<const Host*> hosts;
};

/// Collects the actions of branches; sets of branches may stand in each other.
///
/// The same action with other arguments, such as a loop's `power_on(machine)` on one hypervisor, is taken as meant: its turns
/// concern different things on the machine. So are actions that touch different objects of the same system, such as two servers of one
/// HAProxy. What touches another system may undo what was done to this one, as a restart of HAProxy does.
class Branches {
  public:
    void open() { sets_.push_back({}); }
    /// What is noted from now on belongs to the next branch.
    void next() { sets_.back().starts.push_back(acts_.size()); }
    std::vector<Conflict> close();

    bool collecting() const { return !sets_.empty() && paused_ == 0; }
    void note(Act act) { acts_.push_back(std::move(act)); }

    /// Blocks that run after the branches have joined: an `undo`, an `on_failure`.
    void pause() { ++paused_; }
    void resume() { --paused_; }

  private:
    struct Set {
        std::vector<std::size_t> starts;
    };
    std::vector<Act> acts_;
    std::vector<Set> sets_;
    int paused_ = 0;
};

}  // namespace lang::analysis
