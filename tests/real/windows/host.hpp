// Windows hosts on this machine: Wine's service manager, with services of the tests' own, behind an SSH server.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lang/model/site.hpp"
#include "tests/real/daemon.hpp"
#include "tests/support/sshd.hpp"

namespace real {

/// A service as it is installed.
struct WindowsService {
    enum class Start { Automatic = 2, Demand = 3, Disabled = 4 };
    std::string name;
    std::string display_name = {};  ///< empty: the name
    Start start = Start::Demand;
    int exit_code = 0;  ///< if not 0, it does not get up and stops with this code of its own
};

/// There is no PowerShell on it, but for one question: when it was booted. `sc.exe` and `shutdown.exe` are the tests' own, with Microsoft's
/// output and exit codes.
class WindowsHost {
  public:
    /// What is missing here to run one: Wine, mingw, namespaces. Nothing where all is there.
    static std::optional<std::string> why_not();

    /// Off, until `power_on`.
    WindowsHost(support::SshHome& home, std::string name, const std::vector<WindowsService>& services);
    ~WindowsHost() { cut_power(); }
    WindowsHost(const WindowsHost&) = delete;

    /// Returns when its SSH server listens.
    void power_on();
    /// Without a word to anybody.
    void cut_power();
    bool is_off() { return !power_ || power_->has_ended(); }

    /// From now on this service stays in StartPending or StopPending, when it gets there, until it is released.
    void hold_start(const std::string& service) { support::write_file(held(service, "start"), ""); }
    void hold_stop(const std::string& service) { support::write_file(held(service, "stop"), ""); }
    void release(const std::string& service);

    /// As a site file would name it.
    lang::Host host() const;

  private:
    std::string held(const std::string& service, const std::string& what) const {
        return folder_ / ("windows/drive_c/parts/" + service + "." + what);
    }
    void install(const std::vector<WindowsService>& services) const;

    const std::string name_;
    support::SshHome& home_;
    Folder folder_{PROCRUN_WINDOWS "/hosts"};  ///< beside the template: its files are links
    std::string address_ = next_address();
    int port_ = Listener(address_).port();  // free a moment ago
    std::unique_ptr<Daemon> power_;
};

}  // namespace real
