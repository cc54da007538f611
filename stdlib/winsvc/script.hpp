// The PowerShell that is sent. Each script begins with a comment that names it, then sets `$name` to the service's quoted name, and
// prints one line of JSON; numbers and the English constants of WMI only, as texts come in the language of the machine.
#pragma once

#include <string_view>

#include "runtime/command.hpp"

namespace stdlib::winsvc {

/// {"powershell":5}: asked first, as hosts without PowerShell are spoken to through sc.exe.
runtime::Command shell_script();

/// {"exists":true,"name":"robot5","display":"8-Server","status":4,"start":"Auto","exit":0,"specific":0,"pid":4711}
/// or {"exists":false}; {"error":"…"} and exit status 1 where it could not be asked.
runtime::Command status_script(std::string_view service);

/// {"stop":0}, {"start":0} or both: what WMI's StopService and StartService return. They return at "pending", so nothing is
/// waited for but a pending state before (at most 30 s) and, in a restart, the stop (at most 60 s;
/// {"stop":0,"late":true} when that was not enough). {"exists":false} where there is no such service, {"error":"…"} as above.
/// {"stop":3,"dependents":["…"]} names the running services that need this one.
runtime::Command start_script(std::string_view service);
runtime::Command stop_script(std::string_view service);
runtime::Command restart_script(std::string_view service);

/// {"services":[["robot5","8-Server",4],…]}: names, display names and states of all.
runtime::Command states_script();

/// The same of those whose program is not part of Windows: for whoever writes down what a machine is for.
runtime::Command own_states_script();

}  // namespace stdlib::winsvc
