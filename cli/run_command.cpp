#include <fmt/format.h>

#include <cstdio>

#include "cli/commands.hpp"
#include "cli/interrupts.hpp"
#include "cli/load.hpp"
#include "cli/stage.hpp"
#include "cli/view.hpp"
#include "runtime/interpret/run.hpp"

namespace cli {

int run_command(const RunRequest& request) {
    const lang::Checked checked = load(request.source);
    if (!checked.program) {
        fmt::print(stderr, "{}: refused by the check; nothing was sent to any host\n", request.source.file);
        return static_cast<int>(runtime::End::Refused);
    }
    Screen screen;
    Stage stage(*checked.program, request, screen);
    if (const auto why = stage.unanswerable()) {
        fmt::print(stderr, "{}\n", *why);
        return static_cast<int>(runtime::End::Refused);
    }
    View view(screen, {.verbose = request.verbose});
    JsonView json_view;
    runtime::Observer& shown = request.json ? static_cast<runtime::Observer&>(json_view) : view;
    stage.world().observers.push_back(&shown);
    const std::int64_t run = stage.journal().begin(*checked.program, stage.simulated());
    runtime::event::RunEnded ended;
    {
        const Interrupts interrupts(stage.stop(), stage.scheduler(), [&](int level) {
            shown.on({.at = stage.scheduler().now(), .step = {}, .host = {}, .body = runtime::event::Interrupted{level}});
        });
        ended = runtime::run(*checked.program, stage.world(),
                             {.operator_name = operator_name(), .machine = machine_name(), .simulated = stage.simulated()});
    }
    stage.finish();
    if (!request.json) fmt::print("journal: procrun history {}\n", run);
    return static_cast<int>(ended.end);
}

}  // namespace cli
