// The inside of `run`: what the files of this folder share.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/event/key.hpp"
#include "runtime/interpret/branch.hpp"
#include "runtime/interpret/effects/action_runner.hpp"
#include "runtime/interpret/effects/lock.hpp"
#include "runtime/interpret/effects/residues.hpp"
#include "runtime/interpret/run.hpp"
#include "runtime/interpret/values/evaluator.hpp"
#include "runtime/resume/meaning.hpp"

namespace runtime {

namespace ir = lang::program;

/// Why a question was not answered, as an end.
Failure unanswered(const Reaction&, const std::string& question, bool interrupted);

class Interpreter {
  public:
    Interpreter(const ir::Program& program, World& world, const RunOptions& options);
    event::RunEnded run();
    event::RunEnded run_undos(const std::vector<event::UndoPending>&);
    Value run_fragment(Frame& frame);

  private:
    // run.cpp
    void answer_failure(Branch&);

    // locking.cpp
    /// Takes the site's lock, on every lock host or on none; throws Failure.
    void take_lock(const Branch&);
    LockState take_lock_on(const lang::Host&, const LockNote&, std::vector<std::string>& again);

    // fencing.cpp
    /// What the lock hosts remember of the run before, `last`: from now on no process of that one can send anything.
    /// Where this run has just begun and another machine has gone on with it meanwhile: why it must not, else nothing.
    std::string taken_up_elsewhere(const LastRun& last) const;
    void shut_out(const LastRun& last, event::LockTaken&, const Branch&);
    /// Tells a machine of this run. A greater number than ours, while the lock is ours, is no newer run's: ours becomes greater.
    Claim claim(const lang::Host&, const Branch&);
    /// A machine has kept an action back: why it would again. Nothing where the lock is ours all the same, and the machine knows that now.
    std::optional<std::string> why_kept_back(const lang::Host&, const Branch&);
    void guard_actions();
    /// Is it still ours? Throws Failure where it is not, or where no lock host can tell: then nothing more is sent.
    void check_lock(const Branch&);
    void begin_lease();
    /// Right before something is sent: looks at the lock again where the last look is older than a lease, as after a pause of this process
    /// or of its machine. True where that took its time. Throws Failure.
    bool renew_lease(const Branch&);
    /// The same without a failure: may an undo or an `on_failure` act?
    bool still_locked();
    /// Before `call` switches a machine off: no lock is left on it, and the last lock host stays on. Throws Failure.
    void yield_lock(const lang::Host&, const std::string& call, const Branch&);
    void yield_lock(const Value& hosts, const std::string& call, const Branch&);
    /// A run that was refused leaves the lock hosts' record open: the one before it may not have ended.
    enum class Release { RunEnded, NothingBegun };
    void release_lock(Release = Release::RunEnded);
    std::vector<const lang::Host*> locked() const;
    bool silent(const lang::Host&) const;
    struct LockSeen {
        std::string lost, unknown;  ///< where it is somebody else's or gone, and which hosts do not answer; a line each
        bool ours = false;          ///< one host says so
    };
    LockSeen look_at_lock(const std::vector<const lang::Host*>&);

    // silent.cpp
    /// Before anything is changed: which machines do not answer, of those that the run comes to. Where it needs one of them the person
    /// decides; throws Failure where the run is not to go on.
    void look_for_silent(const Branch&);
    event::SilentAtStart silent_machines();
    enum class Choice { Without, Again };
    Choice decide_about(const std::vector<event::SilentAtStart::Machine>& needed, const Branch&);
    void leave_out(const std::string& host, const std::string& reason);
    /// Is everything skipped on the host that `branch` is on?
    bool is_left_out(const Branch&) const;
    void skip_left_out(const Key& key, const std::string& what, const Branch&);
    /// A statement has failed on a host that is left out: then it is skipped, and what it was to bind is unknown. False where it is none
    /// of these.
    bool skips(const ir::Stmt&, const Failure&, Branch&);
    /// Is what was unknown of a condition asked of hosts that are left out, and of none else?
    bool unknown_of_left_out(const ir::Expr& condition, const Evaluation&, const Branch&) const;

    // gaps.cpp
    /// What a rehearsal has no model of, where the value is unknown for that and for nothing else.
    std::optional<Gap> gap_of(const Value&) const;
    /// A rehearsal goes on without a statement that depends on a gap: it is told, and neither done nor refused.
    void pass_over(const Key& key, const std::string& what, const Gap&, const Branch&);
    /// A statement has failed for a gap: then it is passed over, and what it was to bind is one, too. False where it failed otherwise.
    bool passes_over(const ir::Stmt&, const Failure&, Branch&);
    void tell_rehearsed();
    /// The branch of an `if` whose condition is a gap: the person's choice, or else the `else`.
    bool choose_branch(const Key& key, const std::string& condition, const Gap&, const Branch&);

