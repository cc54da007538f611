// Sets the stage for a run, or for a part of one, and watches it to its end.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "cli/run/stage.hpp"
#include "runtime/interpret/run.hpp"

namespace cli {

/// The questions that a run has had an answer to before it goes on.
using Answered = std::set<std::string>;

/// `work` begins or resumes a run in the stage's journal and runs it; not before everything is there that the program needs, where it
/// is the program that is run and not something else of it. Returns the exit code.
int drive(const lang::program::Program&, const RunRequest&,
          const std::function<runtime::event::RunEnded(Stage&, const runtime::RunOptions&)>& work,
          const std::optional<Answered>& runs_the_program = Answered());

}  // namespace cli
