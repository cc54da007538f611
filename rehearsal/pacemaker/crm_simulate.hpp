// `crm_simulate` on a copy of the configuration: what the cluster would do, told and not done.
#pragma once

#include <optional>
#include <string_view>

#include "rehearsal/core/answer.hpp"
#include "rehearsal/pacemaker/model.hpp"

namespace rehearsal {

/// Answers the script that changes a copy of the configuration and asks the scheduler about it; nothing for any other script.
std::optional<Answer> simulated_transition(const lang::Host&, std::string_view script, const World&);

}  // namespace rehearsal
