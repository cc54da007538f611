#include "cli/version.hpp"

namespace cli {

const char* version() { return PROCRUN_VERSION; }

}  // namespace cli
