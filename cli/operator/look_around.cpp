#include "cli/operator/look_around.hpp"

#include <fmt/format.h>

#include "cli/command/all.hpp"
#include "cli/operator/keyboard.hpp"
#include "cli/operator/prompt.hpp"
#include "cli/run/load.hpp"

namespace cli {

namespace {

/// A session reads the site anew: its hosts are those of the run by their names.
runtime::ConnectionFactory by_name(const runtime::ConnectionFactory& connect, const lang::Site& site) {
    return [&connect, &site](const lang::Host& host) {
        const lang::Host* known = site.find_host(host.name);
        return connect(known != nullptr ? *known : host);
    };
}

}  // namespace

std::function<void(const runtime::FailedStatement&)> look_around(const lang::program::Program& program, const runtime::World& world,
                                                                 Screen& screen, rehearsal::SimulatedSite* simulated) {
    return [&program, &world, &screen, simulated](const runtime::FailedStatement& here) {
        lang::Session session(program, read_file, world.registry.catalog());
        if (lang::has_errors(session.site_findings())) {
            return screen.line("there is no prompt here: the procedure does not check without what was set on the command line");
        }
        runtime::World aside = world;
        aside.observers = {&here.told};
        aside.connect = keeping(by_name(world.connect, *program.site));
        Completer completer;
        const auto read = [&](const std::string& text) {
            auto line = read_line(screen, text, Echo::Shown, world.scheduler, runtime::Time::max(), world.stop, completer);
            if (line && screen.is_live()) screen.line(text + visible(*line));
            return line;
        };
        Prompt prompt(session, screen, {.read = read}, [](const std::function<void()>& work) { work(); });
        completer = [&](std::string_view before) { return prompt.completed(before); };
        if (simulated != nullptr) prompt.simulate(*simulated);
        const lang::Host* host = here.host == nullptr ? nullptr : session.site()->find_host(here.host->name);
        if (host != nullptr) prompt.stand_on(*host);
        for (const auto& [name, value] : here.bindings) prompt.bind(name, value);
        screen.line(":names lists what can be named, :help helps; Ctrl-D or :quit goes back to the question");
        if (simulated != nullptr) screen.line(":trouble lists the simulated troubles, :cure ends one");
        prompt.take_lines(aside, simulated != nullptr ? "the simulated site" : "real hosts");
    };
}

}  // namespace cli
