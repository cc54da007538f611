// Watches a site until a condition has failed too often in a row, and then runs what is to be run, once.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "cli/command/all.hpp"
#include "cli/command/run.hpp"
#include "cli/operator/interrupts.hpp"
#include "cli/operator/prompt.hpp"
#include "cli/run/context.hpp"
#include "cli/run/load.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/words.hpp"
#include "cli/watch/marks.hpp"
#include "cli/watch/service_manager.hpp"
#include "runtime/outcome.hpp"
#include "runtime/watch.hpp"

namespace cli {

namespace {

using lang::program::Program;
using lang::program::Watch;
using runtime::FailureCounter;

/// What a watch runs: found beside its file, on its site, with its parameters.
RunRequest request_of(const Watch& watch, const RunRequest& request, const Program& program) {
    RunRequest run = request;
    run.source = {.file = (std::filesystem::path(request.source.file).parent_path() / watch.run).string(),
                  .parameters = request.source.parameters,
                  .site = program.site->path.empty() ? request.source.site : std::optional(program.site->path)};
    run.silent = runtime::Silent::GoOn;
    run.message = fmt::format("watch \"{}\"", watch.text);
    if (run.on_failure == runtime::OnFailure::Ask) run.on_failure = runtime::OnFailure::Keep;  // nobody is there
    return run;
}

bool lacks_nothing(const Program& program, const RunRequest& request, Screen& screen) {
    const std::vector<std::string> lacking = RunContext(program, request, screen).lacking({});
    for (const std::string& what : lacking) say("{}\n", what);
    return lacking.empty();
}

/// Everything that would keep a procedure from being begun is found out before there is any need of it.
bool can_be_run(const RunRequest& run, Screen& screen) {
    const lang::Checked checked = load(run.source);
    if (!checked.program) return false;
    return lacks_nothing(*checked.program, run, screen);
}

std::string new_token() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}", random(), random());
}

class WatchCommand {
  public:
    WatchCommand(const RunRequest& request, const Program& program) : request_(request), program_(program) {}

    int arm() {
        RunContext context(program_, request_, screen_);
        runtime::Journal& journal = context.journal();
        bool all_armed = true;
        for (const Watch& watch : program_.watches) {
            const bool was_armed = !journal.fired(name_of(watch, context));
            const std::vector<std::string> left = Marks(program_, context).of(watch).clear();
            journal.arm(name_of(watch, context));
            screen_.line(fmt::format("\"{}\" {}", watch.text, was_armed ? "was armed already" : "is armed again"));
            all_armed = all_armed && left.empty();
            for (const std::string& what : left)
                screen_.line(visible(fmt::format("\"{}\": that it has fired could not be taken away: {}", watch.text, what)));
        }
        return static_cast<int>(all_armed ? runtime::End::Completed : runtime::End::Failed);
    }

    int watch() {
        Interrupts::listen();  // whatever is done until the end: a signal ends the watch
        if (!lacks_nothing(program_, request_, screen_)) {
            cli::say("{}: nothing is watched\n", request_.source.file);
            return static_cast<int>(runtime::End::Refused);
        }
        for (const Watch& watch : program_.watches) {
            if (can_be_run(request_of(watch, request_, program_), screen_)) continue;
            cli::say("{}: \"{}\" could not run {}: nothing is watched\n", request_.source.file, watch.text, watch.run);
            return static_cast<int>(runtime::End::Refused);
        }
        for (bool begins = true;; begins = false) {
            const auto due = wait(begins);
            if (!due) return static_cast<int>(runtime::End::Completed);
            const auto& [watch, fired] = *due;
            say(fmt::format("\"{}\": running {}", watch.text, watch.run));
            const Driven driven = run(watch, fired);
            const bool interrupted = Interrupts::any() && !Interrupts::remembered();
            const bool spent = settle(watch, fired, driven);
            if (interrupted)
                return driven.run ? driven.code : static_cast<int>(runtime::End::Completed);  // the signal was meant for us, too
            if (driven.code == static_cast<int>(runtime::End::NoJournal)) return driven.code;
            if (!spent && Interrupts::any()) return static_cast<int>(runtime::End::Completed);
        }
    }

  private:
    runtime::WatchName name_of(const Watch& watch, const RunContext& context) const {
        return {.site = program_.site->name, .file = program_.name, .text = watch.text, .simulated = context.simulated()};
    }

    struct Due {
        const Watch& watch;
        runtime::Fired fired;
    };

