// The units of a new site that are its own software.
#pragma once

#include "runtime/discovery.hpp"

namespace stdlib::systemd {

runtime::Discovery discovery();

}  // namespace stdlib::systemd
