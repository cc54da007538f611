// What a run leaves behind: the difference between two readings of the world.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/event/types.hpp"

namespace runtime {

/// What one residue said on one host.
struct Found {
    std::string host;
    event::FoundAtStart said;
    std::string object = {};  ///< that it reads: "replication", or "*"

    event::Thing thing(const event::Item&) const;
};

/// What earlier runs on the same site have left on purpose, and nobody has taken back since.
struct EarlierRun {
    std::string name;          ///< "run 12 (failover)"; of several, all of them
    std::vector<Found> found;  ///< at its start
    event::LeftBehind left;
    std::string not_comparable;  ///< those that have left something and are of a format that does not tell what: by name
};

/// What is there at the end and was neither there at the start nor before the earlier run: who comes back to that has left nothing.
/// `leaves` announce what they touch: of a machine, all that is told of it; of one object of a system, what is about that object.
event::LeftBehind left_behind(const std::vector<Found>& start, const std::vector<Found>& end, const std::vector<event::Left>& leaves,
                              const std::optional<EarlierRun>& earlier);

}  // namespace runtime
