#include "cli/usage/dispatch.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>

#include "cli/command/all.hpp"
#include "cli/ending.hpp"
#include "cli/run/load.hpp"
#include "cli/usage/options.hpp"
#include "lang/text/spell.hpp"
#include "runtime/journal/store.hpp"
#include "runtime/outcome.hpp"

namespace cli::usage {

namespace {

using runtime::End;

bool is_subcommand(const CLI::App& app, const std::string& word) {
    const auto commands = app.get_subcommands([&](const CLI::App* command) { return command->get_name() == word; });
    return !commands.empty();
}

/// `procrun FILE` is `procrun run FILE`, `procrun help plan` is `procrun plan --help`, and `procrun` alone is `procrun repl`.
std::vector<std::string> with_subcommand(int argc, char** argv, const CLI::App& app) {
    std::vector<std::string> words(argv + 1, argv + argc);
    if (!words.empty() && words.front() == "help") std::rotate(words.begin(), words.begin() + 1, words.end()), words.back() = "--help";
    const bool is_option = !words.empty() && words.front().starts_with('-');
    const bool known = !words.empty() && is_subcommand(app, words.front());
    if (words.empty())
        words.emplace_back("repl");
    else if (!known && (!is_option || (words.front() != "--help" && words.front() != "-h" && words.front() != "--version"))) {
        words.insert(words.begin(), "run");
    }
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    return words;
}

/// "run" of `procrun run --spede 3`: what was being read when the words stopped making sense.
int wrong_usage(const CLI::App& app, const CLI::ParseError& error) {
    std::string command = "procrun";
    for (const CLI::App* at = &app; at != nullptr;) {
        const auto parsed = at->get_subcommands();
        at = parsed.empty() ? nullptr : parsed.front();
        if (at != nullptr) command += ' ' + at->get_name();
    }
    say("{}: {}\nSee `{} --help`.\n", command, error.what(), command);
    return static_cast<int>(End::Usage);
}

/// A file of that name would have been run: was a subcommand meant?
void refuse_mistyped_subcommand(const CLI::App& app, const std::string& file) {
    if (std::filesystem::exists(file)) return;
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) names.push_back(command->get_name());
    if (const auto meant = lang::nearest(file, names)) {
        throw UsageError{fmt::format("there is neither a subcommand nor a file `{}`; did you mean `procrun {}`?", file, *meant)};
    }
    if (file.find_first_of("./") == std::string::npos)
        throw UsageError{fmt::format("there is neither a subcommand nor a file `{}`; `procrun --help` lists the subcommands", file)};
}

/// `--version` is understood wherever `--help` is.
void set_version(CLI::App& command) {
    command.set_version_flag("--version", "procrun " PROCRUN_VERSION);
    for (CLI::App* inner : command.get_subcommands({})) set_version(*inner);
}

/// The words up to the first parameter: a value is nothing for a report.
std::string without_values(int argc, char** argv) {
    std::string words = "procrun";
    for (int i = 1; i < argc && std::string_view(argv[i]).find('=') == std::string_view::npos; ++i) words += fmt::format(" {}", argv[i]);
    return words;
}

}  // namespace

