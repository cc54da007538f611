// The ssh-agent, which may be slow, silent, or gone.
#pragma once

#include <libssh/libssh.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include "runtime/connection/descriptor.hpp"
#include "runtime/connection/ssh/trust/offer.hpp"

namespace runtime {

/// Stands between libssh and the agent while it lives. libssh waits for each answer of an agent for ever: what it waits for is therefore a
/// socket of ours, which ends where the time is up or we are told to end, however far the agent has come.
class SshAgent {
  public:
    /// Speaks with the agent at `socket`, a path, until `until` or a second Ctrl-C. The session and the offer must outlive this, and nobody
    /// else may use the session's agent, nor the offer.
    SshAgent(ssh_session session, const std::string& socket, AgentOffer&, Time until, Scheduler&, const Stop&);
    ~SshAgent();
    SshAgent(const SshAgent&) = delete;
    SshAgent& operator=(const SshAgent&) = delete;

    /// Why it cannot be asked at all, in a few words.
    const std::optional<std::string>& why_not() const { return why_not_; }
    /// Was a question left without an answer?
    bool is_silent() const { return silent_; }

  private:
    Descriptor connect(const std::string& path, Time until);
    void relay(Time until);

    ssh_session session_;
    AgentOffer& offer_;
    Scheduler& scheduler_;
    const Stop& stop_;
    std::optional<std::string> why_not_;
    std::atomic<bool> silent_ = false;
    Descriptor agent_;
    Descriptor ours_;    ///< the relay's end of the pair
    Descriptor theirs_;  ///< libssh's
    std::jthread thread_;
};

}  // namespace runtime
