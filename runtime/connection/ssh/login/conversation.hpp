// What a log-in asks a server, each question with a deadline, and what has come of the ways that were tried.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runtime/connection/ssh/route.hpp"

namespace runtime {

class LoginConversation {
  public:
    LoginConversation(SshClient& client, SshSession& session, SshSession::Lock& lock, const SshTarget& target, const SshRoute& route,
                      Time until)
        : client(client), session(session), target(target), route(route), until(until), lock_(lock) {}

    SshClient& client;
    SshSession& session;
    const SshTarget& target;
    const SshRoute& route;
    const Time until;

    /// "alice@10.1.1.5"
    std::string user_at_host() const;
    bool is_in() const { return in_; }
    bool is_out_of_time() const { return out_of_time_; }
    /// Is there nothing left to try?
    bool done() const { return in_ || out_of_time_ || session.lost(); }
    /// Does the server take this SSH_AUTH_METHOD? It tells so with its first refusal.
    bool takes(int method) const;
    /// The methods that it takes, in words.
    std::string methods() const;

    /// Carries out one question to the server, until it is no longer `again`; nothing where the time was up.
    std::optional<int> repeat(int again, const std::function<int()>& call);
    /// One that lets us in or does not. True if we are in.
    bool ask(const std::string& way, const std::function<int()>& call);
    /// Does the server want to see a signature of this key or certificate?
    bool wants(ssh_key key, const std::string& way);
    void was_let_in() { in_ = true; }

    /// A way that did not lead in, and why.
    void failed(const std::string& way, const std::string& why) { tried_.push_back(way + ": " + why); }
    /// The same, for what the last question was about.
    void failed_instead(const std::string& way, const std::string& why);
    /// All of them, in the order in which they were tried.
    std::string tried() const;

  private:
    SshSession::Lock& lock_;
    bool in_ = false;
    bool out_of_time_ = false;
    std::vector<std::string> tried_;
};

}  // namespace runtime
