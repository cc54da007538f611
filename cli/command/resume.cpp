#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/command/all.hpp"
#include "cli/operator/interrupts.hpp"
#include "cli/operator/keyboard.hpp"
#include "cli/run/drive.hpp"
#include "cli/run/load.hpp"
#include "cli/run/recorded.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/screen.hpp"
#include "cli/terminal/width.hpp"
#include "runtime/journal/driver.hpp"
#include "runtime/resume/texts.hpp"

namespace cli {

namespace {

namespace ir = lang::program;

bool is_unfinished(const runtime::RunSummary& run) {
    using runtime::End;
    if (!run.end) return true;
    const bool never_began = (*run.end == End::Locked || *run.end == End::Refused) && run.parts == 1;
    return *run.end != End::Completed && *run.end != End::CompletedWithSkips && !never_began;
}

/// Does the run's site still exist, and is it where the request looks?
bool is_there(const runtime::RunSummary& run, const RunRequest& request) {
    return run.has_site() && run.simulated == request.at.has_value() && run.socket == socket_of(request);
}

void refuse_without_site(const runtime::RunSummary& run, const RunRequest& request) {
    if (!run.simulated || request.at) return;
    if (run.has_site()) throw UsageError{fmt::format("run {} was on the simulated site {}: name it with --at", run.id, run.socket)};
    throw UsageError{
        fmt::format("run {} was on a simulated site, which ended with it. A site that outlives its runs is served by "
                    "`procrun simulate` and named by --at",
                    run.id)};
}

/// The run that is named by its number, or else the newest that fits and is of the site here, or on the one that --at names. `verb`:
/// "resume" or "undo".
runtime::RunRecord meant_run(const runtime::Journal& journal, std::optional<std::int64_t> number, const RunRequest& request,
                             std::string_view verb, const std::function<bool(const runtime::RunSummary&)>& fits) {
    runtime::RunRecord run = recorded_run(
        journal, number, verb, [&](const runtime::RunSummary& one) { return is_there(one, request) && fits(one); },
        [&](const runtime::RunRecord& one) { return request.at || is_of_the_site_here(one); });
    if (number || isatty(STDIN_FILENO) == 1) return run;
    throw UsageError{
        fmt::format("which run? Without a terminal it is named: `procrun {} {}` is {}", verb, run.summary.id, described(run.summary))};
}

/// A run that nobody has named is shown, with what would be done, and done with only after a yes.
bool agreed(const runtime::RunSummary& run, const std::string& would, std::string_view verb, const RunRequest& request) {
    Screen screen(request.json ? stderr : stdout);
    runtime::Stop stop;
    const auto scheduler = runtime::real_scheduler();
    std::optional<std::string> answer;
    {
        const Interrupts interrupts(stop, *scheduler, [](int) {});
        screen.line(visible(fmt::format("{}\n{}", described(run), would)));
        do {
            answer =
                read_line(screen, fmt::format("{} run {}? [yes/no] ", verb, run.id), Echo::Shown, *scheduler, runtime::Time::max(), stop);
        } while (answer && *answer != "yes" && *answer != "y" && *answer != "no" && *answer != "n");
    }
    if (answer && (*answer == "yes" || *answer == "y")) return true;
    say("run {} stays as it is; nothing was sent to any host\n", run.id);
    return false;
}

/// What a resume would do, as far as the journal tells.
std::string would_resume(const ir::Program& program, const runtime::Resumption& resumption) {
    const std::vector<std::string> finished = resumption.finished_titles();
    std::string text;
    if (!finished.empty()) text = fmt::format("It has finished step {}.\n", fmt::join(finished, ", step "));
    for (const ir::Step* step : runtime::steps_in(program.body)) {
        if (resumption.finished(step->number)) continue;
        const auto* title = std::get_if<ir::Literal>(&step->title.node);
        return text + fmt::format("A resume goes on in step {}{}.", step->number,
                                  title == nullptr ? "" : fmt::format(" \"{}\"", title->value.plain()));
    }
    return text + "A resume goes on behind the last step.";
}

std::string would_undo(const runtime::Resumption& resumption) {
    const auto& undos = resumption.undos();
    std::string text = fmt::format("Would be undone, the last change first ({} of them):", undos.size());
    for (auto undo = undos.rbegin(); undo != undos.rend(); ++undo) text += "\n  " + runtime::due_text(undo->told);
    return text;
}

/// A run that nobody else drives from here on, as it is then: what another one did until now is in it.
runtime::RunRecord driven(runtime::Driver& driver, const runtime::Journal& journal, const runtime::RunRecord& run) {
    if (!driver.take(run.summary.id))
        throw UsageError{fmt::format("run {} is still running: process {} on this machine", run.summary.id, run.pid)};
    return journal.record(run.summary.id).value_or(run);
}

/// To be called by who drives it.
void refuse_other_format(const runtime::RunSummary& run, const runtime::Journal& journal, const char* command) {
    if (run.format == runtime::newest_format) return;
    throw UsageError{
        fmt::format("run {} was begun by procrun 0.1, whose journals have the format {}: that version finishes it, and this one shows "
                    "it (`procrun history {}`). With procrun 0.1: procrun {} {} --journal {}",
                    run.id, run.format, run.id, command, run.id, journal.copy_for_format_1(run.id))};
}

/// `--from`: the outermost steps before that one count as done, though this run has not done them.
void pass_over(const std::string& from, const ir::Block& body, runtime::Resumption& resumption) {
    const std::vector<const ir::Step*> steps = runtime::steps_in(body);
    const auto is_it = [&](const ir::Step* step) {
        const auto* title = std::get_if<ir::Literal>(&step->title.node);
        return step->number == from || (title != nullptr && title->value.plain() == from);
    };
    const auto first = std::find_if(steps.begin(), steps.end(), is_it);
    if (first == steps.end()) throw UsageError{fmt::format("--from {}: there is no outermost step with this number or title", from)};
    std::for_each(steps.begin(), first, [&](const ir::Step* step) { resumption.pass_over(step->number, operator_name()); });
}

/// The texts that the parts of a run were run with. Nothing where this version of procrun no longer takes one of them.
std::optional<runtime::Texts> texts_of(const runtime::RunRecord& run, const runtime::Journal& journal, const ir::Program& now) {
    runtime::Texts texts(now, registry().catalog());
    for (int part = 1; part <= run.summary.parts; ++part) {
        const lang::Checked then = recorded_program(run, journal.texts(run.summary.id, part));
        if (!then.program) return std::nullopt;
        texts.add(then.program);
    }
    return texts;
}

void tell_changes(const runtime::Texts& texts, const runtime::Resumption& resumption) {
    if (const auto steps = texts.changed_steps(resumption); !steps.empty()) {
        say("note: the text has changed since in what is still to be done: step {}\n", fmt::format("{}", fmt::join(steps, ", step ")));
    }
    for (const std::string& value : texts.changed_values()) say("note: since then, {}\n", value);
}

/// What was done is no longer what is written: does a person want to go on all the same? Nothing: no, or there is nobody.
std::optional<runtime::event::Decided> consent(const runtime::RunRecord& run, const std::vector<std::string>& lost, RunContext& context) {
    const std::string what = fmt::format("{}", fmt::join(lost, "\n  "));
    const runtime::Reaction answer = context.world().person.choose(
        {.kind = runtime::Question::Kind::ChangedText,
         .about = {},
         .text = fmt::format("run {} has done what its text does not say any more, or says with other values:\n  {}\nGo on?",
                             run.summary.id, what)},
        {{"abort", "leave it: put the text back, or start a new run"},
         {"continue", "what was done stays as it is; what the text says now is done where it is not so"}},
        runtime::Time::max());
    if (answer.kind == runtime::Reaction::Kind::Yes && answer.text == "continue") {
        return runtime::event::Decided{.about = fmt::format("done before with another text or other values: {}", fmt::join(lost, "; ")),
                                       .choice = answer.text,
                                       .reason = {},
                                       .by = answer.by};
    }
    say("run {} is not resumed: its text, or a value in it, has changed in what was done already:\n  {}\nWhat the other steps rely on "
        "may not be what these say now. Put the text back, start a new run, or resume at a terminal and say that it is right.\n",
        run.summary.id, what);
    return std::nullopt;
}

}  // namespace

int resume_command(RunRequest request, std::optional<std::int64_t> number, const std::optional<std::string>& from) {
    std::optional<runtime::Journal> journal(std::in_place, request.journal);
    runtime::Driver driver(request.journal);
    const runtime::RunRecord run = driven(driver, *journal, meant_run(*journal, number, request, "resume", is_unfinished));
    if (!is_unfinished(run.summary)) {
        throw UsageError{fmt::format("run {} is {}: there is nothing to go on with", run.summary.id, runtime::name(*run.summary.end))};
    }
    refuse_without_site(run.summary, request);
    refuse_other_format(run.summary, *journal, "resume");
    request.rehearse = run.summary.simulated;
    request.source = source_of(run);
    const lang::Checked checked = load(request.source);
    if (!checked.program) {
        say("{}: refused by the check; nothing was sent to any host\n", request.source.file);
        return static_cast<int>(runtime::End::Refused);
    }
    const std::optional<runtime::Texts> texts = texts_of(run, *journal, *checked.program);
    if (!texts) {
        say("run {}: this version of procrun no longer takes the text that it ran: it cannot be resumed\n", run.summary.id);
        return static_cast<int>(runtime::End::Refused);
    }
    const std::vector<runtime::Event> events = journal->events(run.summary.id);
    runtime::Resumption resumption(events, journal->others(run.summary), texts->earlier());
    journal.reset();
    if (from) pass_over(*from, checked.program->body, resumption);
    tell_changes(*texts, resumption);
    const std::vector<std::string> lost = texts->lost(resumption);
    if (!number && !agreed(run.summary, would_resume(*checked.program, resumption), "Resume", request))
        return static_cast<int>(runtime::End::Refused);
    const auto go_on = [&](RunContext& context, runtime::RunOptions options) {
        if (!lost.empty() && !(options.consent = consent(run, lost, context)))
            return runtime::event::RunEnded{.end = runtime::End::Refused};
        context.journal().resume(run.summary.id, *checked.program);
        options.resumption = &resumption;
        options.run = run.summary.id;
        return runtime::run(*checked.program, context.world(), options);
    };
    return drive(*checked.program, request, go_on, {.events = events}).code;
}

int undo_command(RunRequest request, std::optional<std::int64_t> number) {
    const runtime::Journal journal(request.journal);
    runtime::Driver driver(request.journal);
    const auto resumption_from = [&](const std::vector<runtime::Event>& events, const runtime::RunSummary& one) {
        return runtime::Resumption(events, journal.others(one), {}, runtime::Resumption::GoesOn::Undos);
    };
    const runtime::RunRecord run =
        driven(driver, journal, meant_run(journal, number, request, "undo", [&](const runtime::RunSummary& one) {
                   if (!is_unfinished(one)) return false;
                   return one.format != runtime::newest_format || !resumption_from(journal.events(one.id), one).undos().empty();
               }));
    refuse_other_format(run.summary, journal, "undo");
    std::vector<runtime::Event> events = journal.events(run.summary.id);
    runtime::Resumption resumption = resumption_from(events, run.summary);
    if (resumption.undos().empty()) {
        print("run {} has nothing to undo\n", run.summary.id);
        return 0;
    }
    refuse_without_site(run.summary, request);
    if (!number && !agreed(run.summary, would_undo(resumption), "Undo", request)) return static_cast<int>(runtime::End::Refused);
    request.rehearse = run.summary.simulated;
    // The newest part first: a change is undone before those that it stood on.
    while (!resumption.undos().empty()) {
        const int part = resumption.undos().back().part;
        std::vector<runtime::event::UndoPending> pending;
        for (const runtime::Resumption::Undo& undo : resumption.undos()) {
            if (undo.part == part) pending.push_back(undo.told);
        }
        resumption.leave_undos_to_others(part);
        const lang::Checked then = recorded_program(run, journal.texts(run.summary.id, part));
        if (!then.program) {
            say("run {}: this version of procrun no longer takes the text that it ran: undo by hand what `procrun history "
                "{}` lists\n",
                run.summary.id, run.summary.id);
            return static_cast<int>(runtime::End::Refused);
        }
        bool begun = false, all_done = false;
        const auto undo = [&](RunContext& context, runtime::RunOptions options) {
            begun = true;
            context.journal().resume(run.summary.id, *then.program);
            options.resumption = &resumption;
            options.run = run.summary.id;
            const runtime::event::RunEnded ended = runtime::run_undos(*then.program, context.world(), options, pending);
            all_done = ended.pending_undos.size() == resumption.undos().size();  // those of other parts
            return ended;
        };
        const int end = drive(*then.program, request, undo, {.events = events, .runs_the_program = false}).code;
        constexpr int locked = static_cast<int>(runtime::End::Locked);
        if (!begun || end == locked) return end;
        if (!all_done) return static_cast<int>(runtime::End::Failed);
        events = journal.events(run.summary.id);
        resumption = resumption_from(events, run.summary);
    }
    return 0;
}

}  // namespace cli