    /// Until one is due: that it fires is on the disk then, by us and nobody else. Nothing: we were told to end.
    std::optional<Due> wait(bool begins) {
        RunContext context(program_, request_, screen_);
        context.world().observers.clear();  // a look every few seconds, for months, is no history
        context.world().connect = keeping(context.world().connect);
        const Interrupts interrupts(context.stop(), context.scheduler(), [](int) {});
        if (begins) introduce(context);
        for (;;) {
            std::vector<std::string> reasons;
            const runtime::Watching watching{
                .told =
                    [&](const runtime::Look& look) {
                        tell(look, context);
                        reasons = look.reasons;
                    },
                .is_armed = [&](const Watch& watch) { return !context.journal().fired(name_of(watch, context)); },
                .was_due = was_due_};
            const Watch* watch = runtime::wait_until_due(program_, context.world(), watching);
            if (watch == nullptr) return std::nullopt;
            was_due_ = watch;
            Due due{*watch, {.at = context.scheduler().wall(), .why = fmt::format("{}", fmt::join(reasons, "; "))}};
            if (!context.journal().fire(name_of(*watch, context), due.fired))
                report(fmt::format("\"{}\": another process has fired it just now; this one does not", watch->text));
            else if (may_fire(due, context))
                return due;
        }
    }

    /// Has no other machine fired it? Where that one has, or nobody can tell, it stays armed here and counts anew.
    bool may_fire(const Due& due, RunContext& context) {
        using Is = runtime::FiredMark::Taken::Is;
        const runtime::FiredMark::Taken taken = Marks(program_, context)
                                                    .of(due.watch)
                                                    .take({.token = token_,
                                                           .holder = operator_name(),
                                                           .machine = machine_name(),
                                                           .since = lang::show(due.fired.at) + " UTC",
                                                           .procedure = fmt::format("watch \"{}\"", due.watch.text),
                                                           .message = {}});
        if (taken.is == Is::Ours) {
            notify(fmt::format("watch \"{}\" has fired: {} is run", due.watch.text, due.watch.run), due.fired.why, context);
            return true;
        }
        context.journal().take_back(name_of(due.watch, context), due.fired);
        if (taken.is == Is::Theirs)
            report(fmt::format("\"{}\": another machine has fired it ({}); this one does not until `procrun watch --rearm {}`",
                               due.watch.text, taken.why, request_.source.file));
        else
            report(fmt::format("\"{}\": not fired: no lock host could tell whether another machine has ({})", due.watch.text, taken.why));
        return false;
    }

    /// What it runs, as far as it comes. A file that cannot be read is no end of the watch: it may be there again in a moment.
    Driven run(const Watch& watch, const runtime::Fired& fired) {
        try {
            return run_file(request_of(watch, request_, program_));
        } catch (const UsageError& error) {
            cli::say("{}\n", error.message);
            return {static_cast<int>(runtime::End::Usage), {}};
        } catch (const runtime::JournalError& error) {
            cli::say("{}\n", error.what());
            RunContext context(program_, request_, screen_);
            const std::optional<runtime::RunSummary> begun = begun_by(watch, fired, context);
            return {static_cast<int>(runtime::End::NoJournal), begun ? std::optional(begun->id) : std::nullopt};
        }
    }

    /// One rule: the shot is spent by a run that was completed, or by one that meant to act. The journal knows: no action is sent whose
    /// intent is not in it. Everything else – a text that does not check at this moment, a site that is locked, a machine that cannot be
    /// reached or a `require` that says no before the first action – has changed nothing: the watch stays armed and counts anew.
    bool settle(const Watch& watch, const runtime::Fired& fired, const Driven& driven) {
        RunContext context(program_, request_, screen_);
        now_ = context.scheduler().wall();
        const bool completed =
            driven.code == static_cast<int>(runtime::End::Completed) || driven.code == static_cast<int>(runtime::End::CompletedWithSkips);
        if (driven.run && (completed || !context.journal().events(*driven.run, "intent").empty())) {
            report(fmt::format("\"{}\": {} ended with exit code {}. It is not run again until `procrun watch --rearm {}`", watch.text,
                               watch.run, driven.code, request_.source.file));
            return true;
        }
        Marks(program_, context).of(watch).give_back(token_);
        context.journal().take_back(name_of(watch, context), fired);
        if (Interrupts::any()) {
            report(fmt::format("\"{}\": interrupted before {} was begun; it stays armed", watch.text, watch.run));
        } else {
            report(fmt::format("\"{}\": {} ended with exit code {} before anything was changed; it stays armed, and counts anew",
                               watch.text, watch.run, driven.code));
        }
        return false;
    }

