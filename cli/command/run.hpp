// `procrun run`, for who wants to know which run it was.
#pragma once

#include "cli/run/drive.hpp"

namespace cli {

/// Loads, checks and runs what the request names, in the journal's next run. Throws UsageError.
Driven run_file(const RunRequest&);

}  // namespace cli
