// What the configuration says where no OpenSSH is installed that could tell it: libssh reads the files.
#pragma once

#include "runtime/connection/ssh/client.hpp"
#include "runtime/connection/ssh/configuration/host_settings.hpp"

namespace runtime {

/// Reads ~/.ssh/config and /etc/ssh/ssh_config for the host that `session` is for, and leaves with the session what only libssh needs to
/// know, its algorithms. Nothing, or why the configuration cannot be used. Of several IdentityFile lines for one host the last counts, of
/// several CertificateFile lines the first; what libssh does not know is passed over.
std::optional<std::string> read_with_libssh(ssh_session session, const std::string& directory, const SshTarget&, HostSettings&);

/// What ProxyJump becomes inside libssh, an `ssh -W` of its own, back as "user@host:port,…"; nothing for another command.
std::optional<std::string> jump_of_proxy_command(std::string_view command);

}  // namespace runtime
