// The subcommands. Each returns the exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/view/protocol.hpp"
#include "runtime/interpret/run.hpp"
#include "runtime/module.hpp"

namespace cli {

/// What a procedure is and with what; shared by every command that reads one.
struct Source {
    std::string file;
    std::vector<std::string> parameters;  ///< "name=value"
    std::optional<std::string> site;
};

struct RunRequest {
    Source source;
    std::optional<std::string> answers;
    std::string journal;
    bool json = false;
    Detail detail = Detail::Normal;
    runtime::OnFailure on_failure = runtime::OnFailure::Ask;
    bool on_failure_given = false;          ///< and not left as it is by itself
    std::string message;                    ///< for whoever finds the site locked
    std::vector<std::string> lock_without;  ///< lock hosts that are known to be down for everybody
    std::vector<std::string> without;       ///< hosts on which everything is skipped
    runtime::Silent silent = runtime::Silent::Decide;
    // Simulated sites only.
    bool rehearse = false;  ///< every host is simulated, whatever the site says
    bool watched = true;    ///< at a terminal it goes at a speed that can be followed
    bool ask = false;       ///< a person signs off, not the rehearsal
    std::optional<std::string> scene;
    std::optional<double> speed;
    std::uint64_t seed = 1;
    std::optional<std::string> at;        ///< socket of a simulated site in its own process
    std::optional<std::string> site_log;  ///< where every command that the simulated site got is written
};

struct PlanRequest {
    RunRequest run;
    bool changes_since_last = false;  ///< only what differs from the plan before
};

struct DoctorRequest {
    RunRequest run;                     ///< its source is the site file
    std::optional<std::string> page;    ///< an HTML file to be written
    std::optional<std::string> bundle;  ///< a file to be sent on, without names and addresses
};

struct FmtRequest {
    std::vector<std::string> files;  ///< "-": standard input, to standard output
    bool check = false;              ///< nothing is written: those that are not canonical are told
};

struct NewSiteRequest {
    std::vector<std::string> machines;  ///< none: they are read from standard input
    std::string output = "site.proc";
    std::optional<std::string> at;  ///< socket of a simulated site in its own process
    std::string journal;
};

struct SimulateRequest {
    std::string site;
    std::string socket;
    std::string log;
    std::string scene = "healthy";
};

struct HistoryRequest {
    std::string journal;
    std::optional<std::int64_t> run;  ///< none: all of them, as a list
    bool json = false;
    bool verbose = false;
    bool rehearsals = false;           ///< of those, not of the runs on real hosts
    bool failed = false;               ///< of what was not completed
    std::optional<std::string> site;   ///< of what was run on a site of this name
    std::optional<std::string> prune;  ///< "365d", or a duration of the language
};

struct ReportRequest {
    std::optional<std::int64_t> run;  ///< none: the newest
    std::string journal;
    std::string format;  ///< "html", "md", "json", "junit"; empty: as the output's name says, or Markdown
    std::optional<std::string> output;
};

int run_command(const RunRequest&);
/// `run`: the newest that was not completed, where none is given. `from`: the number or title of a step before which all counts as done.
int resume_command(RunRequest, std::optional<std::int64_t> run, const std::optional<std::string>& from);
int undo_command(RunRequest, std::optional<std::int64_t> run);
int plan_command(const PlanRequest&);
/// Who holds the lock of the site whose file is `source.file`; `release`: breaks it, when the holder's name is typed.
int lock_command(RunRequest, bool release);
/// `rearm`: does not watch, but lets those watches fire again that have fired.
int watch_command(const RunRequest&, bool rearm);
int check_command(const Source&);
/// Is every machine of the site read right? Queries only.
int doctor_command(DoctorRequest);
int fmt_command(const FmtRequest&);
int new_site_command(const NewSiteRequest&);
int explain_command(const std::string& code);
int docs_command(const std::string& what);
/// Of everything, where `what` is empty. Throws UsageError where there is no such thing.
std::string docs_text(const std::string& what);
int history_command(const HistoryRequest&);
int report_command(const ReportRequest&);
/// A runbook; `rights`: what the machines must grant instead.
int show_command(const Source&, bool rights);
int simulate_command(const SimulateRequest&);
int repl_command(const RunRequest&);

/// All modules of stdlib/, made once.
const runtime::Registry& registry();

}  // namespace cli
