// What the actions think of a project's services.
#pragma once

#include "runtime/module.hpp"

namespace stdlib::compose {

/// `service` is a compose.Service, or unknown where there is none.
runtime::Verdict may_restart(const lang::Value& service);
runtime::Verdict restarted(const lang::Value& before, const lang::Value& now);

/// Of all services of a project.
runtime::Verdict may_bring_up(const lang::Value& services);
runtime::Verdict brought_up(const lang::Value& before, const lang::Value& now);

}  // namespace stdlib::compose
