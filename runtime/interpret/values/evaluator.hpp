// Expressions to values. Reads the world, never changes it.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/program/tree.hpp"
#include "runtime/connection/host_connections.hpp"
#include "runtime/interpret/values/frame.hpp"
#include "runtime/outcome.hpp"

namespace runtime {

/// One reading of the world, told when a condition has to explain itself.
struct Observation {
    std::string call;  ///< `drbd.status("r0")`
    std::string host;
    std::string command;  ///< as sent, secrets masked
    Value value;
    Time at{};
};

/// A plan's: asked before a query is sent. A value in its place (what an earlier step decides is not asked now), or nothing.
using QueryFilter = std::function<std::optional<Value>(const Builtin&, const Context&)>;

/// How long an evaluation may go on that does nothing but compute. (What asks the world has its own limits.)
struct Patience {
    Deadline deadline = Deadline::never();  ///< of a `within` around it
    bool to_the_end = false;                ///< an undo, or an answer to a failure: one Ctrl-C does not cut it short, two do
};

/// One evaluation of one expression: within it the same query on the same host is sent once, so that its parts agree.
class Evaluation {
  public:
    explicit Evaluation(std::string step, Duration patience = Duration::max(), QueryFilter filter = {}, Patience computing = {})
        : step_(std::move(step)), patience_(patience), filter_(std::move(filter)), computing_(computing) {}

    const std::string& step() const { return step_; }
    /// For one command; a builtin's own deadline where that is shorter.
    Duration patience() const { return patience_; }
    const QueryFilter& filter() const { return filter_; }

    std::vector<Observation> observations() const;
    bool asked() const;  ///< any host
    std::optional<Value> known(const std::string& key) const;
    void learn(const std::string& key, Observation);

    /// Counts a part that was looked at. True now and then: `go_on` is to be asked.
    bool counts() { return (++computed_ & 0xFFFU) == 0; }
    /// Throws Failure where it has computed for too long without asking anybody: for the time that is left, for a minute, or although
    /// somebody wants the run to end.
    void go_on(World&);
    /// What comes now is another expression.
    void begin_anew();

  private:
    std::string step_;
    Duration patience_;
    QueryFilter filter_;
    Patience computing_;
    std::atomic<std::uint64_t> computed_{0};  ///< parts, since the world was asked
    mutable std::mutex mutex_;
    std::optional<std::chrono::steady_clock::time_point> computes_since_;
    Duration may_compute_{};
    std::map<std::string, std::size_t> by_key_;
    std::vector<Observation> observations_;
};

class Evaluator {
  public:
    Evaluator(const lang::program::Program& program, World& world, HostConnections& connections)
        : program_(program), world_(world), connections_(connections) {}

    /// May throw Failure, for what is neither a value nor unknown: `one of` nothing, an overflow.
    Value evaluate(const lang::program::Expr&, Frame&, Evaluation&);
    std::vector<Value> evaluate_all(const std::vector<lang::program::Expr>&, Frame&, Evaluation&);

    /// What a query said, as its reader gave it: of one that lists failings the list, not yet its truth. May throw Failure.
    Value query(const lang::program::Call&, Frame&, Evaluation&);
    bool lists_failings(const lang::program::Call&) const;

    /// The frame in which the value of a define is computed; nothing where the host that it is asked of is unknown. It refers to `frame`.
    std::optional<Frame> inside(const lang::program::CallDefine&, Frame& frame, Evaluation&);
    const lang::program::Expr& body_of(const lang::program::CallDefine&) const;

    /// Runs `body` once per host, all hosts together, each with a copy of `frame` whose current host it is.
    std::vector<Value> on_each(const std::vector<Value>& hosts, const Frame& frame, const std::function<Value(Frame&)>& body);

    /// The text of an expression or statement as it stands in its file, on one line.
    std::string source_of(lang::Span) const;
    std::string source_of(const lang::program::Expr& expr) const { return source_of(expr.span); }
    /// A bracket around the last operand belongs to no node: `a and (b)` ends before it, and here behind it.
    lang::Span whole_span(lang::Span) const;
    std::string_view text_of(std::uint32_t file) const;
    /// "failback.proc:12"
    std::string place_of(lang::Span) const;

    World& world() { return world_; }
    HostConnections& connections() { return connections_; }
    const lang::program::Program& program() const { return program_; }

  private:
    struct Visitor;
    Value call(const lang::program::CallDefine&, Frame&, Evaluation&);
    Value quantified(const lang::program::Quantified&, Frame&, Evaluation&);
    Value filtered(const lang::program::Filter&, Frame&, Evaluation&);
    Value only_one(const lang::program::OneOf&, Frame&, Evaluation&, lang::Span);

    const lang::program::Program& program_;
    World& world_;
    HostConnections& connections_;
};

/// What is written, with one blank for each stretch of blanks and line ends.
std::string written_on_one_line(std::string_view written);

/// Throws Failure where an argument that is a limit of time is none.
void refuse_unfit(const lang::Signature&, const std::vector<Value>& arguments);

/// `pcs.standby(acd-store1)`, with the arguments' values; defaults are left out.
std::string call_text(const lang::Signature&, const std::vector<Value>& arguments);

}  // namespace runtime
