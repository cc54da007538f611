// The database servers of a new site, and who replicates from whom.
#pragma once

#include "runtime/discovery.hpp"

namespace stdlib::mysql {

runtime::Discovery discovery();

}  // namespace stdlib::mysql
