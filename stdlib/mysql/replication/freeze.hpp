// Closing a server to writers: does it hold, and who is in the way?
#pragma once

#include <span>

#include "runtime/module.hpp"
#include "stdlib/mysql/read/server.hpp"
#include "stdlib/mysql/verdict.hpp"

namespace stdlib::mysql {

/// The position twice, a second apart, and the transactions that are open.
std::vector<runtime::Command> look_at_writers(const Server&, const runtime::Context&);
lang::Value writers_from(std::span<const runtime::Reply>, const runtime::Context&);

/// Closed, and the position stands still. `read_only` lets some users write, and those go on.
runtime::Verdict closed_to_writers(const lang::Value& writers, When);

}  // namespace stdlib::mysql
