// The account of one run, made of its events: what every format of the report tells.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/run/expected.hpp"
#include "runtime/event/types.hpp"

namespace cli::report {

using runtime::Duration;
using runtime::Time;

enum class Tone { Plain, Good, Warn, Bad, Quiet };

/// Commands that were sent to a host, one after the other, with the same answer.
struct Command {
    Time at{};
    std::string host, purpose, command, ending, out, err;
    bool ok = false;
    Duration took{};  ///< of the first
    int times = 1;
    Time last{};
};

/// One line of the protocol, and what belongs to it.
struct Entry {
    Time at{};
    std::string host;
    Tone tone = Tone::Plain;
    std::string text;
    std::vector<std::string> more = {};
};

/// A stretch of time on a host, or on none.
struct Stretch {
    enum class Kind { Action, Wait, Question } kind = Kind::Action;
    std::string step, host, label;
    Time from{}, to{};
    Tone tone = Tone::Plain;
    std::string by;  ///< of a question: who answered it
};

/// The chain that made a stretch of time as long as it was, in the order of time: what ended last before its end, what ended last before
/// that began, and so on. Where others ran beside it, they were not waited for. Between two links procrun itself was at work, or nobody.
std::vector<Stretch> critical_path(const std::vector<Stretch>&, Time from, Time to);
/// Of it what took a hundredth of the whole, or longer.
std::vector<Stretch> notable(const std::vector<Stretch>& path, Duration whole);

struct Step {
    enum class State { Done, Failed, Unfinished, DoneBefore, PassedOver };
    std::string number, title;
    State state = State::Unfinished;
    int attempts = 1;
    int parts = 1;  ///< of the run, in which it was begun
    Time started{};
    Time ended{};                     ///< where it has not ended: of the last that is known
    Duration took{};                  ///< in all parts of the run together, without the time between them
    std::optional<Duration> planned;  ///< median of earlier completed runs
    std::vector<Entry> entries;
    std::vector<Command> commands;

    std::size_t depth() const;
};

struct SignOff {
    Time at{};
    std::string step, question, answer, by;
};

struct Decision {
    Time at{};
    std::string step, about, choice, reason, by;
};

/// From its beginning, or from where it was resumed, to the last that it told.
struct Part {
    Time from{}, to{};
    runtime::event::RunResumed resumed{};  ///< who went on, where; not of the first one
    bool is_undo() const { return resumed.undos > 0; }
};

struct Report {
    runtime::RunSummary run;
    std::vector<runtime::event::Named> parameters;
    std::vector<Part> parts;  ///< one at least
    Expected earlier;

    std::vector<Step> steps;  ///< the first is what happened outside of steps, and has no number
    std::vector<Stretch> stretches;
    std::vector<SignOff> sign_offs;
    std::vector<Decision> decisions;
    std::vector<Entry> failures;
    std::vector<std::string> skipped, undone, pending_undos, left;
    runtime::event::Rehearsed rehearsed;
    std::optional<runtime::event::LeftBehind> left_behind;  ///< as the last part of the run told it
    /// From `mark "service down"` to `mark "service back"`; without an end where the service has not come back.
    struct Interruption {
        Time from{};
        std::optional<Time> to{};
        std::optional<Time> undone{};    ///< the last undo since; nothing says what the service did then
        Duration took{};                 ///< to its end, or to what is last known of the run
        std::vector<Stretch> path = {};  ///< critical_path
    };
    std::vector<Interruption> interruptions;
    int changed = 0, unchanged = 0, unverified = 0;
    /// Of what changed something: when the first of them was begun, and when the last had arrived.
    std::optional<Entry> first_change, last_change;

    Time ended() const;  ///< of the run, or of the last that is known of it
    /// How long the procedure was at work: all parts together, without the time between them and without `procrun undo`.
    Duration took() const;
    /// From the beginning to the last that is known, whatever lies between.
    Duration span() const { return ended() - run.started; }
    /// "completed", …; or that no end was written
    std::string end() const;

    Time last{};  ///< of the newest event
};

/// "Part 2", and what it was: "undo, 2026-03-01 22:41:07 UTC, alice on admin1, took 12s". All but the first.
std::vector<std::pair<std::string, std::string>> later_parts(const Report&);

Report gather(const runtime::RunSummary&, const std::vector<runtime::Event>&, Expected earlier);

/// What it took: "3m2s", "3m2s in 2 parts".
std::string time_of(const Step&);

/// "done", "NOT done", …
const char* name(Step::State);

/// "wait until pcs.settled()", "question: Login works?", "systemd.stop("wildfly")".
std::string describe(const Stretch&);
/// "acd-jb1, step 4"; who answered stands before it.
std::string where(const Stretch&);

inline constexpr const char* critical_path_title = "The critical path, which made it as long as it was";
/// What of the whole is none of these: a whole sentence.
std::string about_rest(const std::vector<Stretch>& listed, Duration whole);

/// From mark to mark. Where nothing was marked, nothing is claimed but which stretch of time the changes lie in. Whole sentences.
std::string about_interruption(const Report&);

}  // namespace cli::report
