// What a person would type to do what a procedure does: asked of a simulated site, so that no real host is contacted.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/run/scenes.hpp"
#include "lang/program/tree.hpp"
#include "rehearsal/scheduler.hpp"
#include "runtime/interpret/values/evaluator.hpp"

namespace cli::show {

struct SimulatedSite;

/// One query that a condition asks, and how.
struct Look {
    std::string host, call;
    std::string command;     ///< empty where a person does it in another way: see the doc
    std::string why;         ///< there is no command
    std::string doc;         ///< what it tells, one sentence
    bool from_here = false;  ///< a request over the network: typed where whoever follows the page sits, not on the host
};

struct Deed {
    std::string command;  ///< empty where it could not be told before the run
    std::string why;      ///< there is no command
    std::string check;    ///< the command whose answer says whether it is done; may be empty
    std::string doc;
    bool from_here = false;
};

/// The commands of the tools' versions that the simulated site has. A command that depends on what a look would see is the one
/// for a site on which it is needed.
class ByHand {
  public:
    ByHand(const lang::program::Program&, const std::string& scene);
    ~ByHand();

    /// Every query in an expression, the parts of defines included, as far as their arguments are known.
    std::vector<Look> looks(const lang::program::Expr&, const runtime::Frame&);
    /// The host that a `find` finds on the simulated site, in the scene that the procedure begins in; null where that finds none.
    const lang::Host* found(const lang::program::Find&, const runtime::Frame&);
    Deed deed(std::size_t builtin, const std::vector<runtime::Value>& arguments, const lang::Host&);
    /// From here on the page is read by somebody who has done this: what would be needed then is told as needed.
    void follow(std::size_t builtin, const std::vector<runtime::Value>& arguments, const lang::Host&);

    /// The value where functions compute it of what is known: every run gets the same. Nothing where a host, a clock or an earlier run has
    /// a say.
    std::optional<runtime::Value> computed(const lang::program::Expr&, const runtime::Frame&) const;

    std::string source_of(lang::Span) const;

  private:
    std::optional<runtime::Value> plain(const lang::program::Expr&, runtime::Frame&) const;
    void collect(const lang::program::Expr&, runtime::Frame, std::vector<Look>&);
    void look(const lang::program::Call&, const lang::Host&, runtime::Frame&, std::vector<Look>&);
    std::optional<Deed> deed_in(SimulatedSite&, std::size_t builtin, const runtime::Arguments&, const lang::Host&, bool only_if_needed,
                                std::string& why_not);
    SimulatedSite& followed();

    const lang::program::Program& program_;
    std::set<std::array<std::string, 3>> told_;  ///< of the looks that are collected: host, command, and the call where there is no command
    std::vector<std::unique_ptr<SimulatedSite>> simulated_;  ///< the scene that the procedure begins in, and the healthy site last
    std::unique_ptr<SimulatedSite> followed_;                ///< that scene, with all that was followed; made when it is first needed
};

}  // namespace cli::show
