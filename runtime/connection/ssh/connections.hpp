// Hosts with `via ssh`, on libssh: no program is started for them, not even for jump hosts.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/connection/stream.hpp"

namespace runtime {

/// Asks the person for a password or passphrase; nothing where nobody can answer.
using AskSecret = std::function<std::optional<std::string>(const std::string& prompt)>;
/// The bytes of a secret of the site as a Secret, or unknown with the reason.
using FetchSecret = std::function<lang::Value(std::string_view name)>;

struct SshSettings {
    std::string directory = {};                 ///< of configuration, keys and known_hosts; empty: ~/.ssh
    std::string openssh = "ssh";                ///< the program that tells what the configuration says; empty, or none: libssh reads it
    Duration quiet = std::chrono::seconds{15};  ///< after this long without a byte a host is asked whether it is still there,
    Duration dead = std::chrono::seconds{45};   ///< and after this long its link is given up: a machine that is switched off says nothing
};

/// Connections over SSH. Each host has one link, made at first use, used by all branches and kept for the run; each command has a
/// channel of its own on it, at most ten at a time, as sshd allows. A link that was lost is made anew for the next command; a command
/// is never sent twice.
///
/// How a host is reached is what `ssh -G` says of it, asked once a host and process; where no OpenSSH is installed, what libssh reads in
/// ~/.ssh/config and /etc/ssh/ssh_config. What the site says wins. A ProxyCommand runs as long as the link that it carries. Which keyword
/// counts in what way: configuration/keywords.hpp.
///
/// Its host key must stand in known_hosts: one that is unknown, changed or revoked is refused with a message that says what to do.
///
/// Logging in: with the site's key and password if it names any; else with the key that the last host took, the agent's keys, the files
/// that the configuration names or the usual ones, and at last with a password that a person is asked for. A passphrase is asked for once
/// a key, and not where the agent has it. Before a key come its user certificates. An agent that does not answer gets half of the time
/// that is left, 15 seconds at most.
///
/// Scheduler and stop must outlive the connections.
ConnectionFactory ssh_connections(Scheduler&, const Stop&, AskSecret, FetchSecret, SshSettings = {});

}  // namespace runtime
