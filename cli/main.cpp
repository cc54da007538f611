// The command line: which words choose what. Each subcommand is a file of its own.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>

#include "cli/command/all.hpp"
#include "cli/ending.hpp"
#include "cli/run/load.hpp"
#include "lang/text/spell.hpp"
#include "runtime/journal/store.hpp"
#include "runtime/outcome.hpp"

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
    cli::say("{}: {}\nSee `{} --help`.\n", command, error.what(), command);
    return static_cast<int>(End::Usage);
}

/// A file of that name would have been run: was a subcommand meant?
void refuse_mistyped_subcommand(const CLI::App& app, const std::string& file) {
    if (std::filesystem::exists(file)) return;
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) names.push_back(command->get_name());
    if (const auto meant = lang::nearest(file, names)) {
        throw cli::UsageError{fmt::format("there is neither a subcommand nor a file `{}`; did you mean `procrun {}`?", file, *meant)};
    }
}

/// `--version` is understood wherever `--help` is.
void set_version(CLI::App& command) {
    command.set_version_flag("--version", "procrun " PROCRUN_VERSION);
    for (CLI::App* inner : command.get_subcommands({})) set_version(*inner);
}

void add_source(CLI::App& command, cli::Source& source) {
    command.add_option("FILE", source.file, "the procedure")->required();
    command.add_option("PARAMETER", source.parameters, "name=value, for the procedure's `param`s");
    command.add_option("--site", source.site, "the site file (default: site.proc beside the procedure)");
}

void add_run_options(CLI::App& command, cli::RunRequest& request) {
    command.add_option("--answers", request.answers, "file that answers the sign-offs: \"question\" = yes, one a line");
    command.add_option("--journal", request.journal, "the journal's file")->capture_default_str();
    command.add_flag("--json", request.json, "print the events as JSON, one a line");
    const std::map<std::string, runtime::OnFailure> ends{
        {"ask", runtime::OnFailure::Ask}, {"keep", runtime::OnFailure::Keep}, {"undo", runtime::OnFailure::Undo}};
    command
        .add_option("--on-failure", request.on_failure,
                    "ask what to do (at a terminal; else keep), keep what was changed and leave its undos pending, or undo it. In a "
                    "rehearsal, ask means --ask")
        ->transform(CLI::CheckedTransformer(ends, CLI::ignore_case).description(""))  // the names of the type are enough
        ->type_name("ask|keep|undo")
        ->each([&](const std::string&) { request.on_failure_given = true; });
    command.add_option("-m,--message", request.message, "what this run is for: told to whoever finds the site locked")->type_name("TEXT");
    command
        .add_option("--lock-without", request.lock_without,
                    "a lock host that cannot be asked and is known to be down for everybody: lock the site without it")
        ->type_name("HOST");
    auto* verbose = command.add_flag_callback(
        "-v,--verbose", [&] { request.detail = cli::Detail::Verbose; }, "show every command and every condition");
    command
        .add_flag_callback(
            "-q,--quiet", [&] { request.detail = cli::Detail::Quiet; }, "show failures, questions and the end only")
        ->excludes(verbose);
}

void add_without(CLI::App& command, cli::RunRequest& request) {
    command
        .add_option("--without", request.without, "a host that is left out: what stands on it is skipped, and told (may be given again)")
        ->type_name("HOST")
        ->allow_extra_args(false);
}

constexpr double fastest = 1e6;  // eleven days a second

constexpr const char* simulated_only = "For simulated sites";

void add_scene(CLI::App& command, cli::RunRequest& request) {
    command.add_option("--scene", request.scene, "the state in which the site is found")->group(simulated_only);
    command.add_option("--seed", request.seed, "the order of what happens at the same time")->group(simulated_only);
    command.add_option("--at", request.at, "the socket of a site that `procrun simulate` serves")->group(simulated_only);
    command.add_option("--site-log", request.site_log, "write every command that the hosts got to this file")->group(simulated_only);
}

