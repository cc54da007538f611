// Events as journals of the format 1 have them.
#pragma once

#include <nlohmann/json.hpp>

namespace runtime {

/// Makes of one of them what it is called today. Throws std::exception where it is none.
void upgrade_from_1(nlohmann::json& event);

}  // namespace runtime
