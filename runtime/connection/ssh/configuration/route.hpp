// How a machine is reached: what the site says, over what ~/.ssh/config says.
#pragma once

#include "runtime/connection/ssh/client.hpp"

namespace runtime {

struct SshRoute {
    SshHandle handle;  ///< with all options set but the socket; none: `why` says why
    std::string why;
    std::string host;  ///< to connect to, and the name in known_hosts
    int port = 22;
    std::string user;
    std::string jump;         ///< "user@host:port,…", nearest first; empty: none
    std::string identity;     ///< the key file that the configuration names first
    std::string certificate;  ///< the CertificateFile that it names first; empty: none
    std::string agent;        ///< the agent's socket; empty: none
    KnownHosts::Files files;
    std::string usual_known_hosts;  ///< the file that the user has where the configuration names none
    std::vector<HostKey> known;     ///< what known_hosts says at a glance; empty: libssh reads the files itself

    /// "acd-db1 (10.1.1.5)", with the port if it is not 22.
    std::string describe(const std::string& name) const;
};

SshRoute find_route(SshClient&, const SshTarget&);

/// "user@host:port" at the end of a `jump`; "[fe80::1]:22" is one, too.
SshTarget last_hop(std::string_view jump);

/// What ProxyJump becomes inside libssh, an `ssh -W` of its own, back as "user@host:port,…"; nothing for another command.
std::optional<std::string> jump_of_proxy_command(std::string_view command);

}  // namespace runtime
