// One action on one host: look, act only if needed, wait until the system itself says so.
#pragma once

#include <functional>
#include <string>

#include "runtime/connection/host_connections.hpp"
#include "runtime/event/key.hpp"
#include "runtime/outcome.hpp"

namespace runtime {

/// Every look has this long, also the last one before a deadline: in less it would tell nothing but that the time was over.
inline constexpr Duration shortest_look = std::chrono::seconds(10);

struct ActionResult {
    Effect effect = Effect::Unknown;
    std::string why;       ///< what was expected, seen and read; for a failure or an unknown outcome, and for a refusal
    bool verified = true;  ///< the system itself said so, not only the command's exit status
    bool interrupted = false;
    bool kept_back = false;  ///< not sent, as the host knows of a newer run
    /// What nothing simulates of it: the look, the command (NotSimulated: nothing was done), or the look after it (Unknown).
    std::optional<Gap> gap = {};
};

/// How a look was taken.
struct Looked {
    std::string by;               ///< where it was taken and how: "acd-jb1 by: systemctl show …"
    std::optional<Gap> gap = {};  ///< what of it nothing simulates
};

/// What an earlier part of the run has sent, and of which nobody knows whether it came about.
struct Sent {
    std::string seen;      ///< before it: event::Intent::seen
    Time may_run_until{};  ///< the end of its time: a script may still be at work
    bool is_over = false;  ///< it was heard to end badly: it may have come about later, and is not waited for
};

class ActionRunner {
  public:
    ActionRunner(World& world, HostConnections& connections, EventEmitter& emitter)
        : world_(world), connections_(connections), emitter_(emitter) {}

    struct Request {
        const Builtin& builtin;
        const Arguments& arguments;
        const lang::Host& host;
        const std::string& call;
        const Key& key;
        const std::string& step;
        Deadline deadline;       ///< bounds the whole of it
        bool only_look = false;  ///< send nothing: has it come to be so by itself?
        /// An earlier part of the run has sent it: has it arrived since? A script is not sent beside itself.
        const Sent* sent_before = nullptr;
        /// What the procedure says of an action that cannot look itself (`done_when`): Reached, Needed, or Unclear. May take `patience`.
        std::function<Verdict(Duration patience, Looked&)> done_when = {};
        /// Called when something is about to be sent. True where it took its time: then it is looked again.
        std::function<bool()> before_change = {};
        /// Asked between the intent and the command: why it must not be sent after all, or nothing.
        std::function<std::string()> refused_now = {};
        /// What would have to be undone if it is never heard of again: event::Intent::undos.
        std::function<std::vector<event::UndoPending>()> due_if_sent = {};
    };
    /// The intent is told (and so journalled) before the command is sent, which happens at most once.
    ActionResult perform(const Request&);

  private:
    struct Attempt;
    World& world_;
    HostConnections& connections_;
    EventEmitter& emitter_;
};

}  // namespace runtime
