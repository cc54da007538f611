// The machines themselves: power, booting, reachability, and the hypervisors that switch them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/core/answer.hpp"
#include "rehearsal/trouble.hpp"

namespace rehearsal {

enum class Power {
    Off,
    Booting,   ///< answers nothing yet; connections are refused
    On,        ///< its services were started, log-in works
    Stopping,  ///< ends its services; new connections are refused, running ones break
};

struct Machine {
    Power power = Power::On;
    lang::Time since{};                    ///< when `power` became so
    std::optional<lang::Time> until = {};  ///< when booting or stopping ends
    bool restarts = false;                 ///< boots again when it has stopped
    int boots = 1;                         ///< how often it was started: a new boot id each time
    bool does_not_boot = false;            ///< injected: stays in Booting for ever
    bool unreachable = false;              ///< injected: runs, but nobody can log in
    bool is_silent = false;                ///< injected: runs, and says nothing to us any more, also where a link is open
};

struct Machines {
    /// All machines of the site, switched on an hour before `start`.
    static Machines healthy(const lang::Site&, lang::Time start);

    /// Ends what is due: a boot (the systems' `power_on` follows), a shutdown (`power_off`).
    void advance(lang::Time now, World&);
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&) {}
    void power_on(const lang::Host&, lang::Time, World&) {}
    std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, World&, Fault = Fault::Begins);
    static TroublesOf troubles();
    void snapshot(std::map<std::string, std::string>& out) const;

    const Machine& operator[](const lang::Host&) const;
    /// Does it run, so that its services work? (A machine that nobody can log in to may still run.)
    bool is_on(const lang::Host& host) const { return (*this)[host].power == Power::On; }
    /// How a log-in would go: nothing where it works.
    enum class Refusal {
        NoRoute,
        ConnectionRefused,
        Silence,  ///< not a word, on links that are open neither
    };
    std::optional<Refusal> refusal(const lang::Host&) const;

    void start(const lang::Host&, lang::Time);
    void shut_down(const lang::Host&, lang::Time, bool restart);
    void destroy(const lang::Host&, lang::Time, World&);
    void silence(const lang::Host&, bool silent);  ///< and lets it speak again

  private:
    Machine& at(const lang::Host&);
    std::optional<Answer> virsh(const Invocation&, World&);

    std::map<std::string, Machine> machines_;  ///< by name, so that every walk over them has one order
    /// Those that may be about to boot or to stop, in the order of the site.
    std::map<std::size_t, const lang::Host*> moving_;
    std::map<std::string, std::size_t> order_;
};

/// What /proc/sys/kernel/random/boot_id says after the machine's n-th start.
std::string boot_id(const lang::Host&, int boots);

}  // namespace rehearsal
