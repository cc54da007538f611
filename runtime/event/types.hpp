// What happens in a run, as it happens. Everything that a person sees (live view, journal, history) is a reader of these.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lang/model/value.hpp"
#include "runtime/event/key.hpp"
#include "runtime/event/thing.hpp"
#include "runtime/outcome.hpp"

namespace runtime {

using lang::Duration;
using lang::Time;

namespace event {

struct Named {
    std::string name, value;
};

struct RunStarted {
    std::string procedure, site, operator_name, machine;
    std::size_t steps = 0;
    std::vector<Named> parameters;
    bool simulated = false;
    std::string texts = {};  ///< in the journal: a hash over the texts that this part of the run is run with
};
/// `procrun resume`: what follows belongs to the next part of the same run, driven from `machine` now.
struct RunResumed {
    std::string operator_name, machine;
    int part = 2;
    std::vector<std::string> finished;  ///< steps, "3 \"Stop the software\""
    std::int64_t run = 0;               ///< its number in the journal
    int undos = 0;                      ///< `procrun undo`: this many are run, and nothing else. 0: the run goes on
    std::string texts = {};             ///< as in RunStarted
};
struct StepStarted {
    std::string title;
    int attempt = 1;
};
struct StepEnded {
    std::string title;
    bool done = false;
    Duration took{};
};
/// A step, or a statement of an unfinished one, that an earlier part of the run has done: it is not done again.
struct DoneBefore {
    Key key;           ///< empty for a step
    std::string what;  ///< the step's title, or the call
    Time when{};
};
/// `procrun resume --from`: an outermost step that a person wants to be counted as done. The run has not done it.
struct PassedOver {
    std::string title, by;
};
/// From now on a failure would leave this to be undone, until the outermost step ends or a commit.
struct UndoPending {
    Key key;            ///< of the action, or of the call of a define, that it undoes
    std::string call;   ///< that call
    std::string undo;   ///< what would be done, with values
    std::string place;  ///< where the statements stand: "part:offset"
    std::string frame;  ///< the bindings that they may use, as JSON
};
/// Before anything of it is sent. `command` is what would be sent, secrets masked; empty for a human step.
struct Intent {
    Key key;
    std::string call, command;
    std::string seen = {};  ///< what the look before it saw, as value_to_json writes it; empty where there was none
    /// Due from here on if no result is ever told: its own, and those of the calls of defines that it is in, from the inside out.
    std::vector<UndoPending> undos = {};
};
struct ActionEnded {
    Key key;
    std::string call;
    Effect effect = Effect::Unknown;
    std::string why;  ///< of a failure or an unknown outcome; what the probe saw for the rest
    bool verified = true;
    Duration took{};
};
/// One command and its reply, whoever asked for it.
struct CommandEnded {
    enum class For { Detection, Query, Probe, Action, Verify, Lock } purpose = For::Query;
    std::string command;
    std::string ending;  ///< as Reply::describe says
    bool ok = false;
    std::string out, err;
    Duration took{};
};
/// The last line that a running command has written: for the eye, not for the journal, and not more often than it can be read.
struct CommandOutput {
    std::string line;
};
struct WaitStarted {
    std::string condition;
    Duration within{};
};
struct WaitProgress {
    std::string condition;
    std::string seen;  ///< what keeps it from being true, one line
    Duration elapsed{}, within{};
    std::optional<Duration> held;  ///< true for so long
    std::optional<double> percent;
    std::string showing;
    Duration holding{};  ///< how long it must be true
};
struct WaitEnded {
    Key key;
    std::string condition;
    bool reached = false;
    Duration took{};
    int probes = 0, unknown = 0;
};
/// An action that is under way to its state.
struct ActionProgress {
    std::string call, seen;
    Duration elapsed{}, within{};
};
struct Required {
    Key key;
    std::string condition;
    bool holds = false;
    std::string explanation;
    bool unknown = false;  ///< it could not be told whether it holds
};
/// An `if` went one way.
struct Chosen {
    Key key;
    std::string condition;
    bool yes = false;
};
struct Asked {
    std::string question;
};
struct Answered {
    Key key;  ///< of a `confirm`; otherwise empty
    std::string question, answer, by;
};
/// What a person decided about a statement that failed, or about the undos that were due.
struct Decided {
    std::string about;   ///< the statement, or "undo"
    std::string choice;  ///< "retry", "check again", "skip", "undo", "keep", "abort"
    std::string reason;  ///< of a skip
    std::string by;
};
/// One of the two persons who sign a dangerous action off has typed what is at stake, or her name.
struct SignedOff {
    Key key;
    std::string call;
    std::string stake;  ///< "r0 on acd-store1"
    std::string by;
    int person = 1;
};
struct Noted {
    std::string text;
};
/// `mark "service down"`
struct Marked {
    std::string what;
};
struct Bound {
    Key key;
    std::string name, value;
    bool kept = false;
    std::string stored;          ///< the value as value_to_json writes it; empty where it must not be stored
    std::optional<Time> read{};  ///< restored by a resume: when it was read
};
struct UndoStarted {
    Key key;
    std::string undo;
};
struct UndoEnded {
    Key key;
    std::string undo;
    bool done = false;
    std::string why;  ///< where it was not done
};
struct Committed {
    std::string reason;
    int undos = 0;
};
/// A `leave`: what its action touches is left on purpose.
struct Left {
    std::string call, until;
    std::vector<Touched> touches = {};
};
struct Skipped {
    Key key;
    std::string what, reason;
};
/// A rehearsal goes on without a statement that depends on what the simulated site has no model of. It was neither done nor refused.
struct GapMet {
    Key key;            ///< empty where it is not known what the statement would have been about
    std::string what;   ///< the statement
    std::string place;  ///< "failover.proc:12"
    std::string why;    ///< "db1: `psql -Atc …` is not simulated"
    std::string mend;   ///< what a site file would have to say, as it is written there; may be empty
};
/// The site's lock is about to be taken, under this token: a resume knows its own lock by it.
struct LockSought {
    std::string token;
    std::vector<std::string> hosts;
};
struct LockTaken {
    std::vector<std::string> hosts;
    std::vector<std::string> again;    ///< those of them where an earlier part of this run had left it
    std::vector<std::string> without;  ///< other lock hosts: the operator says that they are down, or this run has switched them off
    std::string before = {};           ///< the run that had the lock last, and its end: in words; empty where it is not known
    bool other_run = false;            ///< of a resume: that was another run
    /// Machines that were to be told of this run, as an earlier one may wake up again, and could not: "acd-app1: why".
    std::vector<std::string> not_told = {};
};
/// It is no longer ours, or no host can say so: nothing more is sent.
struct LockLost {
    std::string why;
};
/// Given back on a lock host that is about to be switched off; it still lies on another one.
struct LockYielded {
    std::string call;  ///< that switches it off
};
struct LockReleased {
    std::vector<std::string> hosts;
    std::vector<std::string> kept;  ///< where it could not be given back, "acd-lb1: why"
};
/// Machines that do not answer as a part of the run begins. Told before anything is changed.
struct SilentAtStart {
    struct Machine {
        std::string host;
        std::string why;        ///< "acd-lb2 does not answer at 10.0.0.2 (no answer in time)"
        std::string needed_by;  ///< the first statement that needs it, with its place; empty: off, as the procedure expects
    };
    std::vector<Machine> machines;
    std::vector<std::string> without;  ///< hosts that the command line leaves out, whether they answer or not
};
/// Read on a host before the run sent its first action: what is there of that which a run may leave behind (Residue).
struct FoundAtStart {
    std::string where, module, residue;  ///< as in Identity
    std::vector<Item> items;
    std::vector<std::string> unknown;  ///< what could not be told, with the reason
};
/// What there is at the end of a run that was not there at its start.
struct LeftBehind {
    struct Announced {
        Thing thing;
        std::string until;
    };
    std::vector<Announced> announced;    ///< by a `leave`
    std::vector<Thing> others;           ///< what nobody announced
    std::vector<Thing> still;            ///< an earlier run had left it on purpose, and it has not been taken back
    std::vector<Thing> taken_back;       ///< an earlier run had left it on purpose, and it is gone
    std::vector<std::string> not_known;  ///< where it could not be told, at the start or now
    std::string earlier;                 ///< that earlier run: "run 12 (failover)"
    std::int64_t compared = 0;           ///< hosts
};
struct Failed {
    std::string message;  ///< with "while … on host … in step …"
};
struct Interrupted {
    int level = 1;
};
/// What a rehearsal is worth, right before its end: nothing is told where all of it was simulated by models.
struct Rehearsed {
    std::vector<std::string> gaps;       ///< what was passed over, by all parts of the run, with its place and why
    std::vector<std::string> mends;      ///< what a site file would have to say so that there were fewer
    std::vector<std::string> rested_on;  ///< replies of the site file that this part was told, where no model knows better
};
struct RunEnded {
    End end = End::Completed;
    Duration took{};
    int changed = 0, unchanged = 0, unverified = 0, signed_off = 0;
    std::vector<std::string> skipped;
    std::vector<std::string> undone;
    std::vector<std::string> pending_undos;
    std::vector<std::string> left;
};

}  // namespace event

struct Event {
    using Body =
        std::variant<event::RunStarted, event::RunResumed, event::StepStarted, event::StepEnded, event::DoneBefore, event::PassedOver,
                     event::Intent, event::ActionEnded, event::ActionProgress, event::CommandEnded, event::CommandOutput,
                     event::WaitStarted, event::WaitProgress, event::WaitEnded, event::Required, event::Chosen, event::Asked,
                     event::Answered, event::Decided, event::SignedOff, event::Noted, event::Marked, event::Bound, event::UndoPending,
                     event::UndoStarted, event::UndoEnded, event::Committed, event::Left, event::Skipped, event::GapMet, event::LockSought,
                     event::LockTaken, event::LockLost, event::LockYielded, event::LockReleased, event::SilentAtStart, event::FoundAtStart,
                     event::LeftBehind, event::Failed, event::Interrupted, event::Rehearsed, event::RunEnded>;
    Time at{};
    std::string step;  ///< number of the step, "3.1"; empty outside
    std::string host;  ///< empty where none is meant
    Body body;
    /// Of what a person typed at the prompt of a statement that had failed: it is not the procedure that did it, or failed.
    bool typed = false;
};

/// "run started", "step ended", …
const char* kind(const Event&);
/// One JSON object on one line, as `--json` prints and the journal stores it: {"at":…,"kind":…,"step":…,"host":…, fields}.
std::string to_json(const Event&);
/// Throws std::exception, with what is wrong, for a text that is not what to_json writes of any event.
Event from_json(const std::string&);
/// The same for what a procrun wrote whose journals have the format 1. Its keys are labels alone, and of what it found it has the words:
/// to be shown, and not to be acted on.
Event from_json_of_format_1(const std::string&);

/// Told of every event, in order, one at a time.
class Observer {
  public:
    virtual ~Observer() = default;
    virtual void on(const Event&) = 0;
};

}  // namespace runtime
