// Two operators who start the same procedure on the same site.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/campaign/simulated_run.hpp"

namespace campaign {

/// Both start within 200 ms. Nothing where one of them goes through to the state of an undisturbed run and the other one sends no action
/// and says who has the lock; else what is wrong. `seed` sets the delay and the order of what happens at the same time.
std::optional<std::string> race(const Play&, std::uint64_t seed, const Outcome& undisturbed);

}  // namespace campaign
