// What the commands of a procedure need on each machine: lines of sudoers, and what other programs grant.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/runbook/simulated_site.hpp"
#include "runtime/shell/sudoers.hpp"

namespace cli::show {

/// Of one machine. Everything is sorted, and stands with the calls that need it: `drbd.status("r0") in step 3`.
struct HostNeeds {
    using Callers = std::set<std::string>;
    std::map<std::string, Callers> sudoers;                         ///< what stands behind "NOPASSWD: "
    std::map<std::string, Callers> not_narrow;                      ///< why no line can allow just that
    std::map<std::string, Callers> untold;                          ///< why the commands are not known before the run
    std::map<std::string, std::map<std::string, Callers>> granted;  ///< by whom, and the statement
};

/// The commands are those of the tools' versions that the simulated site has, in every state of it that is looked at.
class Needs {
  public:
    explicit Needs(const lang::program::Program&);

    void call(std::size_t builtin, const std::vector<lang::Value>& arguments, const lang::Host&, const std::string& step);
    /// A call whose arguments the run finds out.
    void open_call(const lang::Host&, const std::string& source, const std::string& step);
    /// What is read before the first change and at the end, of the hosts that the procedure names and of their clusters.
    void residues();

    const std::map<const lang::Host*, HostNeeds>& by_host() const { return by_host_; }

  private:
    void detections(SimulatedSite&, const std::vector<std::string>& names, const runtime::Context&, const std::string& caller);
    void sent(const std::vector<runtime::Command>&, const lang::Host&, const std::string& caller);
    void sent(const runtime::Command&, const lang::Host&, const std::string& caller);
    void granted(const runtime::Rights&, const runtime::Context&, const std::string& caller);
    /// Nothing where the command is known on this site, else why not.
    std::string action(SimulatedSite&, const runtime::Builtin&, const runtime::Context&, const std::string& caller);

    const lang::program::Program& program_;
    runtime::ProgramPaths paths_;
    std::vector<std::unique_ptr<SimulatedSite>> sites_;
    std::map<const lang::Host*, HostNeeds> by_host_;
    std::set<std::pair<const lang::Host*, std::string>> called_;  ///< the commands of a call are the same in every step
};

}  // namespace cli::show
