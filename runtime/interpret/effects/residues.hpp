// Reads what a run may leave behind: before the first change, and at the end.
#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "lang/program/tree.hpp"
#include "runtime/connection/host_connections.hpp"
#include "runtime/journal/left_behind.hpp"
#include "runtime/resume/resumption.hpp"

namespace runtime {

/// Is it worth asking this host for what the module's residue tells?
bool applies(const Residue&, const Module&, const lang::Host&, const lang::Site&);

/// The residues of all modules, on the hosts that the program names and on those that make up clusters with them.
class Residues {
  public:
    Residues(const lang::program::Program& program, World& world, HostConnections& connections, EventEmitter& emitter, const Resumption&);

    /// To be called before anything is changed. The first call reads the start and tells it, further ones wait until that is done. False
    /// where it took no time. What an earlier part of the run has read counts.
    bool read_start();

    /// Before a person does at a prompt whatever she likes: reads the start of the hosts that the program does not name, too.
    void read_whole_site();

    /// These hosts have not answered just now, with the reasons: the start is not asked of them again where it is read soon.
    void are_silent(std::map<const lang::Host*, std::string> hosts) {
        silent_ = std::move(hosts);
        silent_at_ = world_.scheduler.now();
    }

    /// Nothing is read: a line typed at a prompt is no run.
    void leave_out() { state_ = State::Read; }

    /// Reads the end and compares; nothing where the start was not read, as nothing was changed.
    std::optional<event::LeftBehind> read_end(const std::vector<event::Left>& leaves);

  private:
    struct Asked {
        const lang::Host* host;
        const Module* module;
        const Residue* residue;
    };
    /// Those that the program names, that make up clusters with them, and that were read at the start.
    std::set<const lang::Host*> concerned() const;
    std::set<std::string> were_read() const;  ///< names of hosts
    std::vector<std::vector<Asked>> asked_of(const std::set<const lang::Host*>&) const;
    std::vector<Found> read(const std::set<const lang::Host*>&);
    void add_to_start(std::vector<Found>);
    Found read(const Asked&, Time until) const;

    const lang::program::Program& program_;
    World& world_;
    HostConnections& connections_;
    EventEmitter& emitter_;
    enum class State { NotRead, Reading, Read };
    std::atomic<State> state_{State::NotRead};
    std::vector<Found> start_;
    std::map<const lang::Host*, std::string> silent_;  ///< as the run began
    Time silent_at_{};
    std::map<const lang::Host*, Duration> needed_;  ///< how long its readings have taken until now
};

}  // namespace runtime
