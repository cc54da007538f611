// A program that leads to a machine: what it reads and writes is the connection.
#pragma once

#include <mutex>
#include <string>
#include <thread>

#include "runtime/connection/child_process.hpp"

namespace runtime {

class ProxyCommand {
  public:
    /// `line` is for the user's shell, which is replaced by the command, as ssh has it.
    explicit ProxyCommand(const std::string& line);
    ~ProxyCommand();
    ProxyCommand(const ProxyCommand&) = delete;
    ProxyCommand& operator=(const ProxyCommand&) = delete;

    /// Our end of the connection; none where nothing could be started. May be taken once.
    Descriptor take_socket() { return std::move(ours_); }
    /// What has become of it, for who tells that the connection has failed: "exited with 255, and says: no route to host". Waits a moment
    /// for an end that is on its way, once; nothing it says later is told.
    std::string account();

  private:
    void listen();
    /// False at the end of what it says.
    bool hear();

    Descriptor ours_, said_, wake_;
    std::string last_words_;  ///< of the listener until that has ended
    std::optional<std::string> account_;
    std::optional<std::string> why_not_;
    std::jthread listener_;
    std::optional<ChildProcess> child_;  ///< goes first: then nothing is said any more
};

}  // namespace runtime
