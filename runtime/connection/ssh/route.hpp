// How a machine is reached: what the site says, over what ~/.ssh/config says.
#pragma once

#include "runtime/connection/ssh/client.hpp"
#include "runtime/connection/ssh/configuration/host_settings.hpp"

namespace runtime {

struct SshRoute {
    SshHandle handle;  ///< with all options set but the socket; none: `why` says why
    std::string why;
    bool out_of_time = false;  ///< what the configuration says was not told in time
    std::string host;          ///< to connect to
    int port = 22;
    std::string user;
    std::string jump;           ///< "user@host:port,…", nearest first; empty: none
    std::string proxy_command;  ///< for a shell; empty: none
    HostSettings settings;
    std::string usual_known_hosts;                           ///< the file that the user has where the configuration names none
    std::vector<HostKey> known;                              ///< what known_hosts says at a glance; empty: libssh reads the files itself
    std::shared_ptr<KnownHostsText> user_text, global_text;  ///< what it reads then, as long as it connects

    /// "acd-db1 (10.1.1.5)", with the port if it is not 22.
    std::string describe(const std::string& name) const;
    /// Its name in known_hosts.
    std::string known_name() const;
};

SshRoute find_route(SshClient&, const SshTarget&, Time until);

/// "user@host:port" at the end of a `jump`; "[fe80::1]:22" is one, too.
SshTarget last_hop(std::string_view jump);

}  // namespace runtime
