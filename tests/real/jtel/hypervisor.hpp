// What switches the machines of a site on and off: `virsh` asks it, and what is real and what is simulated of a machine go together.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "rehearsal/serve/client.hpp"
#include "tests/real/daemon.hpp"

namespace real {

/// How fast a site that is simulated goes on, and since when.
struct Pace {
    double speed = 60;
    lang::Time since = std::chrono::floor<lang::Duration>(std::chrono::system_clock::now());

    lang::Time now_there() const;
    /// For the stand-ins: PROCRUN_SPEED and PROCRUN_SINCE.
    std::map<std::string, std::string> environment() const;
};

/// The real half of a machine.
struct Power {
    std::function<void()> on;
    std::function<bool()> is_off;
};

class Hypervisor {
  public:
    /// Answers `virsh domstate NAME` and `virsh start NAME` at `socket`, in the words of rehearsal/serve/server.hpp. The simulated half of
    /// each machine, in the site at `site_socket`, is switched off and on with the real one.
    Hypervisor(const std::string& socket, const std::string& site_socket, const Pace& pace, std::map<std::string, Power> machines);
    Hypervisor(const Hypervisor&) = delete;
    /// Before the machines go: from then on nobody looks at them.
    void stop() { thread_ = {}; }

  private:
    void serve(const std::stop_token& stop);
    rehearsal::Message answer(const rehearsal::Message& request);
    void follow_power();
    void power_on(const std::string& name);
    void tell_site(const std::string& line);

    const Pace pace_;
    std::map<std::string, Power> machines_;
    std::map<std::string, bool> simulated_off_;
    rehearsal::RemoteSite site_;
    runtime::Descriptor listener_;
    std::jthread thread_;
};

}  // namespace real
