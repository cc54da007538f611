// What the actions think of a unit's status.
#pragma once

#include <string_view>

#include "runtime/module.hpp"

namespace stdlib::systemd {

/// Before the order was given.
runtime::Verdict may_start(const lang::Value& status, std::string_view unit);
runtime::Verdict may_stop(const lang::Value& status, std::string_view unit);
runtime::Verdict may_restart(const lang::Value& status, std::string_view unit);

/// After it.
runtime::Verdict started(const lang::Value& before, const lang::Value& now, std::string_view unit);
runtime::Verdict stopped(const lang::Value& before, const lang::Value& now, std::string_view unit);
runtime::Verdict restarted(const lang::Value& before, const lang::Value& now, std::string_view unit);

}  // namespace stdlib::systemd
