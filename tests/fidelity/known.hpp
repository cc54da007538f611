// The differences between real parts and models that are left as they are, each with its reason.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/fidelity/walk.hpp"

namespace fidelity {

/// Why it is left; empty where it is not known.
std::string reason_of(std::string_view system, const Difference&);
/// All that are known of a system.
std::vector<std::string> reasons(std::string_view system);

}  // namespace fidelity
