// The marks of watches that have fired, outside of any run.
#pragma once

#include "cli/run/stage.hpp"
#include "runtime/connection/fleet.hpp"
#include "runtime/event/teller.hpp"
#include "runtime/interpret/effects/mark.hpp"

namespace cli {

/// Asks the lock hosts by the stage's connections, and tells no journal of it. The stage must outlive it, and it must outlive its marks.
class Marks {
  public:
    Marks(const lang::program::Program& program, Stage& stage)
        : program_(program), world_(stage.world()), teller_(world_), fleet_(world_, *program.site, teller_) {
        world_.observers.clear();
    }
    runtime::FiredMark of(const lang::program::Watch& watch) { return {*program_.site, program_.name, watch.text, fleet_}; }

  private:
    const lang::program::Program& program_;
    runtime::World world_;  ///< of its own: it is observed by nobody
    runtime::Teller teller_;
    runtime::Fleet fleet_;
};

}  // namespace cli
