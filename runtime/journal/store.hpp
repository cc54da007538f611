// The journal: what a run intended, did and found, durable before it matters. One SQLite file for all runs of an operator.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "lang/program/tree.hpp"
#include "runtime/event/types.hpp"
#include "runtime/journal/left_behind.hpp"
#include "runtime/plan/result.hpp"

namespace runtime {

/// What cannot be journalled is not done: thrown by every call of Journal, ends a run before anything more is sent.
struct JournalError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What stands there was not written so: it names the file, the run and the event, and nothing acts on any of that run's events.
struct DamagedEvent : JournalError {
    using JournalError::JournalError;
};

/// Of the files that are written, and of the runs that are begun in them (format.cpp).
constexpr std::int64_t newest_format = 2;

/// The events of a run, as far as they are whole.
struct Told {
    std::vector<Event> events;
    std::string damage;  ///< what stands behind them is not as it was written: file, run, event, and what is wrong. Empty: all is whole
};

/// One run, as `procrun history` lists it.
struct RunSummary {
    std::int64_t id = 0;
    std::string procedure, site, operator_name, machine;
    Time started{};
    std::optional<Time> ended;  ///< none: it is still running, or it was killed
    std::optional<End> end;
    Time written{};  ///< by the clock of the machine that wrote it last: a rehearsal has a clock of its own
    bool simulated = false;
    std::string socket;  ///< of the simulated site, where it outlives its runs; empty where it was in the run's own process
    int parts = 1;
    std::string damage;                   ///< of what is told here; `end` is none then. Empty: it is whole
    std::int64_t format = newest_format;  ///< that it was begun in: what has another one can be read, and not be gone on with

    /// Its site is still there after it.
    bool has_site() const { return !simulated || !socket.empty(); }
};

/// What it takes to go on with a run.
struct RunRecord {
    RunSummary summary;
    std::string directory;                          ///< that relative paths start from
    std::string procedure_file, site_file;          ///< as they were given; the site's is empty where there is none
    int pid = 0;                                    ///< of the process that drives it, or last did
    std::map<std::string, std::string> parameters;  ///< those given on the command line, as typed there
    std::vector<lang::program::Part> texts;         ///< of the newest part of the run
};

class Driver;
struct OtherRun;

/// A watch of a file, on a site.
struct WatchName {
    std::string site, file, text;
    bool simulated = false;
};

/// That a watch has begun its procedure.
struct Fired {
    Time at{};
    std::string why;
};

/// The file is made with mode 0600, in a folder of mode 0700. How safe an event is when `on` returns depends on what it tells:
///  - an intent, a result, an answer, a kept value, the end of the run or of a step that had any of these: it is on the disk,
///  - what came from outside or may be followed by a wait (a reply, a question): it outlives the death of this process,
///  - what was only computed or said (a binding, a condition, a note): it is written with the next of the others, so that nothing
///    is ever intended whose reasons are not there.
/// All that was told before an event that is on the disk is there, too.
class Journal : public Observer {
  public:
    /// `path` ":memory:" keeps nothing.
    explicit Journal(const std::string& path);
    ~Journal() override;

    /// Starts a run: its texts, parameters (secrets are never among them) and who runs it. `on` belongs to this run. `socket`: of a
    /// simulated site that outlives it. Its number is never given again.
    std::int64_t begin(const lang::program::Program&, bool simulated, const std::string& socket = {});
    /// Goes on with a run that the caller drives (driver.hpp), with the texts as they are now: what is told from here on is its next part.
    void resume(std::int64_t run, const lang::program::Program&);
    /// The run that `on` belongs to.
    std::int64_t current() const { return run_; }
    void on(const Event&) override;
    /// `keep name = …`: for another run.
    void keep(const std::string& name, const lang::Value&);

    /// From the newest run of `procedure` on a site of this name, real or simulated as asked; unknown where none kept it.
    lang::Value kept(const std::string& procedure, const std::string& name, const lang::Type&, const lang::Site&, bool simulated) const;

