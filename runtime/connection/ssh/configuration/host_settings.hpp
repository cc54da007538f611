// What the configuration of ssh says of one host, the site's own words aside.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/connection/ssh/trust/known_hosts.hpp"
#include "runtime/scheduler.hpp"

namespace runtime {

/// A setting that procrun does not do, and what a person can do instead.
struct SshRemedy {
    enum class When {
        Always,    ///< nothing is connected to
        Reach,     ///< told where the machine cannot be reached
        HostKey,   ///< told where its host key is not known
        Login,     ///< told where it does not let us in
        Kerberos,  ///< told where it does not let us in and would take a ticket
    };
    When when = When::Login;
    std::string text;
};

/// Names as OpenSSH has them, with commas between; empty: as libssh has them.
struct SshAlgorithms {
    std::string ciphers, macs, key_exchanges, host_keys, keys;
    bool compression = false;
    int smallest_rsa = 0;  ///< in bits; 0: as libssh has it
};

struct HostSettings {
    std::string host;  ///< to connect to
    int port = 22;
    std::string user;
    std::string jump;                     ///< "user@host:port,…", nearest first; empty: none
    std::string proxy_command;            ///< with its tokens; empty: none
    std::string known_as;                 ///< the name in known_hosts, without a port; empty: that of the host
    std::vector<std::string> identities;  ///< key files in their order, the usual ones where no other is named
    std::vector<std::string> certificates;
    bool only_identities = false;  ///< of an agent only the keys of these files
    std::string agent;             ///< its socket; empty: none, and `why_no_agent` says why
    std::string why_no_agent;
    bool keys = true, passwords = true, dialogues = true;  ///< may be tried
    bool asks = true;                                      ///< a person may be asked for a password
    KnownHosts::Files known_hosts;
    std::optional<Duration> connect_timeout;
    SshAlgorithms algorithms;
    std::vector<SshRemedy> remedies;

    /// The agent that an IdentityAgent names, in whatever way; empty: the usual one.
    void take_agent(const std::string& named);
    /// What is to be told at this point, each as a sentence of its own behind a blank.
    std::string told(SshRemedy::When) const;
    /// One of the files that ssh tries where it is told nothing.
    static bool is_usual(const std::string& identity);
};

}  // namespace runtime
