// What deals with the silence of a machine, and what comes to a machine whose silence nothing has dealt with.
#pragma once

#include <set>
#include <utility>
#include <vector>

#include "lang/analysis/needed_hosts.hpp"
#include "lang/analysis/state.hpp"

namespace lang::analysis {

/// Told by the analysis, in the order of the program. For each machine the first word decides.
class Needs {
  public:
    explicit Needs(NeedsOptions options = {}) : options_(std::move(options)) {}

    /// What a query is asked for.
    enum class Reads {
        Value,    ///< anything else: a `let`, an `if`, an argument
        Require,  ///< where it is unknown, the run fails
        Wait,     ///< where it is unknown, the run goes on asking
        Silence,  ///< whether it is unknown
    };
    Reads reads = Reads::Value;
    int optional = 0;  ///< how many parts of conditions around it may be unknown, and the whole is known all the same
    int caught = 0;    ///< how many blocks around it have an `else` that answers a failure

    bool is_over(const std::string& step) const { return options_.is_over && options_.is_over(step); }

    /// An action at `place`; `given`: the machines among its arguments. `certain`: the run comes to it whatever the machines say.
    void acts(const Place& place, std::vector<const Host*> given, Span span, bool certain);
    /// A query at `place`, in a condition at `span`.
    void asks(std::size_t builtin, const Signature&, const Place& place, Span span, bool certain);
    /// From now on a silence of the machine is no surprise.
    void is_dealt_with(const Host& host) { known_.insert(&host); }

    /// A define is called that is given these machines: what it does decides whether it switches or fences them.
    class Call;

    const std::vector<ReachedHost>& reached() const { return reached_; }

  private:
    ReachedHost& reach(const Host&);
    void needs(const Host& host, Span by) {
        if (known_.insert(&host).second) reach(host).needed_by = by;
    }

    struct Act {
        const Host* host = nullptr;  ///< null: a person's, or on a machine that is not known
        std::vector<const Host*> given;
    };
    NeedsOptions options_;
    std::set<const Host*> known_;  ///< needed, or dealt with
    std::vector<ReachedHost> reached_;
    std::vector<Act> acts_;
};

/// Lives while the analysis is inside of the define.
class Needs::Call {
  public:
    Call(Needs& needs, std::vector<const Host*> given) : needs_(needs), given_(std::move(given)), before_(needs.acts_.size()) {}
    /// A machine that it was given, on which it does nothing, and about which it does something elsewhere, is switched or fenced. What
    /// names the machine to a cluster, as `haproxy.drain(web1)` does, is about a service and not about the machine.
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

  private:
    Needs& needs_;
    std::vector<const Host*> given_;
    std::size_t before_;
};

}  // namespace lang::analysis