void add_simulation_options(CLI::App& command, cli::RunRequest& request) {
    add_scene(command, request);
    command.add_option("--speed", request.speed, "seconds a second; 0 is as fast as it goes (default at a terminal: 60)")
        ->check(CLI::Range(0.0, fastest))
        ->group(simulated_only);
    command.add_flag("--ask", request.ask, "a person at the terminal signs off and decides, not the rehearsal")->group(simulated_only);
}

void add_plan_options(CLI::App& command, cli::PlanRequest& planning) {
    cli::RunRequest& request = planning.run;
    command.add_flag("--rehearse", request.rehearse, "on a simulated site made from the site file; no real host is contacted");
    add_scene(command, request);
    command.add_flag(
        "--changes-since-last", planning.changes_since_last,
        "print only what differs from the last such plan of the same procedure, site and parameters; nothing where nothing does");
    command.add_option("--journal", request.journal, "the file of the journal, where plans to compare with are kept")
        ->capture_default_str();
    command.add_flag("--json", request.json, "print the plan as JSON, one object a line");
    command.add_flag_callback(
        "-v,--verbose", [&] { request.detail = cli::Detail::Verbose; }, "show every binding and every condition");
    command.footer("Exit codes: 0 there is nothing to do, 10 something would change or cannot be told yet, 11 a run would be refused.");
}

/// The words up to the first parameter: a value is nothing for a report.
std::string without_values(int argc, char** argv) {
    std::string words = "procrun";
    for (int i = 1; i < argc && std::string_view(argv[i]).find('=') == std::string_view::npos; ++i) words += fmt::format(" {}", argv[i]);
    return words;
}

