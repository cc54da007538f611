// What a procedure would do if it were run now, told without doing any of it.
//
// The queries of the procedure and the probes of its actions are read from the real hosts; no action's command is sent, nobody is asked,
// nothing is kept. What an earlier statement would change is not read: it is *known only after* that statement (veils.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lang/program/tree.hpp"
#include "runtime/world.hpp"

namespace runtime {

/// What can be said now about one statement on one host.
enum class Outlook {
    AlreadySo,    ///< an action: nothing would be sent
    WouldChange,  ///< an action: its command would be sent
    KnownAfter,   ///< something earlier in the plan decides it
    CannotTell,   ///< it could not be read now; the run would stop here
    Refused,      ///< the run would stop here: a `require` does not hold, an action may not be done
    Holds,        ///< a condition is true now
    DoesNotHold,  ///< the condition of an `if` is false now
    Waiting,      ///< a wait that would not be over at once
    SignOff,      ///< a person is asked
    Said,         ///< a note, a binding, a clause: nothing to look at
};

const char* name(Outlook);  ///< "already so", "would change", …

struct PlanItem {
    enum class Kind { Step, Way, Action, Define, Human, Require, If, Wait, Let, Keep, Ask, Confirm, Note, Mark, Fail, Skip, Commit };
    Kind kind = Kind::Note;
    Outlook outlook = Outlook::Said;
    std::string step, host;
    std::string text;                  ///< the call, the condition, the question, the step's title
    std::string why;                   ///< what was seen, what it is known after, the judge's words
    std::string command;               ///< of an action that would change something: as it would be sent, secrets masked
    std::vector<std::string> preview;  ///< what the system itself says would come of it: "Move vip ( store1 -> store2 )"
    std::string undo, leave;
    std::string danger;              ///< two persons would have to sign that off
    std::optional<Duration> within;  ///< of a wait
    lang::Span span{};               ///< the statement: its calls on several hosts belong together
    std::vector<PlanItem> children;  ///< of a step; the ways of an `if`: one that is decided, or both
};

const char* name(PlanItem::Kind);  ///< "step", "action", …

struct Plan {
    std::string procedure, site;
    std::vector<event::Named> parameters;
    std::vector<PlanItem> items;

    struct Totals {
        int would_change = 0, already_so = 0, known_later = 0, cannot_tell = 0, refused = 0, waiting = 0, sign_offs = 0;
        int done_by_people = 0;  ///< of the sign-offs: human steps, which change something
    };
    /// Of everything that would be reached; a refusal inside an `if` that is not decided yet is not a refusal yet.
    Totals totals() const;
};

/// The exit codes of `procrun plan`.
enum class PlanEnd { NothingToDo = 0, Changes = 10, Refused = 11 };
PlanEnd end_of(const Plan&);

/// Reads the world and changes nothing. Never throws for what the world does.
Plan plan(const lang::program::Program&, World&);

}  // namespace runtime
