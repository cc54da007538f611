#include "cli/command/run.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "cli/command/all.hpp"
#include "cli/run/load.hpp"
#include "cli/run/scenes.hpp"
#include "cli/terminal/output.hpp"
#include "rehearsal/serve/server.hpp"
#include "runtime/outcome.hpp"

namespace cli {

Driven run_file(const RunRequest& request) {
    const lang::Checked checked = load(request.source);
    if (!checked.program) {
        say("{}: refused by the check; nothing was sent to any host\n", request.source.file);
        return {static_cast<int>(runtime::End::Refused), {}};
    }
    return drive(*checked.program, request, [&](RunContext& context, runtime::RunOptions options) {
        options.run = context.journal().begin(*checked.program, context.simulated(), socket_of(request));
        return runtime::run(*checked.program, context.world(), options);
    });
}

int run_command(const RunRequest& request) { return run_file(request).code; }

int simulate_command(const SimulateRequest& request) {
    const lang::Checked checked = load({.file = request.site, .parameters = {}, .site = request.site});
    if (!checked.program) return static_cast<int>(runtime::End::Refused);
    const Scene scene = make_scene(checked.program->site, request.scene, 1);
    for (const std::string& gap : scene.rehearsed.gaps) say("note: a gap {}\n", gap);
    print("the simulated site \"{}\", {}, answers at {}; procrun rehearse FILE --at {}\n", checked.program->site->name, request.scene,
          request.socket, request.socket);
    write_at_once(stdout, {});
    rehearsal::serve(*scene.world, request.socket, request.log);
    return 0;
}

}  // namespace cli
