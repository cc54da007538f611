// Linux machines on one machine: systemd, really PID 1, in pid, mount, cgroup, ipc and uts namespaces; sshd is one of its units.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "runtime/host/ssh.hpp"
#include "tests/parts/daemon.hpp"
#include "tests/support/sshd.hpp"

namespace parts {

/// Shares the root file system with this machine (read-only), and its network: its sshd has a loopback address of its own. It sees
/// no units but its own and the targets that systemd itself needs to boot, restart and power off.
class Machine {
  public:
    /// What is missing here to run one: root, cgroup2, namespaces, systemd. Nothing where all is there.
    static std::optional<std::string> why_not();

    /// Off, until `power_on`. `units` is file name and text.
    Machine(support::SshHome& home, std::string name, const std::map<std::string, std::string>& units);
    ~Machine();
    Machine(const Machine&) = delete;

    /// Returns when sshd listens.
    void power_on();
    /// Without a word to anybody.
    void cut_power();
    bool is_off();
    /// It keeps its memory and its open connections, and does nothing: what a machine looks like whose storage is gone.
    void freeze(bool frozen);

    /// Started at boot from now on.
    void enable(const std::string& unit);
    /// Somebody does not want it ever to start.
    void mask(const std::string& unit);
    /// What it says, asked behind the back of sshd: `{"is-active", "sshd"}`.
    std::string systemctl(const std::vector<std::string>& words);

    /// As a site file would name it.
    lang::Host host() const;
    const std::string& name() const { return name_; }
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

}  // namespace parts
