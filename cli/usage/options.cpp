#include "cli/usage/options.hpp"

#include <CLI/CLI.hpp>

namespace cli::usage {

void add_source(CLI::App& command, Source& source) {
    command.add_option("FILE", source.file, "the procedure")->required();
    command.add_option("PARAMETER", source.parameters, "name=value, for the procedure's `param`s");
    command.add_option("--site", source.site, "the site file (default: site.proc beside the procedure)");
}

void add_run_options(CLI::App& command, RunRequest& request) {
    command.add_option("--answers", request.answers, "file that answers the sign-offs: \"question\" = yes, one a line");
    command.add_option("--journal", request.journal, "the journal's file")->capture_default_str();
    command.add_flag("--json", request.json, "print the events as JSON, one a line");
    const std::map<std::string, runtime::OnFailure> ends{
        {"ask", runtime::OnFailure::Ask}, {"keep", runtime::OnFailure::Keep}, {"undo", runtime::OnFailure::Undo}};
    command
        .add_option("--on-failure", request.on_failure,
                    "ask what to do (at a terminal; else keep), keep what was changed and leave its undos pending, or undo it. In a "
                    "rehearsal, ask means --ask")
        ->transform(CLI::CheckedTransformer(ends, CLI::ignore_case).description(""))  // the names of the type are enough
        ->type_name("ask|keep|undo")
        ->each([&](const std::string&) { request.on_failure_given = true; });
    command.add_option("-m,--message", request.message, "what this run is for: told to whoever finds the site locked")->type_name("TEXT");
    command
        .add_option("--lock-without", request.lock_without,
                    "a lock host that cannot be asked and is known to be down for everybody: lock the site without it")
        ->type_name("HOST");
    auto* verbose = command.add_flag_callback(
        "-v,--verbose", [&] { request.detail = Detail::Verbose; }, "show every command and every condition");
    command
        .add_flag_callback(
            "-q,--quiet", [&] { request.detail = Detail::Quiet; }, "show failures, questions and the end only")
        ->excludes(verbose);
}

void add_without(CLI::App& command, RunRequest& request) {
    command
        .add_option("--without", request.without, "a host that is left out: what stands on it is skipped, and told (may be given again)")
        ->type_name("HOST")
        ->allow_extra_args(false);
}

constexpr double fastest = 1e6;  // eleven days a second

constexpr const char* simulated_only = "For simulated sites";

void add_scene(CLI::App& command, RunRequest& request) {
    command.add_option("--scene", request.scene, "the state in which the site is found")->group(simulated_only);
    command.add_option("--seed", request.seed, "the order of what happens at the same time")->group(simulated_only);
    command.add_option("--at", request.at, "the socket of a site that `procrun simulate` serves")->group(simulated_only);
    command.add_option("--site-log", request.site_log, "write every command that the hosts got to this file")->group(simulated_only);
}

void add_simulation_options(CLI::App& command, RunRequest& request) {
    add_scene(command, request);
    command.add_option("--speed", request.speed, "seconds a second; 0 is as fast as it goes (default at a terminal: 60)")
        ->check(CLI::Range(0.0, fastest))
        ->group(simulated_only);
    command.add_flag("--ask", request.ask, "a person at the terminal signs off and decides, not the rehearsal")->group(simulated_only);
}

void add_plan_options(CLI::App& command, PlanRequest& planning) {
    RunRequest& request = planning.run;
    command.add_flag("--rehearse", request.rehearse, "on a simulated site made from the site file; no real host is contacted");
    add_scene(command, request);
    command.add_flag(
        "--changes-since-last", planning.changes_since_last,
        "print only what differs from the last such plan of the same procedure, site and parameters; nothing where nothing does");
    command.add_option("--journal", request.journal, "the file of the journal, where plans to compare with are kept")
        ->capture_default_str();
    command.add_flag("--json", request.json, "print the plan as JSON, one object a line");
    command.add_flag_callback(
        "-v,--verbose", [&] { request.detail = Detail::Verbose; }, "show every binding and every condition");
    command.footer("Exit codes: 0 there is nothing to do, 10 something would change or cannot be told yet, 11 a run would be refused.");
}

}  // namespace cli::usage
