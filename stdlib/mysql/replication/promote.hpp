// May a replica take the place of its source? Everything that speaks against it, not only the first thing.
#pragma once

#include <string_view>

#include "runtime/module.hpp"

namespace stdlib::mysql {

/// A text for everything that is wrong, an unknown for what could not be told. `source` is a mysql.Source, `position` and `replication`
/// are what the replica answers to `Server::show_position` and `Server::show_replication`. `host` names the replica.
lang::Value promotion_failings(const lang::Value& source, std::string_view position, std::string_view replication, std::string_view host);

/// Refused with all failings; else by whether it is open to writers already.
runtime::Verdict may_promote(const lang::Value& failings, bool closed);

}  // namespace stdlib::mysql
