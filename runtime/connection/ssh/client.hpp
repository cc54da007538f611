// What the SSH links of a run share, and how one of them is made.
#pragma once

#include "runtime/connection/ssh/configuration/openssh.hpp"
#include "runtime/connection/ssh/connections.hpp"
#include "runtime/connection/ssh/session.hpp"
#include "runtime/connection/ssh/trust/keys.hpp"
#include "runtime/connection/ssh/trust/known_hosts.hpp"
#include "runtime/connection/ssh/tunnel/jump.hpp"

namespace runtime {

/// A machine to log in to, as the site says it.
struct SshTarget {
    std::string name;  ///< for messages
    std::string address;
    int port = 0;                       ///< 0: as the configuration says
    std::string user;                   ///< empty: as the configuration says
    std::string jump;                   ///< "user@host:port,…"; empty: as the configuration says
    std::string key;                    ///< a file; empty: as the configuration says
    std::string password;               ///< the name of a secret; empty: none
    std::vector<std::string> way = {};  ///< who is reached through this one: of a jump host, the addresses behind it
    lang::Os os = lang::Os::Linux;
};

struct SshClient {
    SshClient(Scheduler& scheduler, const Stop& stop, AskSecret ask, FetchSecret secret, SshSettings);

    Scheduler& scheduler;
    const Stop& stop;
    FetchSecret secret;
    SshSettings settings;  ///< with the directory filled in
    OpenSsh openssh;
    SshKeys keys;
    KnownHosts known_hosts;
    SshJumps jumps;

    /// Asks the person, one question at a time.
    std::optional<std::string> ask(const std::string& prompt);
    /// The answer to a question that the same machine asks again after it was started anew.
    std::optional<std::string> password_for(const std::string& user_at_host);
    void forget_password(const std::string& user_at_host);

  private:
    std::mutex asking_;
    AskSecret ask_;
    std::map<std::string, std::optional<std::string>> passwords_;
};

/// A link that is logged in, or why there is none.
struct SshLink {
    std::shared_ptr<SshSession> session;
    std::string why;
    bool out_of_time = false;        ///< somebody with more time may try again
    bool would_not_have_us = false;  ///< the machine is there, and has refused us
    LoginShell shell = {};           ///< of a link for commands: as it has proved itself
    std::vector<Reply> asked = {};   ///< what it was asked for that, by who made the link
};

/// Connects and logs in. A server that turns us away before it has said who it is (too many at once are logging in) is tried again
/// after a while.
SshLink connect_ssh(SshClient&, const SshTarget&, Time until);

}  // namespace runtime
