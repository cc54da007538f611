// What the actions think of a service's status.
#pragma once

#include "runtime/module.hpp"

namespace stdlib::services {

const std::shared_ptr<const lang::EnumType>& if_missing_type();  ///< winsvc.IfMissing

/// Before an order was given. A service that is missing is refused, or (`skip_missing`) nothing to do.
runtime::Verdict may_start(const lang::Value& status, bool skip_missing);
runtime::Verdict may_stop(const lang::Value& status, bool skip_missing);
runtime::Verdict may_restart(const lang::Value& status, bool skip_missing);

/// After it.
runtime::Verdict started(const lang::Value& now);
runtime::Verdict stopped(const lang::Value& now);
/// Running, with another process than before.
runtime::Verdict restarted(const lang::Value& before, const lang::Value& now);

}  // namespace stdlib::services