    void introduce(RunContext& context) {
        now_ = context.scheduler().wall();
        tell_service_manager("READY=1");
        report(fmt::format("watching site \"{}\"", program_.site->name));
        for (const Watch& watch : program_.watches) {
            const auto fired = context.journal().fired(name_of(watch, context));
            if (!fired) {
                say(fmt::format("\"{}\" is armed: {} in a row and {} is run", watch.text, plural(watch.failures, "failure"), watch.run));
                continue;
            }
            report(fmt::format("\"{}\" has fired on {}, because {}. {}It is armed again by `procrun watch --rearm {}`", watch.text,
                               date_and_time(fired->at), fired->why, what_came_of_it(watch, *fired, context), request_.source.file));
        }
    }

    static std::optional<runtime::RunSummary> begun_by(const Watch& watch, const runtime::Fired& fired, RunContext& context) {
        const std::string procedure = std::filesystem::path(watch.run).stem().string();
        std::optional<runtime::RunSummary> began;
        for (const runtime::RunSummary& run : context.journal().runs()) {
            if (run.procedure == procedure && run.started >= fired.at) began = run;
        }
        return began;
    }

    /// The run that it began, and what is to be done about it. A restart of ours does not go on with it: a person looks first.
    static std::string what_came_of_it(const Watch& watch, const runtime::Fired& fired, RunContext& context) {
        const std::optional<runtime::RunSummary> began = begun_by(watch, fired, context);
        if (!began) return fmt::format("{} was never begun: run it, if it is still needed. ", watch.run);
        if (began->end == runtime::End::Completed) return fmt::format("Run {} of {} was completed. ", began->id, watch.run);
        return fmt::format("Run {0} of {1} is not finished: `procrun resume {0}`. ", began->id, watch.run);
    }

    /// A line for each failure, and for each change: nobody reads that all is well every half a minute.
    void tell(const runtime::Look& look, RunContext& context) {
        now_ = context.scheduler().wall();
        const FailureCounter::State state = look.counter.state();
        const bool failing = state == FailureCounter::State::Failing || state == FailureCounter::State::Due;
        if (state == look.before && !failing) return;
        std::string what = "holds";
        if (failing) what = fmt::format("FAILURE {} of {}", look.counter.failures(), look.counter.limit());
        if (state == FailureCounter::State::Unknown) what = "CANNOT BE TOLD, which counts neither way";
        if (!look.reasons.empty()) what += fmt::format(": {}", fmt::join(look.reasons, "; "));
        report(fmt::format("\"{}\": {}", look.watch.text, what));
        if (state == FailureCounter::State::Unknown && state != look.before)
            notify(fmt::format("watch \"{}\" cannot tell whether it holds", look.watch.text),
                   fmt::format("{}", fmt::join(look.reasons, "; ")), context);
    }

    /// Those whom the site names; on its own, for a watch is no run.
    void notify(const std::string& title, const std::string& text, RunContext& context) {
        if (context.notifier() == nullptr) return;
        context.notifier()->begin();
        context.notifier()->tell({lang::Notified::About::Watch, title, text + "\n"});
    }

    /// What `systemctl status` shows, too.
    void report(const std::string& text) {
        say(text);
        tell_service_manager("STATUS=" + visible(text));
    }
    void say(const std::string& text) { screen_.line(fmt::format("{}  {}", date_and_time(now_), visible(text))); }

    const RunRequest& request_;
    const Program& program_;
    Screen screen_;
    const std::string token_ = new_token();  ///< of the marks that this process makes
    const Watch* was_due_ = nullptr;         ///< the one that was due last
    runtime::Time now_{};
};

}  // namespace

int watch_command(const RunRequest& request, bool rearm) {
    const lang::Checked checked = load(request.source);
    if (!checked.program) {
        say("{}: refused by the check; nothing is watched\n", request.source.file);
        return static_cast<int>(runtime::End::Refused);
    }
    if (checked.program->watches.empty()) throw UsageError{fmt::format("{}: there is no `watch` in it", request.source.file)};
    WatchCommand post(request, *checked.program);
    return rearm ? post.arm() : post.watch();
}

}  // namespace cli
