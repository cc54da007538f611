// What the actions think of what they see.
#pragma once

#include <string>
#include <string_view>

#include "runtime/module.hpp"

namespace stdlib::mysql {

/// Before the statement was sent, or after it.
enum class When { Before, After };
using Judge = runtime::Verdict (*)(const lang::Value& replicas, When);

/// The second of two readings, a moment apart; a thread that did not say the same in both is unknown there.
lang::Value steady(const lang::Value& first, const lang::Value& second);

runtime::Verdict replication_runs(const lang::Value& replicas, When);
runtime::Verdict replication_rests(const lang::Value& replicas, When);

/// "I/O Connecting, SQL Yes: error connecting to master …"; with the connection's name where it has one.
std::string describe(const lang::Value& replica);

/// A switch such as `@@GLOBAL.read_only`: 0 or 1, or (MariaDB 12) a word.
lang::Value switch_from(std::string_view output);
runtime::Verdict switched(const lang::Value& seen, bool to);

}  // namespace stdlib::mysql