int dispatch(int argc, char** argv) {
    CLI::App app(
        "Runs failover procedures that were checked first.\n`procrun FILE` runs a procedure; `procrun` alone is a prompt for checks.",
        "procrun");
    app.require_subcommand(1);
    app.footer(
        "Exit codes: 0 completed, 1 failed, 2 wrong usage, 3 refused, 4 completed with skips, 5 aborted, 6 unknown outcome,\n"
        "7 locked, 8 the journal cannot be written or read, 70 a defect of procrun.");

    RunRequest request{.journal = runtime::default_journal_path()};
    auto* run = app.add_subcommand("run", "run a procedure (the word may be left out)");
    add_source(*run, request.source);
    add_run_options(*run, request);
    add_without(*run, request);
    add_simulation_options(*run, request);
    bool dry_run = false;
    run->add_flag("--dry-run", dry_run)->group("");  // in no help: it says what there is in its place
    auto* rehearse =
        app.add_subcommand("rehearse", "run a procedure on a simulated site made from its site file; no real host is contacted");
    add_source(*rehearse, request.source);
    add_run_options(*rehearse, request);
    add_without(*rehearse, request);
    add_simulation_options(*rehearse, request);
    PlanRequest planning{.run = {.journal = request.journal, .watched = false}};
    auto* plan = app.add_subcommand("plan", "tell what a run would do now: hosts are read, nothing is changed, nobody is asked");
    add_source(*plan, planning.run.source);
    add_plan_options(*plan, planning);
    auto* check = app.add_subcommand("check", "find everything that can be known to be wrong; nothing is sent");
    add_source(*check, request.source);
    DoctorRequest examining{.run = {.source = {.file = "site.proc"}, .journal = request.journal, .watched = false}};
    auto* doctor =
        app.add_subcommand("doctor", "ask every machine of a site what can be asked, and show what was read beside what it said");
    doctor->add_option("SITE", examining.run.source.file, "the site file")->capture_default_str();
    doctor->add_option("-o,--output", examining.page, "write it as a page, .html, with every answer");
    doctor->add_option("--bundle", examining.bundle, "write what was asked, heard and read, without names and addresses, to this file");
    doctor->add_flag_callback(
        "-v,--verbose", [&] { examining.run.detail = Detail::Verbose; }, "show what every command answered");
    doctor->add_flag("--rehearse", examining.run.rehearse, "on a simulated site made from the site file; no real host is contacted");
    add_scene(*doctor, examining.run);
    doctor->footer("Exit codes: 0 everything was read, 1 something is unknown, was not reached, or two tools disagree.");
    FmtRequest formatting;
    auto* fmt = app.add_subcommand("fmt", "write procedures and sites in their canonical form; what they say stays");
    fmt->add_option("FILE", formatting.files, "the files; - is standard input, to standard output")->required();
    fmt->add_flag("--check", formatting.check, "write nothing: show what would change");
    fmt->footer("Exit codes: 0 done, or with --check all are canonical; 1 with --check some are not; 3 a file has syntax errors.");
    auto* show = app.add_subcommand("show", "a runbook in Markdown, to be followed by hand; nothing is sent to any host");
    add_source(*show, request.source);
    bool rights = false;
    show->add_flag("--rights", rights, "instead: the lines of sudoers, grants and levels that the procedure needs, machine by machine");
    auto* repl = app.add_subcommand("repl", "a prompt for checks and statements");
    repl->add_option("--site", request.source.site, "the site file");
    add_run_options(*repl, request);
    add_simulation_options(*repl, request);

    std::string word;
    auto* explain = app.add_subcommand("explain", "explain the code of a finding");
    explain->add_option("CODE", word, "such as E0201")->required();
    auto* docs = app.add_subcommand("docs", "the reference: of builtins, the language, the troubles of scenes; or a search");
    std::vector<std::string> words;
    docs->add_option("NAME", words, "a module, a builtin, `language`, `troubles`, or words to search for, such as drain");
    HistoryRequest history_request{.journal = request.journal};
    auto* history = app.add_subcommand("history", "list the runs, or tell one");
    history->add_option("RUN", history_request.run, "number of the run");
    history->add_option("--journal", history_request.journal, "the journal's file")->capture_default_str();
    history->add_flag("--json", history_request.json, "print runs or events as JSON, one a line");
    history->add_flag("-v,--verbose", history_request.verbose, "show every command and every condition");
    history->add_flag("--rehearsals", history_request.rehearsals, "the rehearsals, not the runs on real hosts");
    history->add_flag("--failed", history_request.failed, "only what was not completed");
    history->add_option("--site", history_request.site, "only what was run on the site of this name");
    history->add_option("--prune", history_request.prune,
                        "delete the runs that are older, such as 365d; those that may still be needed stay");
    ReportRequest report_request{.journal = request.journal};
    auto* report = app.add_subcommand("report", "the account of a run: a page for people, or data for programs");
    report->add_option("RUN", report_request.run, "number of the run (default: the newest)");
    report->add_option("-o,--output", report_request.output, "write it to this file: .html, .md, .json, or .xml for JUnit");
    report->add_option("--journal", report_request.journal, "the journal's file")->capture_default_str();
    auto* formats = report->add_option_group("format");
    for (const char* format : {"html", "md", "json", "junit"}) {
        formats->add_flag_callback(
            std::string("--") + format, [&, format] { report_request.format = format; }, "write this format");
    }
    formats->require_option(0, 1);
    std::optional<std::int64_t> run_id;
    std::optional<std::string> from;
    auto* resume = app.add_subcommand("resume", "go on where a run ended: failed, aborted or killed");
    resume->add_option("RUN", run_id, "number of the run (default: the newest of the site here that was not completed; asks first)");
    resume->add_option("--from", from, "number or title of a step: those before it are passed over, and count as done");
    add_run_options(*resume, request);
    add_without(*resume, request);
    add_simulation_options(*resume, request);
    auto* undo = app.add_subcommand("undo", "run the undos that a run left pending");
    undo->add_option("RUN", run_id, "number of the run (default: the newest of the site here with pending undos; asks first)");
    add_run_options(*undo, request);
    add_simulation_options(*undo, request);
    auto* lock = app.add_subcommand("lock", "the lock that lets one run at a time act on a site");
    lock->require_subcommand(1);
    const auto add_lock_command = [&](const char* name, const char* what) {
        auto* command = lock->add_subcommand(name, what);
        command->add_option("SITE", request.source.file, "the site file (default: site.proc)");
        command->add_option("--at", request.at, "simulated: the socket of a site that `procrun simulate` serves");
        command->add_option("--journal", request.journal, "the journal's file")->capture_default_str();
        return command;
    };
    auto* lock_status = add_lock_command("status", "who holds it");
    lock_status->add_flag("--json", request.json, "print it as JSON, a lock host a line");
    lock_status->footer("Exit codes: 0 nobody has it, 7 somebody has, 1 it cannot be told.");
    auto* release = add_lock_command("release", "break the lock of a run that is over and left it; asks for its holder's name");
    release->add_option("--answers", request.answers, "file that answers the question");
    bool rearm = false;
    auto* watch =
        app.add_subcommand("watch", "look at the `watch`es of a file until one has failed too often, and run what it is to run, once");
    add_source(*watch, request.source);
    watch->add_option("--answers", request.answers, "file that answers the sign-offs of what is run");
    watch->add_option("--journal", request.journal, "the journal's file")->capture_default_str();
    watch->add_option("--at", request.at, "simulated: the socket of a site that `procrun simulate` serves");
    watch->add_flag("--rearm", rearm, "do not watch: let those that have fired fire again");
    NewSiteRequest new_site;
    new_site.journal = request.journal;
    auto* fresh = app.add_subcommand("new", "write what is not there yet");
    fresh->require_subcommand(1);
    auto* site = fresh->add_subcommand("site", "ask machines what runs on them, by queries only, and write a site file");
    site->add_option("MACHINE", new_site.machines, "web1, user@web1 or web1=user@10.0.0.11 (default: one a line from standard input)");
    site->add_option("-o,--output", new_site.output, "the file, which must not exist yet")->capture_default_str();
    site->add_option("--at", new_site.at, "simulated: the socket of a site that `procrun simulate` serves");
    SimulateRequest simulation;
    auto* simulate = app.add_subcommand("simulate", "serve a simulated site as a process of its own, until it is ended");
    simulate->add_option("SITE", simulation.site, "the site file")->required();
    simulate->add_option("--socket", simulation.socket, "where it answers")->required();
    simulate->add_option("--log", simulation.log, "every command that the hosts got is written here")->required();
    simulate->add_option("--scene", simulation.scene, "the state in which the site is")->capture_default_str();

    set_version(app);

    try {
        app.parse(with_subcommand(argc, argv, app));
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != 0) return wrong_usage(app, error);
        std::ostringstream asked_for;  // the help, or the version
        app.exit(error, asked_for, asked_for);
        print("{}", asked_for.str());
        return told(0, Purpose::Output);
    }
    const auto work = [&] {
        if (run->parsed()) {
            if (dry_run) {
                throw UsageError{
                    "a run has no --dry-run: `procrun plan FILE` tells what it would do now, `procrun rehearse FILE` plays it "
                    "on a simulated site"};
            }
            refuse_mistyped_subcommand(app, request.source.file);
            return run_command(request);
        }
        if (rehearse->parsed()) {
            request.rehearse = true;
            return run_command(request);
        }
        if (resume->parsed()) return resume_command(request, run_id, from);
        if (undo->parsed()) return undo_command(request, run_id);
        if (plan->parsed()) return plan_command(planning);
        if (lock->parsed()) {
            if (request.source.file.empty()) request.source.file = "site.proc";
            return lock_command(request, release->parsed());
        }
        if (site->parsed()) return new_site_command(new_site);
        if (check->parsed()) return check_command(request.source);
        if (doctor->parsed()) return doctor_command(examining);
        if (fmt->parsed()) return fmt_command(formatting);
        if (show->parsed()) return show_command(request.source, rights);
        if (explain->parsed()) return explain_command(word);
        if (docs->parsed()) return docs_command(fmt::format("{}", fmt::join(words, " ")));
        if (history->parsed()) return history_command(history_request);
        if (report->parsed()) return report_command(report_request);
        if (watch->parsed()) return watch_command(request, rearm);
        if (simulate->parsed()) return simulate_command(simulation);
        return repl_command(request);
    };
    const bool prints = plan->parsed() || check->parsed() || doctor->parsed() || fmt->parsed() || show->parsed() || explain->parsed() ||
                        docs->parsed() || report->parsed() || lock_status->parsed() || (history->parsed() && !history_request.prune);
    const std::string& journal = plan->parsed()      ? planning.run.journal
                                 : history->parsed() ? history_request.journal
                                 : report->parsed()  ? report_request.journal
                                                     : request.journal;
    const Doing doing{.version = "procrun " PROCRUN_VERSION, .command = without_values(argc, argv), .journal = journal};
    tell_defects(doing);
    return told(exit_code_of(work, doing), prints ? Purpose::Output : Purpose::Deed);
}

}  // namespace cli::usage
