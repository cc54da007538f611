// Where a program is run: the real hosts, a simulated site in this process, or one in its own.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/answers/file.hpp"
#include "cli/command/all.hpp"
#include "cli/notify/notifier.hpp"
#include "cli/terminal/screen.hpp"
#include "lang/program/tree.hpp"
#include "rehearsal/scheduler.hpp"
#include "rehearsal/serve/client.hpp"
#include "rehearsal/world.hpp"
#include "runtime/journal/store.hpp"
#include "runtime/secret/store.hpp"
#include "runtime/world.hpp"

namespace cli {

/// Everything that a run needs, kept alive while it runs. Throws UsageError for what the command line got wrong, and
/// runtime::JournalError.
class RunContext {
  public:
    RunContext(const lang::program::Program&, const RunRequest&, Screen&);
    ~RunContext();

    runtime::World& world() { return *world_; }
    runtime::Journal& journal() { return *journal_; }
    runtime::Scheduler& scheduler() { return *scheduler_; }
    runtime::Stop& stop() { return stop_; }
    bool simulated() const { return simulated_; }
    /// Who tells those whom the site names; null where it names nobody, or its hosts are simulated.
    Notifier* notifier() { return notifier_.get(); }
    /// From now on those are told of what the run tells.
    void notify_of_run();
    /// The site that the hosts are on, where they are simulated; else null.
    rehearsal::SimulatedSite* simulated_site() { return site_.get(); }
    /// Is the site in this process, where no other run can reach it?
    bool is_alone() const { return site_world_ != nullptr; }

    /// Nothing, or why a run must not start: somebody has to be asked and nobody can be.
    std::optional<std::string> unanswerable() const;
    /// All that keeps the whole program from being run, each in a sentence: nobody to answer, questions that the file of answers leaves
    /// open, secrets that cannot be had. `answered`: what earlier parts of the run have asked.
    std::vector<std::string> lacking(const std::set<std::string>& answered);
    /// What the file of answers has and the program never asks.
    std::vector<std::string> idle_answers() const;
    /// What it begins with, and what it does not do: the scene of a rehearsal, watches, questions. Each a sentence.
    std::vector<std::string> beginning() const;
    /// At the end: what the simulated site wants to be written.
    void finish();
    /// What was asked of the simulated site and its file does not name, each in a sentence with what to write there.
    std::vector<std::string> unnamed() const;
    /// The gaps of the procedure that made the scene.
    const runtime::event::Rehearsed& rehearsed() const { return scene_rehearsed_; }

  private:
    void make_simulated();
    std::string scene() const { return request_.scene.value_or(program_.scene.empty() ? "healthy" : program_.scene); }
    void make_real();
    void make_person();
    void make_notifier();
    std::optional<std::string> broken_invariant();
    std::optional<runtime::EarlierRun> left_earlier() const;
    void tell_keeper(const std::string& procedure, const std::string& name);

    const lang::program::Program& program_;
    const RunRequest& request_;
    Screen& screen_;
    bool simulated_ = false;
    bool somebody_answers_ = true;
    bool at_terminal_ = false;  ///< a person answers there
    std::optional<Answers> answers_;
    runtime::Stop stop_;
    std::unique_ptr<runtime::Scheduler> scheduler_;
    std::unique_ptr<runtime::Person> person_;
    std::unique_ptr<runtime::Secrets> secrets_;
    std::unique_ptr<runtime::Journal> journal_;
    std::unique_ptr<runtime::Journal> scene_journal_;  ///< what the procedure that made the scene kept
    runtime::event::Rehearsed scene_rehearsed_;
    std::unique_ptr<rehearsal::World> site_world_;
    std::unique_ptr<rehearsal::SimulatedSite> site_;
    runtime::ConnectionFactory connect_;
    std::unique_ptr<runtime::Person> telling_;  ///< `person_`, and that somebody is asked is told
    std::unique_ptr<Notices> notices_;
    std::unique_ptr<runtime::World> world_;
    std::mutex told_mutex_;
    std::set<std::string> told_keepers_;  ///< `kept` whose run was told
    std::unique_ptr<Notifier> notifier_;  ///< the first to end: it needs the others
};

/// Is every machine of the site simulated? A site of both kinds would let simulated time command real hosts: UsageError.
bool is_simulated(const lang::Site&);

/// Of the simulated site in a process of its own: its path from the root, wherever it was typed. Empty where there is none.
std::string socket_of(const RunRequest&);

/// The name of the person at the terminal, and of this machine.
std::string operator_name();
std::string machine_name();

}  // namespace cli
