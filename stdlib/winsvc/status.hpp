// What the scripts print, as values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/model/value.hpp"
#include "runtime/command.hpp"
#include "stdlib/support/told.hpp"

namespace stdlib::winsvc {

const std::shared_ptr<const lang::EnumType>& state_type();       ///< winsvc.State
const std::shared_ptr<const lang::EnumType>& start_type_type();  ///< winsvc.StartType
const std::shared_ptr<const lang::RecordType>& status_type();    ///< winsvc.Status

/// The answer to `status_script`. A service that does not exist is known not to; all else about it is unknown.
lang::Value status_from(std::string_view output);

/// What that script prints of a service, and what sc.exe prints (queryex, qc; its English labels).
const std::vector<support::Facts>& script_fields();
const std::vector<support::Facts>& sc_fields();

/// Of a service that does not exist.
lang::Value missing_status();

/// Running, or not; unknown on the way, and of a service that does not exist.
lang::Value running(const lang::Value& status);

/// What `start_script` and its like had to complain of, in words, or nothing.
std::optional<std::string> complaint(const runtime::Reply&);

}  // namespace stdlib::winsvc
