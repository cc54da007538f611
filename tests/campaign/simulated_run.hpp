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
    Killed,       ///< kill -9 when the n-th event has been journalled
    LostBefore,   ///< the link breaks before the n-th action reaches its host
    LostAfter,    ///< … after it has taken effect there
    Lie,          ///< the n-th action's command says that it succeeded, and does nothing
    CtrlC,        ///< at the n-th event; the pending undos are run
    DiskFull,     ///< the n-th event cannot be journalled
    Silent,       ///< from the n-th event on that is about a host, that host says nothing any more; links stay open
    SilentAfter,  ///< … from the n-th action on, which has reached it
    NodeLost,     ///< at the n-th event a node of a cluster is lost, and nothing fences it: it may run on
    LateDone,     ///< the n-th action's command says that it succeeded, and its effect comes seconds or minutes later
    LateFailed,   ///< … that it failed
    LateUnheard,  ///< … says nothing until our patience ends
};
const char* name(Fault);

/// What a fault's points are numbers of.
enum class Point {
    Event,      ///< journalled
    HostEvent,  ///< and about a host
    Action,     ///< that sends something
};
Point point_of(Fault);

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
    std::optional<std::string> split;   ///< both sides of a disk that only one may write to were Primary
    std::optional<std::string> untrue;  ///< what the journal says, against the wire
    bool endless = false;               ///< a part did not end by itself
    bool struck = false;                ///< did the fault come to pass?
};

Outcome play(const Play&, Fault, std::size_t at);

}  // namespace campaign