    // statements.cpp
    void block(const ir::Block&, Branch&);
    void statement(const ir::Stmt&, Branch&);
    void execute(const ir::Step&, Branch&);
    void execute(const ir::On&, Branch&);
    void execute(const ir::Parallel&, Branch&);
    void execute(const ir::For&, Branch&);
    void execute(const ir::If&, Branch&);
    void execute(const ir::Require&, Branch&);
    void execute(const ir::Wait&, Branch&);
    void wait(const ir::Wait&, const Key& key, const Resumption::Seen&, Branch&);
    void execute(const ir::Let&, Branch&);
    void execute(const ir::Find&, Branch&);
    void execute(const ir::Ask&, Branch&);
    void execute(const ir::Confirm&, Branch&);
    void confirm(const ir::Confirm&, const Key& key, const std::string& question, Branch&);
    Value found(const ir::Find&, Branch&);
    void execute(const ir::Note&, Branch&);
    void execute(const ir::Mark&, Branch&);
    void execute(const ir::Fail&, Branch&);
    void execute(const ir::GoOn&, Branch&);
    void execute(const ir::Commit&, Branch&);
    void execute(const ir::OnFailure&, Branch&) {}  // run() finds it when it is needed
    void execute(const ir::Action&, Branch&);
    void execute(const ir::RunDefine&, Branch&);

    Duration pause_before(const ir::Retry&, Branch&);
    /// What stands between two statements: an interruption, a failed sibling, an expired step.
    void may_go_on(const Branch&) const;
    /// Adds "while … on host … in step …" to a failure and tells it.
    void tell_failure(Failure&, const ir::Stmt&, const Branch&);

    // decision.cpp
    enum class Decision { TryAgain, Skip, GiveUp };
    /// Asks the person what to do about the statement that failed.
    Decision ask_how_to_proceed(const ir::Stmt&, const Failure&, Branch&);
    void look_around(const std::string& about, const std::string& by, Branch&);
    std::string shortened_source(const ir::Stmt&) const;
    std::string undo_offer();
    std::optional<std::string> reason_to_skip(const std::string& about);
    Decision decided(const std::string& word, const std::string& reason, const std::string& about, const std::string& by, Branch&);
    /// Before something dangerous is sent: asks two persons, once for each statement. True where they were asked. Throws where one does
    /// not agree.
    bool sign_off(const lang::Signature&, const Arguments&, const std::string& call, Branch&);

    // resume.cpp
    /// Has an earlier part of the run done it? Then it is told, and not done again.
    bool done_before(const Key& key, const std::string& what, const ir::Clauses&, Branch&);
    bool finished_before(const ir::Step&, const std::string& title, Branch&);
    bool passed_over(const ir::Step&, const std::string& title, Branch&);
    /// A condition that an earlier part saw hold. Served: it is told, and not read again.
    Resumption::Validity seen_before(const Key& key, const std::string& condition, Branch&);
    /// `read`: what it is now.
    bool restored(const Key& key, const std::string& name, int slot, const lang::Type&, Branch&, const std::function<Value()>& read = {});
    void restore_step(const ir::Block&, const std::string& number, Branch&);
    /// Failed: it was heard to end badly, and may have come about later all the same.
    enum class Earlier { NotSent, Sent, Failed, Done };
    /// An action that an earlier part sent, and that does not count. One that cannot look: a person knows, or nobody.
    Earlier sent_before(bool can_look, const Key& key, const std::string& call, Branch&);
    void doubt(Time held, const std::string& condition, Failure, Branch&, std::function<void(Branch&)> again = {});
    static void doubt(Failure, Branch&, std::function<void(Branch&)> again);
    /// Before an action that was not done: what is in doubt must hold now; throws where it does not. `done` settles all of it.
    void settle_doubts(bool done, Branch&);
    /// `inner` has ended: what came into doubt there waits for what is done after it.
    void carry_doubts(const Branch& inner, Branch& outer);
    /// The same of a step, which is told to be done as soon as nothing of it is in doubt.
    void end_step(DoubtfulStep, const Branch& inner, Branch& outer);
    void tell_steps(const Doubt&, bool holds);
    /// Of what a person had signed off, and may not be so any more: is it still so? Then it counts, and what is in doubt with it.
    bool still_signed_off(const Key& key, const std::string& call, Branch& caller, Branch& inner);
    /// A binding that was read before another run acted must be the same now; throws where it is not.
    void refuse_changed(const std::string& name, const Value& then, const Resumption::Binding&, const std::function<Value()>& read);
    void tell_resumed(std::vector<std::string> finished, int undos);
    /// The invariants must hold before anything more is done; throws Failure.
    void may_resume(const Branch&);

    // branches.cpp
    /// Runs `branches` of `branch` at the same time; all of them end before this does. Throws the worst failure.
    void in_parallel(Branch& branch, std::vector<Branch>& branches, std::size_t max, const std::function<void(std::size_t, Branch&)>& body);
    void check_invariants(const Branch&);

