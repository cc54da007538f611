// What the actions think of a service's status.
#pragma once

#include "runtime/module.hpp"

namespace stdlib::winsvc {

const std::shared_ptr<const lang::EnumType>& if_missing_type();  ///< winsvc.IfMissing

/// Who gives the order? The PowerShell scripts wait until a pending state has ended, sc.exe is refused: then we wait.
enum class Through { PowerShell, Sc };

/// Before an order was given. A service that is missing is refused, or (`skip_missing`) nothing to do.
runtime::Verdict may_start(const lang::Value& status, bool skip_missing, Through);
runtime::Verdict may_stop(const lang::Value& status, bool skip_missing, Through);
runtime::Verdict may_restart(const lang::Value& status, bool skip_missing, Through);

/// After it.
runtime::Verdict started(const lang::Value& now);
runtime::Verdict stopped(const lang::Value& now);
/// Running, with another process than before.
runtime::Verdict restarted(const lang::Value& before, const lang::Value& now);

}  // namespace stdlib::winsvc
