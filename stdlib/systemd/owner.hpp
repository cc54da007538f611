// Does a cluster manager run a unit? Then nobody else starts or stops it.
#pragma once

#include <string>
#include <vector>

#include "runtime/module.hpp"

namespace stdlib::systemd {

/// Why the unit with these full names must not be touched by hand, from crm_mon's reply; empty where nothing speaks against it, unknown
/// where it could not be told.
lang::Value owner(const runtime::Reply& crm_mon, const std::vector<std::string>& names, const lang::Host&);

}  // namespace stdlib::systemd
