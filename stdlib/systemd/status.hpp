// How a unit stands: from `systemctl show`, or from an init script where there is no systemd.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/model/value.hpp"
#include "runtime/command.hpp"
#include "stdlib/support/told.hpp"

namespace stdlib::systemd {

const std::shared_ptr<const lang::EnumType>& active_type();    ///< systemd.Active
const std::shared_ptr<const lang::EnumType>& load_type();      ///< systemd.Load
const std::shared_ptr<const lang::RecordType>& status_type();  ///< systemd.Status

/// The properties that `status_from` reads, for `systemctl show -p`.
inline constexpr std::string_view properties =
    "Type,LoadState,ActiveState,SubState,Result,UnitFileState,MainPID,InvocationID,ActiveEnterTimestampMonotonic,TriggeredBy,Job,Names";

/// What systemd tells of a unit that is not asked for, too, as far as it bears on how a unit stands.
const std::vector<support::Facts>& fields();

/// The answer of `systemctl show`: lines of NAME=value in any order, properties that this systemd does not know missing.
lang::Value status_from(std::string_view output);

/// Every name of the unit in that answer, `Alias=` included: "mariadb.service mysql.service"; none where they are not told.
std::vector<std::string> names_from(std::string_view output);

/// The answer of `service NAME status`, whose exit status is LSB's: 0 runs, 1 and 2 died, 3 does not run. But 1 is also how `service` says
/// that there is no such script, and how scripts say that they do not know `status`: what is not understood is unknown.
lang::Value status_from_init_script(const runtime::Reply&);

/// Active, or not; unknown on the way, and of a unit that does not exist.
lang::Value running(const lang::Value& status);

/// Why no unit can be called so: an empty name (a fact that the site lacks), a pattern, which would be several units, or a character that
/// systemd takes in none.
std::optional<std::string> no_name(std::string_view unit);

/// "wildfly" and "wildfly.service" are the same unit.
std::string full_name(std::string_view unit);

}  // namespace stdlib::systemd
