// What happens in a run, as it happens. Everything that a person sees (live view, journal, history) is a reader of these.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lang/value.hpp"
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
/// Before anything of it is sent. `command` is what would be sent, secrets masked; empty for a human step.
struct Intent {
    std::string key, call, command;
};
struct ActionEnded {
    std::string key, call;
    Effect effect = Effect::Unknown;
    std::string why;  ///< of a failure or an unknown outcome; what the probe saw for the rest
    bool verified = true;
    Duration took{};
};
/// One command and its reply, whoever asked for it.
struct CommandEnded {
    enum class For { Detection, Query, Probe, Action, Verify } purpose = For::Query;
    std::string command;
    std::string ending;  ///< as Reply::describe says
    bool ok = false;
    std::string out, err;
    Duration took{};
};
struct WaitStarted {
    std::string condition;
    Duration within{};
};
struct WaitProgress {
    std::string condition;
    std::string seen;  ///< what keeps it from being true, one line
    Duration elapsed{}, within{};
    std::optional<Duration> held;  ///< true since, where it must hold
    std::optional<double> percent;
    std::string showing;
};
struct WaitEnded {
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
    std::string condition;
    bool holds = false;
    std::string explanation;
};
struct Asked {
    std::string question;
};
struct Answered {
    std::string question, answer, by;
};
struct Noted {
    std::string text;
};
struct Bound {
    std::string name, value;
    bool kept = false;
};
struct UndoPending {
    std::string key, call, undo;
};
struct Committed {
    std::string reason;
    int undos = 0;
};
struct Left {
    std::string call, until;
};
struct Skipped {
    std::string what, reason;
};
struct Failed {
    std::string message;  ///< with "while … on host … in step …"
};
struct Interrupted {
    int level = 1;
};
struct RunEnded {
    End end = End::Completed;
    Duration took{};
    int changed = 0, unchanged = 0, unverified = 0, signed_off = 0;
    std::vector<std::string> skipped;
    std::vector<std::string> pending_undos;
    std::vector<std::string> left;
};

}  // namespace event

struct Event {
    using Body = std::variant<event::RunStarted, event::StepStarted, event::StepEnded, event::Intent, event::ActionEnded,
                              event::ActionProgress, event::CommandEnded, event::WaitStarted, event::WaitProgress, event::WaitEnded,
                              event::Required, event::Asked, event::Answered, event::Noted, event::Bound, event::UndoPending,
                              event::Committed, event::Left, event::Skipped, event::Failed, event::Interrupted, event::RunEnded>;
    Time at{};
    std::string step;  ///< number of the step, "3.1"; empty outside
    std::string host;  ///< empty where none is meant
    Body body;
};

/// "run started", "step ended", …
const char* kind(const Event&);
/// One JSON object on one line, as `--json` prints and the journal stores it: {"at":…,"kind":…,"step":…,"host":…, fields}.
std::string to_json(const Event&);
Event from_json(const std::string&);

/// Told of every event, in order, one at a time.
class Observer {
  public:
    virtual ~Observer() = default;
    virtual void on(const Event&) = 0;
};

}  // namespace runtime
