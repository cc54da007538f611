// Linux machines on one machine: systemd, really PID 1, in pid, mount, cgroup, ipc and uts namespaces; sshd is one of its units.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "runtime/connection/ssh/connections.hpp"
#include "tests/real/daemon.hpp"
#include "tests/support/sshd.hpp"

namespace real {

/// Shares the root file system with this machine (read-only), and its network: its sshd has a loopback address of its own. It sees
/// no units but its own and the targets that systemd itself needs to boot, restart and power off.
class Machine {
  public:
    /// What is missing here to run one: root, cgroup2, namespaces, systemd. Nothing where all is there.
    static std::optional<std::string> why_not();

    /// Off, until `power_on`. `units` is file name and text; `environment` is what sshd gives to every command.
    Machine(support::SshHome& home, std::string name, const std::map<std::string, std::string>& units = {},
            const std::map<std::string, std::string>& environment = {});
    ~Machine();
    Machine(const Machine&) = delete;

    /// Returns when sshd listens.
    void power_on();
    /// Without a word to anybody.
    void cut_power();
    bool is_off();
    /// It keeps its memory and its open connections, and does nothing: what a machine looks like whose storage is gone.
    void freeze(bool frozen);

    void add_unit(const std::string& unit, const std::string& text);
    /// A program that commands find before the system's, as a link to another one.
    void put_program(const std::string& program, const std::string& target);
    /// Started at boot from now on.
    void enable(const std::string& unit);
    /// Somebody does not want it ever to start.
    void mask(const std::string& unit);
    /// What a program in it prints, asked behind the back of sshd; without the last line end.
    std::string run(const std::vector<std::string>& words);
    std::string systemctl(std::vector<std::string> words);

    /// As a site file would name it.
    lang::Host host() const;
    const std::string& name() const { return name_; }
    const std::string& address() const { return address_; }
    /// A place that both the machine and the test can write.
    std::string file(const std::string& name) const { return folder_ / (name_ + "/" + name); }
    std::string folder() const { return folder_ / name_; }

  private:
    std::string own_cgroup() const;
    void remove_cgroup() const;

    const std::string name_;
    support::SshHome& home_;
    Folder folder_;
    std::string address_ = next_address();
    int port_ = Listener(address_).port();  // free a moment ago
    std::unique_ptr<Daemon> power_;
};

}  // namespace real
