// One of the two sides: the machines of a site, asked and ordered as a run does it, over the connections that lead to them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "rehearsal/scheduler.hpp"
#include "rehearsal/site.hpp"
#include "rehearsal/world.hpp"
#include "runtime/connection/stream.hpp"
#include "runtime/module.hpp"

namespace fidelity {

class Side {
  public:
    /// Site, scheduler and stop must outlive it.
    Side(const lang::Site&, runtime::Scheduler&, const runtime::Stop&, runtime::ConnectionFactory);

    runtime::Reply run(const std::string& host, const runtime::Command&);
    /// What a query makes of the answers of this side.
    lang::Value query(const std::string& host, const std::string& builtin, std::map<std::string, lang::Value> given = {});

    /// What a run would have left behind there, of one kind: "failed units".
    lang::Value residue(const std::string& host, const std::string& name);
    /// The first line of what a program prints.
    std::string first_line(const std::string& host, const runtime::Command&);

    std::map<std::string, std::string> environment;  ///< before every command for a host: "NAME=value "

  private:
    runtime::Reply send(const lang::Host&, const runtime::Command&, bool plainly);
    lang::Value read(const runtime::Read&, const runtime::Context&);
    lang::Value read_on(const std::string& host, const runtime::Read&, const runtime::Arguments&, const std::vector<std::string>& needs);

    const lang::Site& site_;
    runtime::Scheduler& scheduler_;
    const runtime::Stop& stop_;
    runtime::ConnectionFactory connect_;
    std::map<std::string, std::unique_ptr<runtime::Connection>> connections_;  ///< by host
    std::map<std::string, runtime::Detected> detected_;                        ///< by host
};

/// The simulated side, on a clock of its own. Its world is healthy and at rest.
class Simulated {
  public:
    explicit Simulated(const lang::Site&);
    Simulated(const Simulated&) = delete;

    void pass(lang::Duration);
    /// The trouble of a scene begins or ends; throws std::runtime_error where there is none of that kind.
    void trouble(const std::string& host, const std::string& what, rehearsal::Fault = rehearsal::Fault::Begins);
    /// Sends a line, and does not wait for its end.
    rehearsal::Answer order(const std::string& host, const runtime::Command&);

  private:
    const lang::Site& site_;
    rehearsal::SimulatedScheduler scheduler_;
    runtime::Stop stop_;
    rehearsal::World world_;
    rehearsal::LocalSite place_;

  public:
    Side side;
};

/// "12", "[web/s1: UP]", "unknown: nobody listens": a value as it is compared.
std::string told(const lang::Value&);
/// How a command ended: its exit status, or what became of it instead.
std::string ending(const runtime::Reply&);
/// Words for the shell: "systemctl stop -- app".
runtime::Command program(const std::string& line);

}  // namespace fidelity
