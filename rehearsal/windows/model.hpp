// The services of the Windows machines, as the Service Control Manager keeps them.
//
// Which services a machine has follows from the site: the fact `services` lists them (started at boot); the fact `daemon` names one
// that runs on one machine at a time and is started by hand: the first machine of the site with that daemon has it running.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/core/answer.hpp"
#include "rehearsal/trouble.hpp"

namespace rehearsal {

struct Service {
    enum class State { Stopped = 1, StartPending = 2, StopPending = 3, Running = 4 };  ///< the numbers are Windows' own
    enum class StartMode { Automatic = 2, Manual = 3, Disabled = 4 };

    std::string name;     ///< "jtelPlatformUDPListener"
    std::string display;  ///< "jtel Platform UDP Listener"
    State state = State::Running;
    StartMode mode = StartMode::Automatic;
    lang::Time since{};
    std::optional<lang::Time> until;  ///< when a pending state ends
    std::optional<State> then;        ///< Running or Stopped: an order that waits for `until`
    int exit_code = 0;                ///< Win32ExitCode; 1077: not started since boot
    int starts = 1;                   ///< how often it was started; its process id follows from it
    bool fails = false;               ///< injected: every further start ends in Stopped, with an exit code
};

struct Windows {
    static Windows healthy(const lang::Site&, lang::Time start);
    void advance(lang::Time now, World&);
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&);
    void power_on(const lang::Host&, lang::Time, World&);
    std::string mend(const lang::Host&, std::string_view kind, std::string_view name, const Windows& healthy);
    std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, World&, Fault = Fault::Begins);
    static TroublesOf troubles();
    void snapshot(std::map<std::string, std::string>& out) const;

    std::optional<std::string> unnamed(const Invocation&, const World&) const;

    /// Does any service run, or still end? Then the machine is a client of the database.
    bool is_serving(const lang::Host&) const;
    /// Is there a service of this name, or one that is displayed by it?
    bool has(const lang::Host&, std::string_view name) const;

  private:
    Service* find(const lang::Host&, std::string_view name);
    Answer sc(const Invocation&);
    std::optional<Answer> powershell(const Invocation&);

    std::map<std::string, std::vector<Service>> machines_;  ///< by the host's name; Windows machines only
    std::set<std::string> moving_;                          ///< of them: those on which a service may be about to start or to stop
};

/// Windows' numbers for what a start or a stop is refused with.
enum class ControlError { None = 0, AlreadyRunning = 1056, Disabled = 1058, NotAccepting = 1061, NotStarted = 1062 };
/// An order to a service; one that is given while a start or a stop is pending is carried out when that has ended.
ControlError order_start(const lang::Host&, Service&, lang::Time now);
ControlError order_stop(const lang::Host&, Service&, lang::Time now);

/// The service that a command line of sc.exe or a script of winsvc is about.
std::optional<std::string> asked_service(const Invocation&);

/// The process id that a service shows; 0 where it has none.
int process_id(const lang::Host&, const Service&);

}  // namespace rehearsal
