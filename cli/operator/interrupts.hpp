// Ctrl-C, SIGTERM and a closed terminal, as levels of runtime::Stop.
#pragma once

#include <csignal>
#include <functional>
#include <thread>
#include <vector>

#include "runtime/scheduler.hpp"

namespace cli {

/// Listens as long as it lives; then the signals do again what they did before; only a broken pipe goes on being told by the call that
/// found it. Each one is a level up. At most one at a time. Handlers, not a signal mask: a mask would be inherited by the commands that a
/// local connection starts.
class Interrupts {
  public:
    Interrupts(runtime::Stop&, runtime::Scheduler&, std::function<void(int level)> told);
    ~Interrupts();

  private:
    struct Before {
        int signal;
        struct sigaction action;
    };
    std::vector<Before> before_;
    int pipe_[2] = {-1, -1};
    std::thread thread_;
};

}  // namespace cli
