// The hosts of a run: one connection each, what was found out about each, and the one way to send a command.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "runtime/event/emitter.hpp"
#include "runtime/shell/dialect.hpp"
#include "runtime/shell/guard.hpp"

namespace runtime {

/// Of what was found out about a host, what a rehearsal has no model of; null where all of it was told.
const Value* not_simulated_among(const Detected&);

class HostConnections {
  public:
    HostConnections(World& world, const lang::Site& site, EventEmitter& emitter) : world_(world), site_(site), emitter_(emitter) {}

    /// Sends and waits at most `patience`. What cannot be put into the host's dialect is NotSent, with the reason; an exit status that
    /// may be sudo's own, and not the command's, is Doubtful. What the log-in and sudo are asked for that is told as detections.
    Reply run(const lang::Host&, const Command&, Duration patience, event::CommandEnded::For, const std::string& step);

    /// What `sudo -l` says to the command on its host, where it would go through sudo; nothing where it would not. Runs nothing.
    std::optional<Reply> asked_of_sudo(const lang::Host&, const Command&, Duration patience, const std::string& step);

    /// The line as it would be sent, secrets masked; empty where it cannot be put into the host's dialect.
    std::string shown(const lang::Host&, const Command&) const;

    /// Sends what `read` asks for and reads the replies. A command that did not end by itself makes the value unknown.
    Value read(const Read&, const Context&, Duration patience, event::CommandEnded::For, const std::string& step,
               std::string* shown = nullptr);

    /// Answers the detections that a builtin needs, asking the host for those not known yet.
    Detected detect(const lang::Host&, const std::vector<std::string>& needs, Duration patience, const std::string& step);

    const lang::Site& site() const { return site_; }

    /// From now on every action tests on its host, in its own line, that no newer run has been there. Requests do not, as no shell gets
    /// them, nor does Windows, nor a log-in that lets only some lines through.
    void guard_actions(Guard);

    /// The link is forgotten, and what was found out with it: the host was switched off or restarted.
    void forget(const lang::Host&);

    /// What of a simulated site was told by replies of its file, and by no model.
    std::vector<std::string> rested_on() const;

    /// A context for the parts of a builtin on `host`.
    Context context(const Arguments& arguments, const lang::Host* host, const Detected& detected) const;

  private:
    struct Known {
        std::unique_ptr<Connection> connection;
        Detected detected;
    };
    Connection& connection(const lang::Host&);
    /// To whom a command goes, and as what.
    struct Sending {
        const lang::Host& to;
        Line line;
    };
    Sending prepare(const lang::Host&, const Command&, Language) const;
    Line guarded_line(const Sending&, const Command&) const;
    void doubt_sudo(const lang::Host& to, const Command&, Duration patience, Reply&);
    void emit(const lang::Host&, const Reply&, event::CommandEnded::For, const std::string& step);
    Privilege privilege(const lang::Host&) const;

    World& world_;
    const lang::Site& site_;
    EventEmitter& emitter_;
    mutable std::mutex mutex_;  ///< never held while something is waited for
    std::map<const lang::Host*, Known> known_;
    std::optional<Guard> guard_;
    std::set<std::string> rested_on_;
};

}  // namespace runtime
