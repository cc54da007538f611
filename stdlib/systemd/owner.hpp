// Does a cluster manager run a unit? Then nobody else starts or stops it.
#pragma once

#include <string>
#include <string_view>

#include "runtime/module.hpp"

namespace stdlib::systemd {

/// Why the unit must not be touched by hand, from crm_mon's reply; empty where nothing speaks against it, unknown where it could not be
/// told.
lang::Value owner(const runtime::Reply& crm_mon, std::string_view unit, const lang::Host&);

}  // namespace stdlib::systemd
