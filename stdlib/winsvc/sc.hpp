// sc.exe, for hosts where PowerShell does not run. Its texts come in the language of the machine: what is read are its numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lang/model/value.hpp"
#include "runtime/command.hpp"

namespace stdlib::winsvc::sc {

/// queryex and qc of the service with this name and then, as sc.exe takes only those, of the one with this display name. For cmd: where
/// the log-in shell is PowerShell, PowerShell runs.
runtime::Command status(std::string_view service);
runtime::Command start(std::string_view name);
runtime::Command stop(std::string_view name);
/// All services that there are, running or not.
runtime::Command states();

/// A winsvc.Status. What sc.exe refuses with anything but "no such service" is unknown; so is a service of which something stands there
/// that cannot be read.
lang::Value status_from(std::string_view output);

/// What sc.exe refused an order with, in words; nothing where it is so already.
std::optional<std::string> complaint(const runtime::Reply&);

}  // namespace stdlib::winsvc::sc
