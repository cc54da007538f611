// Random walks over a system: the same steps on both sides, compared after each of them; what differs is shrunk to the shortest walk
// that shows it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/fidelity/system.hpp"

namespace fidelity {

struct Difference {
    std::vector<std::string> steps;  ///< the last one is that after which it shows
    std::string subject, real, model;
    bool comes_again = true;  ///< when the same steps are taken from the beginning
};

/// How far to go; whichever comes first ends it, between two steps.
struct Bounds {
    std::size_t commands = 0;
    std::chrono::seconds time{};
};

struct Findings {
    std::string system, version;
    std::uint64_t seed = 0;
    std::size_t sequences = 0, commands = 0, answers = 0;  ///< without those that shrinking took
    std::map<std::string, std::size_t> known;              ///< differences that have a reason, by it
    std::vector<Difference> unexplained;                   ///< each once
    double seconds = 0;
};

/// The same seed takes the same walks, as far as the bounds let it.
Findings walk(System&, std::uint64_t seed, Bounds);

}  // namespace fidelity
