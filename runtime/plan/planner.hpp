// The inside of `plan`: a walk over the program in the order of its text. What the files of this folder share.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/interpret/values/evaluator.hpp"
#include "runtime/plan/pending_effects.hpp"
#include "runtime/plan/result.hpp"

namespace runtime {

namespace ir = lang::program;

class Planner {
  public:
    Planner(const ir::Program&, World&);
    Plan plan();

  private:
    /// Where the walk is: the bindings, the step, and the items that what follows is added to.
    struct Place {
        Frame frame;
        std::string step;
        std::vector<PlanItem>* items;
        std::vector<event::Named> bindings = {};  ///< loop variables and parameters of a define, as a person reads them
    };
    /// One query as it was read.
    struct Reading {
        const lang::Host* host;
        std::string system;            ///< of the query; whole_host where it may depend on anything there
        std::vector<Footprint> about;  ///< of the query's own system: what it is about, not all that it may depend on
    };
    /// What an expression is now.
    struct Seen {
        Value value;
        std::vector<Reading> readings;
        bool stops = false;  ///< no value at all, such as `one of` nothing: the run would stop here; the value is unknown with the reason
        bool is(bool wanted) const { return !value.is_unknown() && value.boolean() == wanted; }
    };

    // planner.cpp
    void block(const ir::Block&, Place&);
    void visit(const ir::Step&, const ir::Stmt&, Place&);
    void visit(const ir::On&, const ir::Stmt&, Place&);
    void visit(const ir::Parallel&, const ir::Stmt&, Place&);
    void visit(const ir::For&, const ir::Stmt&, Place&);
    void visit(const ir::OnFailure&, const ir::Stmt&, Place&) {}  // only a failure would come there
    void visit(const ir::Note&, const ir::Stmt&, Place&);
    void visit(const ir::Mark&, const ir::Stmt&, Place&);
    void visit(const ir::Fail&, const ir::Stmt&, Place&);
    void visit(const ir::GoOn&, const ir::Stmt&, Place&);
    void visit(const ir::Commit&, const ir::Stmt&, Place&);
    /// Statements whose hosts or elements nobody knows yet: as they are written.
    void as_written(const ir::Block&, const std::string& why, Place&);

    // conditions.cpp
    void visit(const ir::If&, const ir::Stmt&, Place&);
    void visit(const ir::Require&, const ir::Stmt&, Place&);
    void visit(const ir::Wait&, const ir::Stmt&, Place&);
    void visit(const ir::Let&, const ir::Stmt&, Place&);
    void visit(const ir::Find&, const ir::Stmt&, Place&);
    PlanItem bound(const std::string& name, bool keep, const ir::Stmt&, const Seen&, Place&);

    // actions.cpp
    void visit(const ir::Action&, const ir::Stmt&, Place&);
    void visit(const ir::RunDefine&, const ir::Stmt&, Place&);
    void visit(const ir::Ask&, const ir::Stmt&, Place&);
    void visit(const ir::Confirm&, const ir::Stmt&, Place&);
    void look(PlanItem&, const Builtin&, const Arguments&, const lang::Host&);
    void preview(PlanItem&, const Read&, const Context&);
    /// An action that sudo would not let through is refused.
    void ask_sudo(PlanItem&, const Command&, const lang::Host&);
    void clauses(PlanItem&, const ir::Clauses&, Place&);
    std::string call_of(const std::string& name, const std::vector<ir::Expr>& arguments, const std::vector<Value>& values) const;

    /// Reads what is not behind a veil. What is unknown or false, but near an earlier change, may still come to be otherwise: then the
    /// value is *later*.
    Seen see(const ir::Expr&, Place&, bool wanted_true = false);
    Seen gather(const std::function<Value(Evaluation&)>& read, bool wanted_true);
    std::optional<Value> query_filter(const Builtin&, const Context&);
    std::string text(const ir::Expr&, Place&);

    PlanItem item(PlanItem::Kind, Outlook, std::string text, const ir::Stmt&, const Place&) const;
    /// An expression as it is written, with what stands for its names here: `power_is_off(vm)  (vm: acd-jb1)`.
    std::string written(const ir::Expr&, const Place&) const;
    void add(PlanItem, Place&);
    /// "step 5 (pcs.move)": short, as it stands behind every line that waits for it.
    std::string by(const std::string& what, const Place&) const;

    const ir::Program& program_;
    World& world_;
    EventEmitter emitter_;
    HostConnections connections_;
    Evaluator evaluator_;
    PendingEffects pending_;
    /// One for the whole plan: the same query is sent once, and everything that is said agrees.
    Evaluation evaluation_;
    std::mutex mutex_;  ///< guards what follows: hosts of a quantifier are asked at the same time
    std::vector<Reading> readings_;
    std::map<std::pair<const lang::Host*, std::string>, std::optional<Reply>> sudo_says_;  ///< each command is asked about once
};

/// The footprints of `system` alone, or all of them where there is none of it.
std::vector<Footprint> of_system(const std::vector<Footprint>&, const std::string& system);

}  // namespace runtime
