// Critical Path's mail server (CPMS) with a configuration server of its own and a stopped one beside it, as far as its failover goes.
//
// A machine whose fact `shutdown_port` is a port has one. It serves POP3, SMTP and HTTP while it runs, which it does from the last script
// of the fact `startup` to the last of `shutdown`, and only with the filer mounted at the fact `folder`. The first of a site runs. A host
// with the fact `balanced` true is the address by which a load balancer passes everybody on to that which runs.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/answer.hpp"

namespace rehearsal {

struct CpmsServer {
    enum class State { Stopped, Starting, Running };
    State state = State::Stopped;
    std::optional<lang::Time> until = {};  ///< when Starting or the stop that the daemon began ends
    bool is_mounted = false;
    bool is_stopping = false;  ///< by the daemon: it unmounts, too
    // Planted.
    bool hangs = false;           ///< takes connections, says nothing
    bool does_not_start = false;  ///< its scripts succeed, and nothing serves
    bool no_daemon = false;       ///< nobody listens at the shutdown port
    enum class Daemon { Confirms, Refuses, IsSilent } daemon = Daemon::Confirms;
};

struct Cpms {
    static Cpms healthy(const lang::Site&, lang::Time start);
    void advance(lang::Time now, World&);
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&);
    void power_on(const lang::Host&, lang::Time, World&) {}
    std::optional<std::string> plant(const lang::Host&, std::string_view trouble, lang::Time, World&);
    static std::vector<std::string> troubles();
    void snapshot(std::map<std::string, std::string>& out) const;

  private:
    std::optional<Answer> command(CpmsServer&, const Invocation&);
    Answer shut_down(CpmsServer&, lang::Time now);
    /// Who serves behind the load balancer; null where none does, or where it has not followed.
    const CpmsServer* behind() const;

    std::map<std::string, CpmsServer> servers_;  ///< by the host's name
    std::string balanced_to_;                    ///< the host that the load balancer last passed on to
    std::optional<lang::Time> follows_;          ///< when it passes on to another one
    bool balancer_stays_ = false;                ///< planted
};

}  // namespace rehearsal
