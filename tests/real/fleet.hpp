// Many hosts behind few sshds: each is a loopback address, and finds its own programs first.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lang/model/site.hpp"
#include "tests/real/daemon.hpp"
#include "tests/support/sshd.hpp"

namespace real {

/// Hosts that need no system of their own. Which one a command is sent to is told by the address that it came in at: its PATH begins
/// with a folder of the host's own, and PROCRUN_HOST has its name.
class Fleet {
  public:
    /// `environment` is set on every host.
    Fleet(support::SshHome& home, std::vector<std::string> names, const std::map<std::string, std::string>& environment = {});
    Fleet(const Fleet&) = delete;

    /// A program that this host finds before the system's: a script, beginning with `#!`.
    void put_program(const std::string& host, const std::string& program, const std::string& script);

    /// As a site file would name it.
    lang::Host host(const std::string& name) const;
    const std::vector<std::string>& names() const { return names_; }
    std::size_t daemons() const { return daemons_.size(); }

  private:
    std::string settings(std::size_t first, std::size_t last, const std::map<std::string, std::string>& environment) const;

    const std::vector<std::string> names_;
    support::SshHome& home_;
    Folder folder_;
    int port_ = 0;
    std::map<std::string, std::string> addresses_;
    std::vector<std::unique_ptr<Daemon>> daemons_;
};

}  // namespace real
