// The one link to a machine that several branches want at the same time.
#pragma once

#include <future>

#include "runtime/connection/ssh/client.hpp"

namespace runtime {

/// One branch makes the link, the others wait for what comes of it.
class SshSharedLink {
  public:
    enum class For { Commands, Tunnels };

    /// A link for commands has proved its log-in shell; who only passes others on may have none.
    SshSharedLink(SshClient& client, SshTarget target, For use) : client_(client), target_(std::move(target)), use_(use) {}

    /// The link there is, or a new one where there is none, where it was lost, or where it was retired.
    SshLink get(Time until);
    void forget();
    const SshTarget& target() const { return target_; }

  private:
    std::optional<SshLink> usable() const;
    SshLink make(std::shared_ptr<SshSession> there_is, Time until);

    SshClient& client_;
    SshTarget target_;
    For use_;
    std::mutex mutex_;
    std::shared_ptr<SshSession> session_;
    std::shared_future<SshLink> attempt_;
};

}  // namespace runtime
