// The analysis itself: where it is, what it knows there, and one function for each kind of statement and expression.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "lang/analysis/branches.hpp"
#include "lang/analysis/findings.hpp"
#include "lang/analysis/requirements.hpp"
#include "lang/analysis/rules/hosts.hpp"
#include "lang/analysis/rules/lock.hpp"
#include "lang/analysis/rules/needs.hpp"
#include "lang/analysis/state.hpp"

namespace lang::analysis {

class Analyzer {
  public:
    Analyzer(const program::Program& program, const Catalog& catalog, bool is_whole, NeedsOptions needs = {});

    void everything();
    Findings& findings() { return findings_; }
    const Requirements& requirements() const { return requirements_; }
    std::vector<ReachedHost> reached() const { return needs_.reached(); }

  private:
    /// Does the run go on behind a statement?
    enum class Flow { GoesOn, Ends };

    // blocks.cpp: blocks, and statements that are about nothing else
    Flow block(const program::Block& block);
    Flow statement(const program::Stmt& statement);
    void unused_defines();

    Flow analyze(const program::Step&, Span);
    Flow analyze(const program::If&, Span);
    Flow analyze(const program::Require&, Span);
    Flow analyze(const program::Let&, Span);
    Flow analyze(const program::Ask&, Span);
    Flow analyze(const program::Confirm&, Span);
    Flow analyze(const program::Note&, Span);
    Flow analyze(const program::Fail&, Span);
    Flow analyze(const program::Mark&, Span) { return Flow::GoesOn; }
    Flow analyze(const program::GoOn&, Span);
    Flow analyze(const program::Commit&, Span);
    Flow analyze(const program::OnFailure&, Span);

    // rules/machines.cpp: on which machines, and side by side or not
    Flow analyze(const program::On&, Span);
    Flow analyze(const program::Parallel&, Span);
    Flow analyze(const program::For&, Span);
    Flow analyze(const program::Find&, Span);
    void on_hosts(const program::On& on, const Hosts& hosts);
    void no_duplicates(const program::On& on, const Hosts& hosts);
    void one_turn(const program::For& loop, std::optional<Value> value, std::optional<Hosts> from);
    Place on(const program::Expr& host) const;

    // rules/actions.cpp: what acts, and what must suit the machine
    Flow analyze(const program::Action&, Span);
    Flow analyze(const program::RunDefine&, Span);
    void clauses(const program::Clauses&);
    void suits(std::size_t builtin, Span span, const Place& place);
    bool is_certain() const { return unsure_ == 0 && aside_ == 0 && unforeseen_ == 0 && over_ == 0; }
    std::vector<const Host*> given_in(const std::vector<program::Expr>& arguments) const;
    std::vector<Footprint> touched(const Signature&, const Act&) const;
    void switches_off(const Host&, Span span);
    void switches(const program::Define&, const std::vector<program::Expr>& arguments, Span call);
    void enter(const program::Define& define, const std::vector<program::Expr>& arguments, Span call);

    // rules/arguments.cpp: what is known of them before a run
    void takes(std::size_t builtin, const std::vector<program::Expr>& arguments);
    std::vector<Value> known_arguments(const std::vector<program::Expr>& arguments) const;
    void can_read(const Signature&, const std::vector<program::Expr>& arguments);
    std::optional<Value> script_of(const program::Expr&) const;
    void can_be_sent(std::size_t builtin, const std::vector<program::Expr>& arguments, Span span, const Place& place);

    // requirements.cpp: what a person answers, and what a secret opens
    void asks(Requirements::Question::Kind, const program::Expr& text, const Type& type = {});
    void asks(Requirements::Question::Kind, Requirements::Parts, const Type& type = {});
    void may_fail(Span span);
    void signs_off(const Signature&);
    void takes_secrets(const Signature&, const Place& place);

    // rules/names.cpp: what the site's clusters list
    void names(std::size_t builtin, const std::vector<program::Expr>& arguments, const Place& place);
    void named_elsewhere(const Cluster&, std::string_view what, const std::string& name, const Host& machine, Span span);
    void suits_cluster(std::size_t builtin, Span span, const Place& place);

    // rules/waits.cpp: times and counts
    Flow analyze(const program::Wait&, Span);
    void times(const program::Wait& wait);
    void never_changes(const program::Wait& wait);
    /// A duration of a clause, if it is known; one that is no limit is an error.
    std::optional<Duration> time(const program::Expr& clause, std::string_view word);
    /// The same of what was visited already.
    std::optional<Duration> time_of(const program::Expr& clause, std::string_view word);
    std::optional<Duration> time(const program::ExprPtr& clause, std::string_view word) {
        return clause ? time(*clause, word) : std::nullopt;
    }
    /// A `within`: no longer than the one around it.
    std::optional<Duration> limit(const program::ExprPtr& within);

    // rules/expressions.cpp
    void visit(const program::Expr& expression);
    void visit(const program::ExprPtr& expression) {
        if (expression) visit(*expression);
    }
    void visit_all(const std::vector<program::Expr>& expressions);
    template <typename Node>
    void look(const Node& node, const program::Expr& expression);
    void quantified(const program::Quantified&, const program::Expr&);
    void filter(const program::Filter&);
    void one_of(const program::OneOf&, const program::Expr&);
    void call(const program::Call&, const program::Expr&);
    void call_define(const program::CallDefine&, const program::Expr&);
    void arithmetic(const program::Arithmetic&, const program::Expr&);
    void counted(const program::Quantified&, const program::Expr&, std::size_t elements);

    /// "`from` is 2 and `to` is 2": the known names in an expression, so that a finding about values explains itself.
    std::string names_in(const program::Expr& expression) const;

    /// Counts a visited node. Beyond the budget loops are seen by their first turn, beyond twice of it nothing more is seen.
    bool spend() { return ++visited_ <= 2 * budget; }
    bool hurried() const { return visited_ > budget; }
    static constexpr std::size_t budget = 200'000;

    /// The limit that a step or a call puts on what is in it.
    struct Limit {
        Duration duration;
        Span span;
    };

    const program::Program& program_;
    const Catalog& catalog_;
    const bool is_whole_;
    Findings findings_;
    Scope globals_;
    std::size_t steps_ = 1'000'000;  ///< beyond it no more values are known
    State state_;
    Trail trail_;
    Branches branches_;
    LockHosts lock_hosts_;
    std::optional<Limit> limit_;
    std::set<const program::Define*> entered_;
    std::set<std::pair<std::uint32_t, std::uint32_t>> read_;  ///< calls whose written arguments were read: file and place
    std::size_t visited_ = 0;
    int unsure_ = 0;  ///< how many conditions around this place are not known
    Requirements requirements_;
    int aside_ = 0;       ///< how many blocks around it are run on a failure only
    int unforeseen_ = 0;  ///< in what no run comes to
    int decided_ = 0;     ///< how many conditions around it hold for the values of this run only
    int over_ = 0;        ///< how many steps around it are not done any more
    Needs needs_;
    Span condition_;  ///< of the `require` that is looked at
};

/// Sets a variable until the end of the block.
template <typename T>
class Until {
  public:
    Until(T& variable, T value) : variable_(variable), before_(std::exchange(variable, std::move(value))) {}
    Until(const Until&) = delete;
    Until& operator=(const Until&) = delete;
    ~Until() { variable_ = std::move(before_); }

  private:
    T& variable_;
    T before_;
};

}  // namespace lang::analysis
