#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <set>

#include "cli/command/all.hpp"
#include "cli/operator/interrupts.hpp"
#include "cli/operator/line_editor.hpp"
#include "cli/operator/prompt.hpp"
#include "cli/operator/typed_run.hpp"
#include "cli/run/context.hpp"
#include "cli/run/load.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/words.hpp"
#include "cli/view/protocol.hpp"
#include "runtime/outcome.hpp"

namespace cli {

namespace {

void greet(const lang::Site& site, bool simulated, Screen& screen) {
    screen.line(site.hosts.empty()
                    ? "no site: give one with --site FILE"
                    : fmt::format("site \"{}\": {}{}", site.name, plural(static_cast<std::int64_t>(site.hosts.size()), "host"),
                                  simulated ? ", simulated" : ""));
    screen.line(":help helps, Ctrl-D ends");
}

}  // namespace

int repl_command(const RunRequest& given) {
    RunRequest request = given;
    request.rehearse |= request.scene || request.at || request.speed || request.site_log || request.ask;
    Screen screen;
    View view(screen, {.detail = request.detail});
    lang::Session session(request.source.site, read_file, registry().catalog());
    const auto show = [&](const lang::Diagnostics& findings) {
        for (const lang::Diagnostic& finding : findings) write(stdout, lang::render(finding, *session.sources(), screen.has_colours()));
    };
    show(session.site_findings());
    if (lang::has_errors(session.site_findings())) return static_cast<int>(runtime::End::Refused);
    const lang::Checked start = session.fragment("");
    if (!start.program) {
        show(start.diagnostics);
        return static_cast<int>(runtime::End::Refused);
    }
    // Nothing is rehearsed here: a question is for the person who typed it.
    request.ask |= isatty(STDIN_FILENO) == 1 && (request.rehearse || is_simulated(*start.program->site));
    RunContext context(*start.program, request, screen);
    const Interrupts interrupts(context.stop(), context.scheduler(), [](int) {});  // one for all lines: none comes between two of them
    TypedRun run(context, *start.program, socket_of(request));
    context.world().observers.push_back(&view);
    context.world().observers.push_back(&run);
    context.world().connect = keeping(context.world().connect);

    std::set<std::string> told;  // once is enough
    LineEditor editor((std::filesystem::path(request.journal).parent_path() / "repl_history").string());
    if (editor.is_terminal()) greet(*session.site(), context.simulated(), screen);
    Prompt prompt(session, screen,
                  {.read = [&](const std::string& text) { return editor.read(text, context.stop()); },
                   .remember = [&](const std::string& text) { editor.remember(text); },
                   .answers = editor.is_terminal()},
                  [&](const std::function<void()>& work) {
                      work();
                      for (const std::string& what : context.unnamed()) {
                          if (told.insert(what).second) screen.line(fmt::format("the site: {}", what));
                      }
                      // A Ctrl-C was meant for this statement; what ends the process, or comes to one that nobody types to, for the next,
                      // too.
                      if (editor.is_terminal() && !Interrupts::to_end()) context.stop().rearm();
                  });
    if (context.simulated_site() != nullptr) prompt.simulate(*context.simulated_site());
    editor.complete_with([&](std::string_view before) { return prompt.completed(before); });
    prompt.take_lines(context.world(), context.simulated() ? "the simulated site" : "real hosts");
    run.end();
    return static_cast<int>(context.stop().no_new_action() ? runtime::End::Aborted : runtime::End::Completed);
}

}  // namespace cli
