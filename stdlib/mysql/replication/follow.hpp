// A replica is led to another source. Where that would lose or skip transactions, it is not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/module.hpp"

namespace stdlib::mysql {

/// What a server answers of itself, at about the same time. `place` is where it would ask on from: of MariaDB `gtid_current_pos`, read
/// before the others; empty of MySQL, which asks for whatever it has not.
struct SaidByReplica {
    std::string_view place, position, replication, replication_again;
};

/// A record for `may_follow` and `follows`: what speaks against it (a text for everything, an unknown for what could not be told), and
/// how it follows now. `source` is a mysql.Source, `host` names the replica.
lang::Value course_from(const lang::Value& source, const SaidByReplica&, std::string_view host);

/// Reached where it follows that source already; refused with everything that speaks against it.
runtime::Verdict may_follow(const lang::Value& course, const lang::Value& source);
/// Both threads run, the source is the right server, and user and TLS are those of `before`.
runtime::Verdict follows(const lang::Value& before, const lang::Value& now, const lang::Value& source);

runtime::Builtin follow();

}  // namespace stdlib::mysql