    /// Which run that was: "run 12, which was completed at 2026-03-01 22:00:00". Nothing where none kept it and was completed.
    std::optional<std::string> keeper(const std::string& procedure, const std::string& name, const lang::Site&, bool simulated) const;

    /// The runs before `run` on the same site – by its name; a simulated one by its socket too – that have left something on purpose,
    /// taken as one; without those before a run that has found all of it taken back. Throws DamagedEvent.
    std::optional<EarlierRun> left_earlier(const std::string& site, bool simulated, std::int64_t run, const std::string& socket = {}) const;

    /// The other runs that have sent something on the site of `run`, by its name and, of a simulated one, its socket, since it began.
    std::vector<OtherRun> others(const RunSummary& run) const;

    /// The lines of the plan that was kept last for the same procedure, site and parameters, real or simulated; nothing where none was.
    std::optional<std::vector<std::string>> last_plan(const Plan&, bool simulated) const;
    void keep_plan(const Plan&, bool simulated, const std::vector<std::string>& lines);

    /// A watch begins its procedure once, until it is armed again: nothing where it is armed.
    std::optional<Fired> fired(const WatchName&) const;
    /// On the disk when it returns. False where it has fired already: of several processes that try at the same time, one fires.
    bool fire(const WatchName&, const Fired&);
    /// Nothing was begun: it is armed again, unless another has fired it since.
    void take_back(const WatchName&, const Fired&);
    void arm(const WatchName&);

    std::vector<RunSummary> runs() const;  ///< newest first
    /// All of them, or those of one kind, as runtime::kind names it. Throws DamagedEvent.
    std::vector<Event> events(std::int64_t run, const std::string& kind = {}) const;
    /// All of them up to the first that is damaged or missing: to be shown, not to be acted on.
    Told told(std::int64_t run) const;
    /// Nothing where there is no such run.
    std::optional<RunRecord> record(std::int64_t run) const;
    /// The texts with which a part of a run, counted from 1, was run.
    std::vector<lang::program::Part> texts(std::int64_t run, int part) const;

    /// The journal as the procrun reads it that can finish a run of the format 1, in a file of its own beside this one, made once for each
    /// run; answers its path. To be called by who drives the run (driver.hpp): then nobody else goes on with it here.
    std::string copy_for_format_1(std::int64_t run) const;

    enum class Prune { Everything, Rehearsals };
    /// Deletes the runs that were last written before `before`, whatever the date on their site was, and answers how many. A run stays as
    /// long as somebody may need it: where no end was written, where an undo is due, where it is the newest that kept something for another
    /// procedure, and where its end cannot be read. Nobody can finish or undo a rehearsal whose site has ended with it: unless a process
    /// drives it, it goes all the same.
    std::size_t prune(Time before, Prune what = Prune::Everything);

    std::string path() const;
    /// On the disk, in bytes: the file and what SQLite keeps beside it.
    std::uintmax_t size() const;

  private:
    struct Database;
    std::unique_ptr<Database> database_;
    std::unique_ptr<Driver> driver_;  ///< of the run that was begun
    /// 0: the file is new. Throws JournalError for one of a newer format, and for what is not a journal.
    std::int64_t readable_format() const;
    /// A file of an older format is brought up to date.
    void make_tables();
    void write_texts(const lang::program::Program&, std::int64_t part);
    struct RunName {
        std::int64_t id = 0;
        std::string procedure;
        std::int64_t format = newest_format;
    };
    /// Newest first.
    std::vector<RunName> runs_on(const std::string& site, bool simulated, const std::string& socket, std::int64_t before,
                                 std::int64_t most) const;
    std::int64_t run_ = 0;
};

/// $XDG_STATE_HOME/procrun/journal.db, or ~/.local/state/procrun/journal.db.
std::string default_journal_path();

}  // namespace runtime
