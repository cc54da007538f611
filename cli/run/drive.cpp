#include "cli/run/drive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <set>

#include "cli/operator/interrupts.hpp"
#include "cli/run/expected.hpp"
#include "cli/run/load.hpp"
#include "cli/terminal/output.hpp"
#include "cli/view/live.hpp"
#include "cli/view/live/outline.hpp"
#include "lang/text/spell.hpp"
#include "runtime/interpret/effects/acts.hpp"

namespace cli {

namespace {

std::unique_ptr<runtime::Observer> view_of(const RunRequest& request, const lang::program::Program& program, RunContext& context,
                                           Screen& screen, const Before& before) {
    if (request.json) return std::make_unique<JsonView>();
    if (!screen.is_live() || request.detail == Detail::Quiet) {
        auto view = std::make_unique<View>(screen, View::Options{.detail = request.detail});
        view->remember(before.events);
        return view;
    }
    const Expected earlier = expected(context.journal(), program.name, program.site->name, context.simulated());
    const live::RunName name{.procedure = program.name, .site = program.site->name, .simulated = context.simulated()};
    auto view = std::make_unique<LiveView>(screen, request.detail, live::Board(name, live::outline(program), earlier), context.scheduler());
    view->remember(before.events);
    return view;
}

/// What the end of a rehearsal has told already.
struct Mends final : runtime::Observer {
    std::vector<std::string> all;
    void on(const runtime::Event& event) override {
        if (const auto* rehearsed = std::get_if<runtime::event::Rehearsed>(&event.body)) all = rehearsed->mends;
    }
};

/// A site of this process ends with it: there is nothing to go on with or to undo.
void tell_what_next(Screen& screen, std::int64_t run, const runtime::event::RunEnded& ended, bool site_ends) {
    using runtime::End;
    screen.line(fmt::format("journal: procrun history {}", run));
    if (site_ends) return;
    if (ended.end == End::Failed || ended.end == End::Aborted || ended.end == End::UnknownOutcome) {
        screen.line(fmt::format("to go on from here: procrun resume {}", run));
    }
    if (!ended.pending_undos.empty()) screen.line(fmt::format("to undo what is pending: procrun undo {}", run));
}

/// A site that no other run can reach gets the same one each time: two rehearsals that are alike send the same.
std::string lock_token(bool alone) {
    if (alone) return "rehearsal";
    std::random_device random;
    return fmt::format("{:08x}{:08x}", random(), random());
}

void refuse_unknown_hosts(const RunRequest& request, const lang::Site& site) {
    for (const std::string& name : request.lock_without) {
        const auto has_it = [&](const lang::Host* host) { return host->name == name; };
        if (std::any_of(site.lock_hosts.begin(), site.lock_hosts.end(), has_it)) continue;
        throw UsageError{fmt::format("--lock-without {}: the site's lock is not kept there", name)};
    }
    std::vector<std::string> names;
    for (const auto& host : site.hosts) names.push_back(host->name);
    for (const std::string& name : request.without) {
        if (site.find_host(name) != nullptr) continue;
        const auto near = lang::nearest(name, names);
        throw UsageError{
            fmt::format("--without {}: the site has no host of this name{}", name, near ? ": did you mean " + *near + "?" : "")};
    }
}

/// Everything at once: who comes back with one answer should not be sent for the next.
bool may_begin(RunContext& context, const RunRequest& request, const Before& before) {
    std::vector<std::string> lacking;
    if (before.runs_the_program) {
        for (const std::string& idle : context.idle_answers()) say("note: {}\n", idle);
        std::set<std::string> answered;
        for (const runtime::Event& event : before.events) {
            if (const auto* answer = std::get_if<runtime::event::Answered>(&event.body)) answered.insert(answer->question);
        }
        lacking = context.lacking(answered);
    } else if (auto why = context.unanswerable()) {
        lacking.push_back(std::move(*why));
    }
    if (lacking.empty()) return true;
    for (const std::string& what : lacking) say("{}\n", what);
    say("{}: not begun; nothing was sent to any host\n", request.source.file);
    return false;
}

}  // namespace

Driven drive(const lang::program::Program& program, const RunRequest& request,
             const std::function<runtime::event::RunEnded(RunContext&, const runtime::RunOptions&)>& work, const Before& before) {
    refuse_unknown_hosts(request, *program.site);
    // With --json standard output is for programs: a person is asked elsewhere.
    Screen screen(request.json ? stderr : stdout);
    RunContext context(program, request, screen);
    if (!may_begin(context, request, before)) return {static_cast<int>(runtime::End::Refused), {}};
    context.notify_of_run();
    const std::unique_ptr<runtime::Observer> view = view_of(request, program, context, screen, before);
    runtime::Observer& shown = *view;
    context.world().observers.push_back(&shown);
    Mends told_mends;
    context.world().observers.push_back(&told_mends);
    if (!request.json && !context.simulated() && program.site->lock_hosts.empty() && runtime::acts(program)) {
        screen.line(screen.paint(
            Colour::Dim,
            "this site has no `lock`: only the journal on this machine keeps a second run from acting on it at the same time"));
    }
    if (!request.json && request.detail != Detail::Quiet) {
        for (const std::string& what : context.beginning()) screen.line(screen.paint(Colour::Dim, what));
    }
    runtime::event::RunEnded ended;
    if (Interrupts::any()) {
        say("{}: interrupted before it was begun; nothing was sent to any host\n", request.source.file);
        return {static_cast<int>(runtime::End::Aborted), {}};
    }
    {
        const Interrupts interrupts(context.stop(), context.scheduler(), [&](int level) {
            shown.on({.at = context.scheduler().now(), .step = {}, .host = {}, .body = runtime::event::Interrupted{level}});
        });
        ended = work(context, {.operator_name = operator_name(),
                               .machine = machine_name(),
                               .simulated = context.simulated(),
                               .on_failure = request.on_failure,
                               .lock_token = lock_token(context.is_alone()),
                               .lock_message = request.message,
                               .lock_without = request.lock_without,
                               .silent = request.silent,
                               .without = request.without,
                               .scene = context.rehearsed()});
    }
    context.finish();
    if (context.journal().current() == 0) return {static_cast<int>(ended.end), {}};  // it was not begun
    if (!request.json && ended.end != runtime::End::Completed) {
        for (const std::string& what : context.unnamed()) {
            const bool is_told = std::find(told_mends.all.begin(), told_mends.all.end(), what) != told_mends.all.end();
            if (!is_told) screen.line(fmt::format("the site: {}", what));
        }
    }
    if (!request.json) tell_what_next(screen, context.journal().current(), ended, context.is_alone());
    const std::int64_t run = context.journal().current();
    return {told(static_cast<int>(ended.end), Purpose::Deed, fmt::format("the journal has it: procrun history {}", run)), run};
}

}  // namespace cli
