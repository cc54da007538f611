// The journal: what a run intended, did and found, durable before it matters. One SQLite file for all runs of an operator.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "lang/program.hpp"
#include "runtime/event.hpp"

namespace runtime {

/// What cannot be journalled is not done: thrown by every call of Journal, ends a run before anything more is sent.
struct JournalError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One run, as `procrun history` lists it.
struct RunSummary {
    std::int64_t id = 0;
    std::string procedure, site, operator_name, machine;
    Time started{};
    std::optional<Time> ended;  ///< none: it is still running, or it was killed
    std::optional<End> end;
    bool simulated = false;
};

/// The file is made with mode 0600, in a folder of mode 0700. Write-ahead log, synchronous=FULL: an event that must be durable
/// (an intent, a result, an answer, the end of a step) is on the disk when `on` returns; the others follow with the next of these.
class Journal : public Observer {
  public:
    /// `path` ":memory:" keeps nothing.
    explicit Journal(const std::string& path);
    ~Journal() override;

    /// Starts a run: its texts, parameters (secrets are never among them) and who runs it. `on` belongs to this run.
    std::int64_t begin(const lang::program::Program&, bool simulated);
    void on(const Event&) override;
    /// `keep name = …`: for another run.
    void keep(const std::string& name, const lang::Value&);

    /// From the newest run of `procedure` on a site of this name, real or simulated as asked; unknown where none kept it.
    lang::Value kept(const std::string& procedure, const std::string& name, const lang::Type&, const lang::Site&, bool simulated) const;

    std::vector<RunSummary> runs() const;  ///< newest first
    /// All of them, or those of one kind, as runtime::kind names it.
    std::vector<Event> events(std::int64_t run, const std::string& kind = {}) const;

    /// Deletes the runs that ended before `before`, and answers how many. A run stays as long as somebody may need it: where no end
    /// was written, where an undo is due, and where it is the newest that kept something for another procedure.
    std::size_t prune(Time before);

  private:
    struct Database;
    std::unique_ptr<Database> database_;
    std::int64_t run_ = 0;
};

/// $XDG_STATE_HOME/procrun/journal.db, or ~/.local/state/procrun/journal.db.
std::string default_journal_path();

}  // namespace runtime
