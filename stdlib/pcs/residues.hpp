// What a run may leave behind in a cluster.
#pragma once

#include <vector>

#include "runtime/module.hpp"

namespace stdlib::pcs {

std::vector<runtime::Residue> residues();

}  // namespace stdlib::pcs
