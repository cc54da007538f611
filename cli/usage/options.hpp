// The options that several subcommands share.
#pragma once

#include "cli/command/all.hpp"

namespace CLI {
class App;
}

namespace cli::usage {

void add_source(CLI::App& command, Source&);
void add_run_options(CLI::App& command, RunRequest&);
void add_without(CLI::App& command, RunRequest&);
void add_scene(CLI::App& command, RunRequest&);
void add_simulation_options(CLI::App& command, RunRequest&);
void add_plan_options(CLI::App& command, PlanRequest&);

}  // namespace cli::usage
