// How a unit stands: from `systemctl show`, or from an init script where there is no systemd.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lang/model/value.hpp"
#include "runtime/command.hpp"

namespace stdlib::systemd {

const std::shared_ptr<const lang::EnumType>& active_type();    ///< systemd.Active
const std::shared_ptr<const lang::EnumType>& load_type();      ///< systemd.Load
const std::shared_ptr<const lang::RecordType>& status_type();  ///< systemd.Status

/// The properties that `status_from` reads, for `systemctl show -p`.
inline constexpr std::string_view properties =
    "Type,LoadState,ActiveState,SubState,Result,UnitFileState,MainPID,InvocationID,ActiveEnterTimestampMonotonic,TriggeredBy,Job";

/// The answer of `systemctl show`: lines of NAME=value in any order, properties that this systemd does not know missing.
lang::Value status_from(std::string_view output);

/// The answer of `service NAME status`, whose exit status is LSB's: 0 runs, 1 and 2 died, 3 does not run.
lang::Value status_from_init_script(const runtime::Reply&);

/// Active, or not; unknown on the way, and of a unit that does not exist.
lang::Value running(const lang::Value& status);

/// Why no unit can be called so: an empty name (a fact that the site lacks), or a pattern, which would be several units.
std::optional<std::string> no_name(std::string_view unit);

/// "wildfly" and "wildfly.service" are the same unit.
std::string full_name(std::string_view unit);

}  // namespace stdlib::systemd
