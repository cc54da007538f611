// One jump host: its link, and the thread that carries bytes between the sockets on this side and the channels on the other.
#pragma once

#include <list>
#include <string>
#include <thread>
#include <vector>

#include "runtime/connection/ssh/link.hpp"

namespace runtime {

class SshJump {
  public:
    SshJump(SshClient& client, SshTarget target);
    ~SshJump();

    SshTunnel open(const std::string& host, int port, Time until);

  private:
    /// One connection that goes through.
    struct Forward {
        ssh_channel channel = nullptr;
        Descriptor socket;  ///< our end of the pair
        std::string host;
        int port = 0;
        std::shared_ptr<SshTunnel::Fate> fate;
        bool opened = false;
        bool ended = false;
        std::string to_remote, to_local;  ///< on their way, a piece at a time

        bool open(ssh_session);
        bool carry(ssh_session);
        bool send_remote(ssh_session);
        bool send_local();
        bool can_send() const;
        void fail(std::string why);
    };

    using Forwards = std::list<Forward>;

    void serve(SshSession&);
    bool take_requests(SshSession&, Forwards&);
    static bool carry_all(SshSession&, Forwards&);
    void wait_for_work(SshSession&, SshSession::Lock&, const Forwards&);

    SshSharedLink link_;
    std::mutex mutex_;  ///< of what follows
    std::vector<Forward> asked_for_;
    std::shared_ptr<SshSession> served_;  ///< by the thread; none once that link is lost
    bool closing_ = false;
    Descriptor wake_;  ///< the thread should look at the above
    std::jthread thread_;
};

}  // namespace runtime
