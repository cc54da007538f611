// One SSH link: libssh's session, who may touch it, and how to wait for it.
#pragma once

#include <libssh/libssh.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "runtime/connection/descriptor.hpp"
#include "runtime/connection/ssh/connections.hpp"
#include "runtime/shell/login.hpp"

namespace runtime {

class ProxyCommand;

struct CloseSession {
    void operator()(ssh_session session) const {
        // ssh_disconnect would leave a socket open that we brought along, and close another that broke: this one closes both.
        ssh_silent_disconnect(session);
        ssh_free(session);
    }
};
using SshHandle = std::unique_ptr<ssh_session_struct, CloseSession>;

/// A session used by several branches. libssh is touched only under the lock. Of the branches that wait, one listens to the network
/// and lets libssh take apart what comes, for all; the others sleep until it says that something has come. So a branch that is alone
/// costs no thread and no hand-over.
class SshSession {
  public:
    using Lock = std::unique_lock<std::mutex>;

    /// `proxy`: the program that the connection goes through, if one does; it ends with the session.
    SshSession(SshHandle, const SshSettings&, Scheduler&, const Stop&, std::unique_ptr<ProxyCommand> proxy = nullptr);
    ~SshSession();

    [[nodiscard]] Lock lock() { return Lock(mutex_); }
    ssh_session raw() const { return handle_.get(); }

    /// Asks `done` again whenever something has come, giving up the lock in between. False at `until` or at a second Ctrl-C.
    bool wait(Lock&, Time until, const std::function<bool()>& done);

    /// For the calls of libssh that say `again` where they would block; nothing where the time was up.
    std::optional<int> repeat(Lock&, Time until, int again, const std::function<int()>& call);

    /// To say, under the lock, that something has changed which no packet tells of.
    void notify();

    bool lost() const;
    /// In libssh's words, or in ours, with what the program says that the connection went through.
    std::string why_lost() const;

    /// What has become of the program that the connection goes through, with what it says; empty where there is none.
    std::string proxy_account();

    /// The keys are agreed on and we are logged in: from now on a peer that falls silent is asked whether it is still there.
    void keep_alive() { keep_alive_ = true; }

    int channels = 0;                 ///< in use by us; under the lock
    int given_up = 0;                 ///< commands that may still run, and take a channel from us as long as they do; under the lock
    bool retired = false;             ///< no new commands on this one; under the lock
    std::optional<LoginShell> shell;  ///< that has proved itself; nothing where it has yet to; under the lock

  private:
    void listen(Lock&, Time until);
    void wake_listener();
    void check_alive();
    bool sending() const;  ///< libssh has bytes to write, or has just written some and waits to hear that more would go

    std::unique_ptr<ProxyCommand> proxy_;  ///< goes after the connection: one that sees the end leaves by itself
    SshHandle handle_;
    const Duration quiet_, dead_;
    Scheduler& scheduler_;
    const Stop& stop_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool listening_ = false;  ///< somebody is in poll(2)
    Descriptor wake_;         ///< ends that poll: another branch took packets that the listener waits for, or has something to send
    ssh_counter_struct traffic_{};
    bool keep_alive_ = false;
    Time heard_{};  ///< when the last bytes came
    Time asked_{};
    bool silent_ = false;  ///< it did not answer
};

}  // namespace runtime
