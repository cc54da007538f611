// Runs a checked program in a world.
#pragma once

#include <optional>
#include <string>

#include "lang/program/tree.hpp"
#include "runtime/interpret/values/frame.hpp"
#include "runtime/resume/resumption.hpp"
#include "runtime/world.hpp"

namespace runtime {

/// What becomes of a failed run's pending undos, and of the statement that failed.
enum class OnFailure {
    Ask,   ///< the person decides; where nobody answers: Keep
    Keep,  ///< the run ends; its undos stay pending, for `procrun undo`
    Undo,  ///< the run ends and the undos are run
};

/// Machines that do not answer as a run begins. Those that the procedure needs, as it would fail on them later:
enum class Silent {
    NotLooked,  ///< nobody looks
    Decide,     ///< the person decides; where nobody answers, the run is refused
    GoOn,       ///< they are told, and the run goes on: it was begun because something is down
};

struct RunOptions {
    std::string operator_name;  ///< who runs it, for the journal
    std::string machine;        ///< where procrun itself runs
    bool simulated = false;     ///< no real host is among them: what depends on something that is not simulated is passed over
    OnFailure on_failure = OnFailure::Ask;
    std::int64_t run = 0;                   ///< its number in the journal, for whoever finds the site locked
    std::string lock_token = "only-run";    ///< tells its lock from those of all other runs; whoever starts more than one sets it
    std::string lock_message;               ///< for whoever finds the site locked
    std::vector<std::string> lock_without;  ///< lock hosts that are known to be down for everybody
    Silent silent = Silent::NotLooked;
    std::vector<std::string> without;            ///< names of hosts: what stands on them is skipped
    event::Rehearsed scene = {};                 ///< the gaps of the procedure that made the scene
    const Resumption* resumption = nullptr;      ///< a resume: what the earlier parts of this run have done
    std::optional<event::Decided> consent = {};  ///< of a resume whose text has changed in what was done
};

/// Runs to the end or to the first failure, telling the world's observers. Never throws for what the world does; an
/// observer may throw (a journal that cannot write), which ends the run before anything more is sent.
event::RunEnded run(const lang::program::Program&, World&, const RunOptions&);

/// Runs undos that an earlier part of a run of this very program left pending, last registered first.
event::RunEnded run_undos(const lang::program::Program&, World&, const RunOptions&, const std::vector<event::UndoPending>&);

/// Runs the statements of a fragment that was checked in a session, on the frame that its lines share, which grows as needed. The
/// value of an expression, nothing for statements. Throws Failure.
Value run_fragment(const lang::program::Program&, World&, Frame&);

}  // namespace runtime
