// Statements: where each may stand, what belongs to it, and the scopes of what they set.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/check/resolve/expressions.hpp"
#include "lang/program/tree.hpp"
#include "lang/syntax/ast.hpp"

namespace lang::checker {

/// The steps of one level (top, or one step's own): their numbers and titles.
struct StepLevel {
    std::string prefix;  ///< "3." inside of step 3
    int steps = 0;
    ByName<Span> titles = {};
};

/// Where a statement stands.
struct Place {
    bool top = false;            ///< a statement of the file itself
    bool steps = false;          ///< a step may stand here
    bool lasting = false;        ///< what is set here is visible later: top level, or directly in a step
    bool in_otherwise = false;   ///< in the `else` of a wait or an action: `go_on` may end it
    bool in_undo = false;        ///< in an `undo`
    bool in_on_failure = false;  ///< in the `on_failure`
    StepLevel* level = nullptr;
    std::vector<int>* visible = nullptr;  ///< of the step: the slots that it sets

    /// Inside of a block that is neither a step nor `parallel`.
    Place inside() const;
};

class Statements {
  public:
    explicit Statements(Expressions& expressions)
        : expressions_(expressions), environment_(expressions.environment()), report_(environment_.report) {}

    /// A block of its own: what is set in it ends with it, unless `place` says that it lasts.
    program::Block block(const ast::Block&, const Place&);
    /// The statement, unless it is wrong beyond use.
    std::optional<program::Stmt> statement(const ast::Stmt&, const Place&);

    std::size_t steps() const { return steps_; }
    bool asks_people() const { return asks_people_; }

  private:
    using Lowered = std::optional<program::Stmt::Node>;
    Lowered lower(const ast::Step&, Span, const Place&);
    Lowered lower(const ast::OnBlock&, Span, const Place&);
    Lowered lower(const ast::Parallel&, Span, const Place&);
    Lowered lower(const ast::For&, Span, const Place&);
    Lowered lower(const ast::If&, Span, const Place&);
    Lowered lower(const ast::Require&, Span, const Place&);
    Lowered lower(const ast::Wait&, Span, const Place&);
    Lowered lower(const ast::Let&, Span, const Place&);
    Lowered lower(const ast::Confirm&, Span, const Place&);
    Lowered lower(const ast::Note&, Span, const Place&);
    Lowered lower(const ast::Mark&, Span, const Place&);
    Lowered lower(const ast::Fail&, Span, const Place&);
    Lowered lower(const ast::GoOn&, Span, const Place&);
    Lowered lower(const ast::Commit&, Span, const Place&);
    Lowered lower(const ast::OnFailure&, Span, const Place&);
    Lowered lower(const ast::Action&, Span, const Place&);

    // steps.cpp
    program::Expr title(const ast::Step&, StepLevel&);
    // lets.cpp
    program::Stmt::Node find(const ast::Let&, const ast::Find&, const Place&);
    program::Stmt::Node ask(const ast::Let&, const ast::Ask&, const Place&);
    int declare(const ast::Let&, const Type& type, const Place&);
    // waits.cpp
    program::ExprPtr duration(const ast::ExprPtr&, std::string_view what);
    program::Otherwise otherwise(const ast::Otherwise&, Span statement, std::string_view what, const Place&);
    // actions.cpp
    void only_asks(Span, std::string_view name);
    Lowered blocks_of(program::Clauses, Span);
    void looks_itself(const ast::Action&, std::string_view name);
    program::Clauses clauses(const ast::Action&, Span, const Place&);

    Expressions& expressions_;
    Environment& environment_;
    Report& report_;
    std::size_t steps_ = 0;
    bool asks_people_ = false;
};

}  // namespace lang::checker
