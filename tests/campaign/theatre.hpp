// A procedure on its simulated site, played with a fault at a chosen point, and resumed until it ends.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "cli/run/scenes.hpp"
#include "lang/check/api.hpp"
#include "runtime/event/types.hpp"

namespace campaign {

enum class Fault {
    None,
    Killed,      ///< kill -9 when the n-th event has been journalled
    LostBefore,  ///< the link breaks before the n-th action reaches its host
    LostAfter,   ///< … after it has taken effect there
    Lie,         ///< the n-th action's command says that it succeeded, and does nothing
    CtrlC,       ///< at the n-th event; the pending undos are run
    DiskFull,    ///< the n-th event cannot be journalled
};
const char* name(Fault);

/// What is played: checked once, used by many trials at the same time.
struct Play {
    std::string procedure;  ///< path
    std::string scene;      ///< where it starts
    lang::Checked site, checked;
    cli::Scene start;

    static Play prepare(const std::string& procedure, const std::string& site, const std::string& scene);

    /// What the procedures that led to the scene have kept.
    lang::Value kept(const std::string& by, const std::string& name, const lang::Type&) const;
};

/// How a trial went: the site's state at the end, and all that reached it, which judges what was really sent.
struct Outcome {
    runtime::event::RunEnded ended;  ///< of the last part
    int parts = 1;
    std::vector<runtime::Event> events;
    std::map<std::string, std::string> state;
    struct Sent {
        std::string host, what;  ///< the line and its input
        bool acts = false;       ///< the command of an action, not a look
        bool operator<(const Sent& other) const { return std::tie(host, what) < std::tie(other.host, other.what); }
    };
    std::vector<Sent> wire;  ///< what reached the hosts, in order
    bool sent_without_journal = false;
    bool struck = false;  ///< did the fault come to pass?
};

Outcome play(const Play&, Fault, std::size_t at);

}  // namespace campaign
