// A line of execution, with what it carries from statement to statement.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lang/program/tree.hpp"
#include "runtime/event/key.hpp"
#include "runtime/event/types.hpp"
#include "runtime/interpret/values/frame.hpp"
#include "runtime/outcome.hpp"
#include "runtime/scheduler.hpp"

namespace runtime {

namespace ir = lang::program;

/// Branches of one `parallel`: after a failure the others finish what they are in and start nothing.
struct Siblings {
    const Siblings* outer = nullptr;
    std::atomic<bool> failed{false};

    bool must_stop() const { return failed || (outer != nullptr && outer->must_stop()); }
};

/// A step whose block has ended with conditions in doubt. It is done when none of them is left.
struct DoubtfulStep {
    std::string number, title;
    Duration took{};
    std::size_t doubts = 0;
    bool failed = false;
};

struct Branch;

/// A condition that held before an action of which it is not known whether it counts, and does not hold now: because of that action, if
/// the look finds that it was done; otherwise nothing may be sent on it.
struct Doubt {
    Failure failure;
    std::function<void(Branch& there)> again = {};  ///< waits or asks until it holds, or throws; none: it was read just now
    std::shared_ptr<Branch> there = {};             ///< where the condition stands, with a frame of its own: that line may have ended
    std::shared_ptr<Frame> globals = {};            ///< where that is inside a define: the program's frame as it was
    std::vector<std::shared_ptr<DoubtfulStep>> steps = {};  ///< that it came up in, and that have ended since
    bool settled = false;
};

/// One line of execution.
struct Branch {
    Frame frame;

    /// Where it is.
    struct Place {
        std::string step;  ///< "3.1"
        std::string step_title;
        Key::Path path;                          ///< calls and loop elements on the way here
        int define = -1;                         ///< whose frame it is, into Program::defines; -1: the program's
        const ir::Stmt* at = nullptr;            ///< the statement
        Key key;                                 ///< of that statement
        std::vector<event::UndoPending> around;  ///< of the calls of defines that it is in, from the inside out
    } place;

    /// How long it may take, and what ends it.
    struct Bounds {
        Deadline deadline = Deadline::never();
        const Siblings* siblings = nullptr;
        bool compensating = false;  ///< on_failure and undo: runs although the run has failed
        bool retried = false;       ///< a step around it will be tried again: nobody needs to be asked
    } bounds;

    /// What it has done and told so far.
    struct Done {
        int changes = 0;                                       ///< actions that changed something or may have
        int sent = 0;                                          ///< of these, those that were sent in this part of the run
        std::shared_ptr<std::vector<event::Touched>> touched;  ///< by what a define with a `leave` does; null outside of one
        std::vector<const ir::Require*> told;                  ///< those that held without asking anybody: in a loop, once is enough
    } done;

    /// What is still to be found out about it.
    struct Unsettled {
        std::vector<std::shared_ptr<Doubt>> doubts;
        std::optional<Key> again;  ///< the statement's key, when a person lets it be tried again
        bool only_look = false;    ///< … and wants nothing to be sent
    } unsettled;
};

/// Lets the branch outlive the line that it is on: inside a define its frame sees a copy of the program's frame, which is returned.
inline std::shared_ptr<Frame> detach(Branch& branch) {
    if (branch.frame.globals == nullptr) return nullptr;
    auto globals = std::make_shared<Frame>(*branch.frame.globals);
    branch.frame.globals = globals.get();
    return globals;
}

/// An `undo` that a failure would leave to be done, with all that it takes to do it later.
struct PendingUndo {
    event::UndoPending told;
    const ir::Block* statements = nullptr;
    Branch branch;
    std::shared_ptr<Frame> globals;  ///< where `branch` is inside a define: its own copy of the program's frame
};

}  // namespace runtime
