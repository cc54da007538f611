// The one link to a machine that several branches want at the same time.
#pragma once

#include <future>

#include "runtime/connection/ssh/client.hpp"

namespace runtime {

/// One branch makes the link, the others wait for what comes of it.
class SshSharedLink {
  public:
    SshSharedLink(SshClient& client, SshTarget target) : client_(client), target_(std::move(target)) {}

    /// The link there is, or a new one where there is none, where it was lost, or where it was retired.
    SshLink get(Time until);
    void forget();
    const SshTarget& target() const { return target_; }

  private:
    SshClient& client_;
    SshTarget target_;
    std::mutex mutex_;
    std::shared_ptr<SshSession> session_;
    std::shared_future<SshLink> attempt_;
};

}  // namespace runtime
