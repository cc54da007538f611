// The inside of `run`: what the files of this folder share.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/interpret/evaluator.hpp"
#include "runtime/interpret/run.hpp"

namespace runtime {

namespace ir = lang::program;

/// Branches of one `parallel`: after a failure the others finish what they are in and start nothing.
struct Siblings {
    const Siblings* outer = nullptr;
    std::atomic<bool> failed{false};

    bool must_stop() const { return failed || (outer != nullptr && outer->must_stop()); }
};

/// One line of execution: where it is, and how long it may take.
struct Branch {
    Frame frame;
    std::string step;  ///< "3.1"
    std::string step_title;
    std::string path;  ///< call sites and loop elements on the way here: the middle of every key
    Time deadline = Time::max();
    const Siblings* siblings = nullptr;
    std::vector<const ir::Require*> told;  ///< those that held without asking anybody: in a loop, once is enough
    int changes = 0;                       ///< actions that changed something or may have, so far on this line
    bool compensating = false;             ///< on_failure: runs although the run has failed
};

/// An `undo` that a failure would leave to be done.
struct PendingUndo {
    std::string step;  ///< the outermost one: its end settles the undo
    std::string key, call, undo;
};

class Interpreter {
  public:
    Interpreter(const ir::Program& program, World& world, const RunOptions& options);
    event::RunEnded run();
    Value run_fragment(Frame& frame);

  private:
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
    void execute(const ir::Let&, Branch&);
    void execute(const ir::Find&, Branch&);
    void execute(const ir::Ask&, Branch&);
    void execute(const ir::Confirm&, Branch&);
    void execute(const ir::Note&, Branch&);
    void execute(const ir::Fail&, Branch&);
    void execute(const ir::GoOn&, Branch&);
    void execute(const ir::Commit&, Branch&);
    void execute(const ir::OnFailure&, Branch&) {}  // run() finds it when it is needed
    void execute(const ir::Action&, Branch&);
    void execute(const ir::RunDefine&, Branch&);

    void attempt(const ir::Step&, const std::string& title, Branch&);
    /// What stands between two statements: an interruption, a failed sibling, an expired step.
    void may_go_on(const Branch&) const;
    /// Adds "while … on host … in step …" to a failure, tells it, and throws it on.
    [[noreturn]] void tell_failure(Failure, const ir::Stmt&, const Branch&);

    // branches.cpp
    /// Runs `branches` of `branch` at the same time; all of them end before this does. Throws the worst failure.
    void in_parallel(Branch& branch, std::vector<Branch>& branches, std::size_t max, const std::function<void(std::size_t, Branch&)>& body);
    void check_invariants(const Branch&);

    // action.cpp
    void settle(const ir::Clauses&, const std::string& key, const std::string& call, Branch&);
    void otherwise(const ir::Otherwise&, Failure, Branch&);
    void human(const ir::Define&, const std::string& call, const std::string& key, Branch& caller, Branch& inner);
    std::string key_of(const Branch&, int site, const std::string& call);
    std::string undo_text(const ir::Block&) const;

    Value evaluate(const ir::Expr&, Branch&);
    Value known(const ir::Expr&, Branch&, const char* what);  ///< fails the statement where the value is unknown
    std::string text(const ir::Expr&, Branch&);               ///< a message: an unknown part is shown as such
    void tell(const Branch&, Event::Body);

    const ir::Program& program_;
    World& world_;
    const RunOptions& options_;
    Teller teller_;
    Fleet fleet_;
    Evaluator evaluator_;

    std::mutex mutex_;  ///< guards what follows; never held while something is waited for
    event::RunEnded totals_;
    std::vector<PendingUndo> undos_;
    std::map<std::string, int> ordinals_;
};

}  // namespace runtime
