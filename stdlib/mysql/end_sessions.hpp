// Ends sessions of clients that were named, and nobody else's.
#pragma once

#include <string_view>

#include "runtime/module.hpp"

namespace stdlib::mysql {

/// Of these sessions (a list of mysql.Session) those of clients that log in as one of `users` (a list of texts) and, unless `hosts` (a
/// list of machines) is empty, come from one of these; each with what it has written and not committed, from the answer to `show_writes`.
lang::Value sessions_to_end(const lang::Value& sessions, std::string_view writes, const lang::Value& users, const lang::Value& hosts);

/// Refused while one of them has a transaction open that has been writing for longer than `longest_write`.
runtime::Verdict may_end(const lang::Value& sessions, lang::Duration longest_write);
/// Those that were there before are gone; who has come since is told.
runtime::Verdict ended(const lang::Value& before, const lang::Value& now);

runtime::Builtin end_sessions();

}  // namespace stdlib::mysql
