#include <fmt/format.h>

#include <cstdio>

#include "cli/commands.hpp"
#include "cli/expected.hpp"
#include "cli/interrupts.hpp"
#include "cli/live/outline.hpp"
#include "cli/live_view.hpp"
#include "cli/load.hpp"
#include "cli/stage.hpp"
#include "runtime/interpret/run.hpp"

namespace cli {

namespace {

std::unique_ptr<runtime::Observer> view_of(const RunRequest& request, const lang::program::Program& program, Stage& stage, Screen& screen) {
    if (request.json) return std::make_unique<JsonView>();
    if (!screen.is_live() || request.detail == Detail::Quiet)
        return std::make_unique<View>(screen, View::Options{.detail = request.detail});
    const Expected earlier = expected(stage.journal(), program.name, program.site->name, stage.simulated());
    return std::make_unique<LiveView>(screen, request.detail, live::Board(live::outline(program), earlier), stage.scheduler());
}

}  // namespace

int run_command(const RunRequest& request) {
    const lang::Checked checked = load(request.source);
    if (!checked.program) {
        fmt::print(stderr, "{}: refused by the check; nothing was sent to any host\n", request.source.file);
        return static_cast<int>(runtime::End::Refused);
    }
    // With --json standard output is for programs: a person is asked elsewhere.
    Screen screen(request.json ? stderr : stdout);
    Stage stage(*checked.program, request, screen);
    if (const auto why = stage.unanswerable()) {
        fmt::print(stderr, "{}\n", *why);
        return static_cast<int>(runtime::End::Refused);
    }
    const std::unique_ptr<runtime::Observer> view = view_of(request, *checked.program, stage, screen);
    runtime::Observer& shown = *view;
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
