#include <fmt/format.h>

#include <cstdio>

#include "cli/command/all.hpp"
#include "cli/run/drive.hpp"
#include "cli/run/load.hpp"

namespace cli {

int run_command(const RunRequest& request) {
    const lang::Checked checked = load(request.source);
    if (!checked.program) {
        fmt::print(stderr, "{}: refused by the check; nothing was sent to any host\n", request.source.file);
        return static_cast<int>(runtime::End::Refused);
    }
    return drive(*checked.program, request, [&](Stage& stage, runtime::RunOptions options) {
        options.run = stage.journal().begin(*checked.program, stage.simulated(), socket_of(request));
        return runtime::run(*checked.program, stage.world(), options);
    });
}

}  // namespace cli