    // undo.cpp
    event::UndoPending pending_undo(const ir::Block&, const Key& key, const std::string& call, Branch&);
    void register_undo(const ir::Block&, const Key& key, const std::string& call, Branch&);
    /// What an earlier part of the run left to be undone is due in this one from where its statement is reached.
    void take_up_undo(const ir::Clauses&, const Key& key, const std::string& call, Branch&);
    /// An outermost step is over, or counts as that: nothing in it is to be undone any more.
    void settle_step(const std::string& number);
    std::string undo_text(const ir::Block&, Branch&);
    /// At the end of a run that was not completed.
    void settle_undos();
    void undo_all();
    /// How a run ends where a value is unknown: whoever was told to end has not asked to the end.
    End end_at_unknown() const { return world_.stop.no_new_action() ? End::Aborted : End::Failed; }
    /// What the run leaves on purpose is left no more where it was undone.
    void take_back_left(const PendingUndo&);
    /// Does the site end with the run, so that nothing can be resumed or undone later? A simulated one in this process does, and it is
    /// the only one whose invariants are looked at.
    bool site_ends() const { return world_.broken_invariant != nullptr; }

    // actions.cpp
    void settle(const ir::Clauses&, const Key& key, const std::string& call, std::vector<event::Touched> touched, Branch&);
    std::vector<event::Touched> touched_by(const runtime::Action&, const Arguments&, const lang::Host&) const;
    void add_touched(const std::vector<event::Touched>&, const Branch&);
    void otherwise(const ir::Otherwise&, Failure, Branch&);
    /// What stands behind the `else` of an action may bring about or make known what its `done_when` says, as a fence does: that is read
    /// again then. Throws where it does not hold, but for a failed action whose `else` ends with `go_on`.
    void action_failed(const lang::program::Action&, Failure, Branch&);
    /// What the procedure says of an action that cannot look itself, as a look; nothing where it says nothing.
    std::function<Verdict(Duration, Looked&)> done_when(const ir::Action&, Branch&);
    void human(const ir::Define&, const std::string& call, const Key& key, Branch& caller, Branch& inner);
    /// Of the statement that `branch` is at.
    const Key& take_key(Branch&, const std::string& label);
    /// What that statement says, with the values that it uses, as a number.
    std::string meaning(const Branch&);
    /// The line that `branch` is on has ended and will not come again.
    void forget_turns(const Branch&);
    void bind(const Key& key, const std::string& name, int slot, Value, bool keep, Branch&);

    /// With the limits of the statement that `branch` is at.
    static Evaluation evaluation(const Branch&);
    Value evaluate(const ir::Expr&, Branch&);
    Value known(const ir::Expr&, Branch&, const char* what);  ///< fails the statement where the value is unknown
    Value known(Value, const ir::Expr&, const char* what) const;
    /// Of `within`, `every` and their like, written as `word`: fails the statement where it is no limit.
    Duration time_limit(const ir::Expr&, Branch&, const char* word);
    /// The branch's deadline, or that of a `within` in it where that is tighter.
    Deadline within(const ir::ExprPtr&, Branch&);
    std::string text(const ir::Expr&, Branch&);  ///< a message: an unknown part is shown as such
    void emit(const Branch&, Event::Body);

    const ir::Program& program_;
    World& world_;
    const RunOptions& options_;
    EventEmitter emitter_;
    HostConnections connections_;
    Evaluator evaluator_;

    SiteLock lock_;
    LockNote lock_note_;                   ///< under which it has the lock
    std::atomic<bool> locked_out_{false};  ///< the lock was refused or is lost: nothing more is sent, undos neither

    Resumption resumption_;
    Residues residues_;
    std::map<const lang::Host*, std::string> left_out_;  ///< with the reason; set before the first branch
    std::atomic<int> met_gaps_{0};                       ///< statements that were passed over for a gap
    std::atomic<int> asking_{0};                         ///< while a person decides, nothing new is started

    mutable std::mutex mutex_;               ///< guards what follows; never held while something is waited for
    std::vector<const lang::Host*> locked_;  ///< where the lock is ours
    Time lease_from_{}, lease_from_wall_{};  ///< when the lock was last seen to be ours: uptime, and the clock on the wall
    std::set<const lang::Host*> silent_;     ///< of them: those that did not answer when they were last looked at
    bool undo_wanted_ = false;               ///< a person has said so already
    event::RunEnded totals_;
    event::Rehearsed rehearsed_;
    std::vector<PendingUndo> undos_;
    std::set<Key> undo_keys_;                        ///< of all that were ever among them
    std::vector<event::UndoPending> earlier_undos_;  ///< of earlier parts, where this one has not come to their statements
    std::map<Key, int> ordinals_;                    ///< by keys without ordinal and meaning
    std::map<std::pair<const ir::Stmt*, const lang::Host*>, Meaning> lines_;  ///< those that were come to
    std::vector<std::pair<Key, std::string>> left_by_;                        ///< key of the action, and how it is told what it left
    std::vector<event::Left> leaves_;                                         ///< of earlier parts too
    std::set<Key> signed_;                                                    ///< by two persons, of earlier parts too: keys
};

}  // namespace runtime
