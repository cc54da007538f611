// How things end.
#pragma once

#include <optional>
#include <string>

namespace runtime {

/// The end of a run; the numbers are procrun's exit codes.
enum class End {
    Completed = 0,
    Failed = 1,
    Usage = 2,
    Refused = 3,  ///< by the check, or because of machines that do not answer: nothing was changed
    CompletedWithSkips = 4,
    Aborted = 5,         ///< by a person
    UnknownOutcome = 6,  ///< an action was sent and nobody knows what it did
    Locked = 7,
    NoJournal = 8,  ///< what cannot be journalled is not done
};

/// "completed", "completed with skips", …
const char* name(End);

/// What became of one action on one host.
enum class Effect {
    Changed,
    Unchanged,  ///< it was so already
    Failed,
    Unknown,       ///< sent, and its outcome could not be learnt
    NotSent,       ///< refused, or never started: nothing was changed
    SignedOff,     ///< a person did it
    NotSimulated,  ///< of a rehearsal: the simulated site has no model of it, and nothing was done
};

const char* name(Effect);

/// What a rehearsal has no model of: the statement that depends on it is passed over.
struct Gap {
    std::string why;   ///< "db1: `psql -Atc …` is not simulated"
    std::string mend;  ///< what a site file would have to say, as it is written there; may be empty
};

/// Why a statement did not do what it says. Thrown inside the interpreter and caught once per branch; never leaves `run`.
struct Failure {
    End end = End::Failed;
    std::string message;          ///< what was expected, seen and read, one or more lines
    bool told = false;            ///< already an event, with its place
    bool final = false;           ///< a person has said that the run ends here: she is not asked again
    std::optional<Gap> gap = {};  ///< it is only this that it failed for
};

}  // namespace runtime
