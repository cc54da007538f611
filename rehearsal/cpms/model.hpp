// CPMS with its software failover: two configuration servers (CFG), a user database on an NFS filer, a load balancer in front.
//
// The fact `role` says what a machine of such a site is: "master", "slave", "filer", or "service", the address that the customers use.
// A CFG server is one whose fact `monitor` is the port of its failover daemon, which runs as the unit that `unit` names. `startup` lists
// the ports of its services; the scripts start_PORT.sh and stop_PORT.sh in the folder `scripts` start and stop them. The user database is
// mounted at `userdb`.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/core/answer.hpp"
#include "rehearsal/trouble.hpp"

namespace rehearsal {

struct CpmsServer {
    std::string role = {};
    int monitor = 0;
    std::string daemon = {};  ///< the unit of its failover daemon
    std::string scripts = {}, userdb = {};
    std::set<int> services = {};                   ///< the ports of all that it has
    std::set<int> open = {};                       ///< the ports that answer
    std::map<int, lang::Time> opens = {};          ///< a script has started the service: when it answers
    bool has_userdb = false;                       ///< mounted
    std::optional<lang::Time> lets_go = {};        ///< when all that its daemon shuts down is down
    bool hangs = false;                            ///< injected: its services take connections and say nothing
    enum class Word { Ok, Refusal, None } word{};  ///< injected: what its daemon says to a shutdown, which it carries out only with Ok
    bool keeps_userdb = false;                     ///< injected: cannot be unmounted
    int fails = 0;                                 ///< injected: the scripts of this port end with an error
};

struct Cpms {
    static Cpms healthy(const lang::Site&, lang::Time start);
    void advance(lang::Time now, World&);
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&);
    void power_on(const lang::Host&, lang::Time, World&) {}  // nothing of it starts at boot
    std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, World&, Fault = Fault::Begins);
    static TroublesOf troubles();
    void snapshot(std::map<std::string, std::string>& out) const;

  private:
    std::optional<Answer> at_server(CpmsServer&, const Invocation&, const World&);
    static std::optional<Answer> at_port(CpmsServer&, const Invocation&, bool daemon_runs);
    static Answer shut_down(CpmsServer&, lang::Time now);
    static std::optional<Answer> run_script(CpmsServer&, const Invocation&);
    static std::optional<Answer> mounts(CpmsServer&, const Invocation&);
    void follow(lang::Time now, const World&);

    std::map<std::string, CpmsServer> servers_;  ///< by the host's name
    std::string filer_, service_;                ///< the hosts of these roles
    bool filer_serves_ = true;
    std::string sent_to_ = {};                ///< the server to which the load balancer sends the customers
    std::optional<lang::Time> follows_ = {};  ///< when it has noticed that another one serves
    bool stays_ = false;                      ///< injected: it does not notice
};

}  // namespace rehearsal