int dispatch(int argc, char** argv) {
    CLI::App app(
        "Runs failover procedures that were checked first.\n`procrun FILE` runs a procedure; `procrun` alone is a prompt for checks.",
        "procrun");
    app.require_subcommand(1);
    app.footer(
        "Exit codes: 0 completed, 1 failed, 2 wrong usage, 3 refused, 4 completed with skips, 5 aborted, 6 unknown outcome,\n"
        "7 locked, 8 the journal cannot be written or read, 70 a defect of procrun.");

    cli::RunRequest request{.journal = runtime::default_journal_path()};
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
    cli::PlanRequest planning{.run = {.journal = request.journal, .watched = false}};
    auto* plan = app.add_subcommand("plan", "tell what a run would do now: hosts are read, nothing is changed, nobody is asked");
    add_source(*plan, planning.run.source);
    add_plan_options(*plan, planning);
    auto* check = app.add_subcommand("check", "find everything that can be known to be wrong; nothing is sent");
    add_source(*check, request.source);
    cli::DoctorRequest examining{.run = {.source = {.file = "site.proc"}, .journal = request.journal, .watched = false}};
    auto* doctor =
        app.add_subcommand("doctor", "ask every machine of a site what can be asked, and show what was read beside what it said");
    doctor->add_option("SITE", examining.run.source.file, "the site file")->capture_default_str();
    doctor->add_option("-o,--output", examining.page, "write it as a page, .html, with every answer");
    doctor->add_option("--bundle", examining.bundle, "write what was asked, heard and read, without names and addresses, to this file");
    doctor->add_flag_callback(
        "-v,--verbose", [&] { examining.run.detail = cli::Detail::Verbose; }, "show what every command answered");
    doctor->add_flag("--rehearse", examining.run.rehearse, "on a simulated site made from the site file; no real host is contacted");
    add_scene(*doctor, examining.run);
    doctor->footer("Exit codes: 0 everything was read, 1 something is unknown, was not reached, or two tools disagree.");
    cli::FmtRequest formatting;
    auto* fmt = app.add_subcommand("fmt", "write procedures and sites in their canonical form; what they say stays");
    fmt->add_option("FILE", formatting.files, "the files; - is standard input, to standard output")->required();
    fmt->add_flag("--check", formatting.check, "write nothing: show what would change");
    fmt->footer("Exit codes: 0 done, or with --check all are canonical; 1 with --check some are not; 3 a file has syntax errors.");
    auto* show = app.add_subcommand("show", "a runbook in Markdown, to be followed by hand; nothing is sent to any host");
    add_source(*show, request.source);
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
    cli::HistoryRequest history_request{.journal = request.journal};
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
    cli::ReportRequest report_request{.journal = request.journal};
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
    cli::NewSiteRequest new_site;
    new_site.journal = request.journal;
    auto* fresh = app.add_subcommand("new", "write what is not there yet");
    fresh->require_subcommand(1);
    auto* site = fresh->add_subcommand("site", "ask machines what runs on them, by queries only, and write a site file");
    site->add_option("MACHINE", new_site.machines, "web1, user@web1 or web1=user@10.0.0.11 (default: one a line from standard input)");
    site->add_option("-o,--output", new_site.output, "the file, which must not exist yet")->capture_default_str();
    site->add_option("--at", new_site.at, "simulated: the socket of a site that `procrun simulate` serves");
    cli::SimulateRequest simulation;
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
        cli::print("{}", asked_for.str());
        return cli::told(0, cli::Purpose::Output);
    }
    const auto work = [&] {
        if (run->parsed()) {
            if (dry_run) {
                throw cli::UsageError{
                    "a run has no --dry-run: `procrun plan FILE` tells what it would do now, `procrun rehearse FILE` plays it "
                    "on a simulated site"};
            }
            refuse_mistyped_subcommand(app, request.source.file);
            return cli::run_command(request);
        }
        if (rehearse->parsed()) {
            request.rehearse = true;
            return cli::run_command(request);
        }
        if (resume->parsed()) return cli::resume_command(request, run_id, from);
        if (undo->parsed()) return cli::undo_command(request, run_id);
        if (plan->parsed()) return cli::plan_command(planning);
        if (lock->parsed()) {
            if (request.source.file.empty()) request.source.file = "site.proc";
            return cli::lock_command(request, release->parsed());
        }
        if (site->parsed()) return cli::new_site_command(new_site);
        if (check->parsed()) return cli::check_command(request.source);
        if (doctor->parsed()) return cli::doctor_command(examining);
        if (fmt->parsed()) return cli::fmt_command(formatting);
        if (show->parsed()) return cli::show_command(request.source);
        if (explain->parsed()) return cli::explain_command(word);
        if (docs->parsed()) return cli::docs_command(fmt::format("{}", fmt::join(words, " ")));
        if (history->parsed()) return cli::history_command(history_request);
        if (report->parsed()) return cli::report_command(report_request);
        if (watch->parsed()) return cli::watch_command(request, rearm);
        if (simulate->parsed()) return cli::simulate_command(simulation);
        return cli::repl_command(request);
    };
    const bool prints = plan->parsed() || check->parsed() || doctor->parsed() || fmt->parsed() || show->parsed() || explain->parsed() ||
                        docs->parsed() || report->parsed() || lock_status->parsed() || (history->parsed() && !history_request.prune);
    const std::string& journal = plan->parsed()      ? planning.run.journal
                                 : history->parsed() ? history_request.journal
                                 : report->parsed()  ? report_request.journal
                                                     : request.journal;
    const cli::Doing doing{.version = "procrun " PROCRUN_VERSION, .command = without_values(argc, argv), .journal = journal};
    cli::tell_defects(doing);
    return cli::told(cli::exit_code_of(work, doing), prints ? cli::Purpose::Output : cli::Purpose::Deed);
}

}  // namespace

int main(int argc, char** argv) {
    // A thread a host: the allocator would keep many heaps for them, each of them mostly empty.
    mallopt(M_ARENA_MAX, 2);
    cli::open_streams();
    return dispatch(argc, argv);
}
