// What a change would move: Pacemaker's own scheduler asked about a copy of the cluster's configuration.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/module.hpp"

namespace stdlib::pcs {

std::vector<runtime::Builtin> previews();

/// What an action with these arguments would move, as `previews` tell it: of one with a `node`, and of one with `resource` and `to`.
/// Of a standby also what the scheduler does not say: what is no longer replicated.
runtime::Read after_standby();
runtime::Read after_move();

/// The summary in what crm_simulate prints: "Move vip ( store1 -> store2 )". Unknown where there is none.
lang::Value summary_of(std::string_view crm_simulate);

}  // namespace stdlib::pcs
