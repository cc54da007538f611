// What a run may leave behind among the services of a Linux machine.
#pragma once

#include <span>

#include "runtime/module.hpp"

namespace stdlib::systemd {

/// The units that the site names for a host, by the facts `unit` and `units`; both may be missing.
std::vector<std::string> units_of(const lang::Host&);

/// Units that failed: `systemctl list-units --failed --plain --no-legend`.
runtime::Residue failed_units();
/// Which of the site's units run.
runtime::Residue site_units();

}  // namespace stdlib::systemd
