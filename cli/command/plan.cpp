#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/command/all.hpp"
#include "cli/run/context.hpp"
#include "cli/run/load.hpp"
#include "cli/terminal/output.hpp"
#include "cli/view/plan.hpp"
#include "runtime/outcome.hpp"
#include "runtime/plan/drift.hpp"
#include "runtime/plan/unreached.hpp"

namespace cli {

namespace {

void print_lines(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) write(stdout, line + '\n');
}

void print_text(const runtime::Plan& plan, const PlanRequest& request, const RunContext& context, const Screen& screen) {
    write(stdout,
          visible_painted(plan_text(plan, screen, {.verbose = request.run.detail == Detail::Verbose, .simulated = context.simulated()})));
}

/// One line each, the old standing below the new one.
void show(const runtime::Difference& difference, Screen& screen) {
    using What = runtime::Difference::What;
    const std::string where = difference.host.empty() ? std::string() : " on " + difference.host;
    const std::string step = difference.step.empty() ? std::string() : fmt::format("step {}  ", difference.step);
    screen.line(screen.paint(Colour::Bold, fmt::format("{}{}{}", step, visible(difference.text), where)));
    const auto line = [&](const char* when, const std::string& standing) {
        std::string text = visible(standing);
        for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; ++at) text[at] = ' ';
        screen.line(fmt::format("  {} {}", when, text));
    };
    if (difference.what != What::New) line("before:", difference.before);
    line("now:   ", difference.what == What::Gone ? "not in the plan any more" : difference.now);
}

/// Prints what differs from the plan before, keeps this one for the next time. True where there was nothing to print.
bool show_drift(const runtime::Plan& plan, const PlanRequest& request, RunContext& context, Screen& screen) {
    const std::vector<std::string> now = runtime::to_lines(plan);
    const auto before = context.journal().last_plan(plan, context.simulated());
    context.journal().keep_plan(plan, context.simulated(), now);
    if (!before) {
        if (!request.run.json)
            screen.line("There is no earlier plan to compare with. This one is kept; from the next time on only what differs is shown.");
        request.run.json ? print_lines(now) : print_text(plan, request, context, screen);
        return false;
    }
    const std::vector<runtime::Difference> differences = runtime::differences(*before, now);
    if (differences.empty()) return true;
    if (!request.run.json) {
        screen.line(screen.paint(Colour::Bold, fmt::format("the plan of {}{} differs from the one before", plan.procedure,
                                                           plan.site.empty() ? "" : fmt::format(" on site \"{}\"", plan.site))));
    }
    for (const runtime::Difference& difference : differences) {
        request.run.json ? print_lines({difference.line}) : show(difference, screen);
    }
    if (!request.run.json) screen.line(totals_line(plan));
    return false;
}

}  // namespace

int plan_command(const PlanRequest& request) {
    const lang::Checked checked = load(request.run.source);
    if (!checked.program) {
        say("{}: refused by the check; nothing was sent to any host\n", request.run.source.file);
        return static_cast<int>(runtime::End::Refused);
    }
    Screen screen;
    RunContext context(*checked.program, request.run, screen);
    // A plan is no run: the journal has nothing to tell of it.
    context.world().observers.clear();
    context.world().connect = runtime::waiting_once(context.world().connect, context.scheduler());
    const runtime::Plan plan = runtime::plan(*checked.program, context.world());
    context.finish();
    if (request.changes_since_last) {
        if (show_drift(plan, request, context, screen)) return static_cast<int>(runtime::PlanEnd::NothingToDo);
        // For a timer a difference is news, though there be nothing left to do.
        return std::max(static_cast<int>(runtime::end_of(plan)), static_cast<int>(runtime::PlanEnd::Changes));
    } else if (request.run.json) {
        print_lines(runtime::to_lines(plan));
    } else {
        print_text(plan, request, context, screen);
        const bool is_done = runtime::end_of(plan) == runtime::PlanEnd::NothingToDo;
        for (const std::string& what : is_done ? std::vector<std::string>() : context.unnamed())
            screen.line(fmt::format("the site: {}", what));
    }
    return static_cast<int>(runtime::end_of(plan));
}

}  // namespace cli
