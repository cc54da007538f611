// Sets the stage for a run, or for a part of one, and watches it to its end.
#pragma once

#include <functional>

#include "cli/stage.hpp"
#include "runtime/interpret/run.hpp"

namespace cli {

/// `work` begins or resumes a run in the stage's journal and runs it. Returns the exit code.
int drive(const lang::program::Program&, const RunRequest&,
          const std::function<runtime::event::RunEnded(Stage&, const runtime::RunOptions&)>& work);

}  // namespace cli
