// The systems that are walked, each in a file of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tests/fidelity/system.hpp"

namespace fidelity {

/// One load balancer with two back ends, two servers behind it.
std::unique_ptr<System> haproxy();
/// One machine with units that start at once, slowly, and not at all.
std::unique_ptr<System> systemd();
/// A source and its replica.
std::unique_ptr<System> mariadb();

/// Why a systemd cannot run here; nothing where it can. The others run wherever their programs are installed.
std::optional<std::string> why_no_systemd();

}  // namespace fidelity
