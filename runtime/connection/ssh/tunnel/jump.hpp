// Jump hosts: a machine behind another one is reached through a forwarded channel of the link to that one.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "runtime/connection/descriptor.hpp"
#include "runtime/scheduler.hpp"

namespace runtime {

struct SshClient;
struct SshTarget;
class SshJump;

/// A socket that leads to a machine behind a jump host.
struct SshTunnel {
    /// Filled in when the tunnel could not be made or broke down; the socket then ends.
    struct Fate {
        std::mutex mutex;
        std::string why;
    };
    Descriptor socket;  ///< none: `fate->why` says why
    std::shared_ptr<Fate> fate = std::make_shared<Fate>();
    bool out_of_time = false;

    std::string why() const;
};

/// The jump hosts of a run. One link to each, however many machines are behind it.
class SshJumps {
  public:
    explicit SshJumps(SshClient& client);
    ~SshJumps();

    /// `jump` is "user@host:port,…", nearest first: the last one opens the connection to `host`. Returns as soon as the link to that one
    /// is there; whether `host` answers is seen at the socket.
    SshTunnel open(const std::string& jump, const SshTarget& target, const std::string& host, int port, Time until);

  private:
    SshClient& client_;
    std::mutex mutex_;
    std::map<std::string, std::unique_ptr<SshJump>> jumps_;
};

}  // namespace runtime
