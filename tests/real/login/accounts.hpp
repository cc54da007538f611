// Accounts of many kinds behind a real sshd, with the real sudo: they are there for that sshd and what it starts, and for nobody else.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lang/model/site.hpp"
#include "tests/real/daemon.hpp"
#include "tests/support/sshd.hpp"

namespace real {

struct Account {
    std::string name;
    std::string shell = "/bin/bash";
    std::map<std::string, std::string> files = {};  ///< in its home: ".bashrc"
    std::string key_options = {};                   ///< before its key: `command="…"`
    std::string sudoers = {};                       ///< lines about it
    std::string ages = "19000:0:99999:7:::";        ///< of its password and of itself, as shadow(5) has them
};

/// The password of every account.
inline constexpr const char* account_password = "right";

class Accounts {
  public:
    /// Why there can be none on this machine; nothing where there can.
    static std::optional<std::string> why_not();
    /// Is there such a shell?
    static bool has(const std::string& shell);

    /// `settings`: lines for sshd_config; of two for the same setting the first one counts.
    Accounts(support::SshHome&, const std::vector<Account>&, const std::string& settings = {});

    /// As a site file would name it; its name is the account's.
    lang::Host host(const std::string& account) const;
    /// `host NAME { … }` for a site file.
    std::string in_site(const std::string& account, const std::string& more = {}) const;
    /// What sshd has said.
    std::string log() const { return support::read_file(folder_ / "log"); }
    std::string home(const std::string& account) const { return folder_ / ("home/" + account); }
    int port() const { return port_; }
    const std::string& address() const { return address_; }

  private:
    support::SshHome& home_;
    Folder folder_;
    std::string address_ = next_address();
    int port_ = 0;
    std::unique_ptr<Daemon> sshd_;
};

/// Says so where they cannot.
bool accounts_can_be_made();

}  // namespace real
