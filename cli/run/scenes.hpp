// Puts a simulated site into the state that a scene names.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "lang/model/site.hpp"
#include "rehearsal/world.hpp"
#include "runtime/journal/store.hpp"

namespace cli {

struct Scene {
    std::unique_ptr<rehearsal::World> world;
    std::unique_ptr<runtime::Journal> journal;  ///< in memory: what the procedure that led there kept; null where there was none
    runtime::event::Rehearsed rehearsed;        ///< the gaps of that procedure: the scene is not all that it leaves
};

/// The healthy site, then, silently and at once, the procedure that the scene comes `after`, begun in the scene that it needs itself,
/// then the scene's troubles. Throws UsageError for a scene that there is not, or that cannot be made.
Scene make_scene(std::shared_ptr<const lang::Site> site, const std::string& name, std::uint64_t seed);

}  // namespace cli
