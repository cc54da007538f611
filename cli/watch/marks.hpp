// The marks of watches that have fired, outside of any run.
#pragma once

#include "cli/run/context.hpp"
#include "runtime/connection/host_connections.hpp"
#include "runtime/event/emitter.hpp"
#include "runtime/interpret/effects/mark.hpp"

namespace cli {

/// Asks the lock hosts by the context's connections, and tells no journal of it. The context must outlive it, and it must outlive its
/// marks.
class Marks {
  public:
    Marks(const lang::program::Program& program, RunContext& context)
        : program_(program), world_(context.world()), emitter_(world_), connections_(world_, *program.site, emitter_) {
        world_.observers.clear();
    }
    runtime::FiredMark of(const lang::program::Watch& watch) { return {*program_.site, program_.name, watch.text, connections_}; }

  private:
    const lang::program::Program& program_;
    runtime::World world_;  ///< of its own: it is observed by nobody
    runtime::EventEmitter emitter_;
    runtime::HostConnections connections_;
};

}  // namespace cli
