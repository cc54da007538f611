// Ctrl-C, SIGTERM and a closed terminal, as levels of runtime::Stop.
#pragma once

#include <functional>
#include <string_view>

#include "runtime/scheduler.hpp"

namespace cli {

/// Hears the signals that come while it lives, each of them a level up. At most one at a time.
///
/// One rule, from `listen` or the first of these on to the end of the process: no signal meets its default action because it came between
/// two who hear. It is remembered, and the first thing that the next one hears. Only a second one that comes while nobody hears ends the
/// process: who asks twice is not kept waiting by what is done in between.
/// A SIGHUP that was ignored before us (nohup) stays so. Handlers, not a signal mask: a mask would be inherited by the commands that a
/// local connection starts.
class Interrupts {
  public:
    Interrupts(runtime::Stop&, runtime::Scheduler&, std::function<void(int level)> told);
    ~Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    static void listen();
    /// Has one come since we listen, whoever heard it?
    static bool any();
    /// Has one come that nobody has heard yet?
    static bool remembered();
    /// Has one come that means the process and not only what it does: SIGTERM, or SIGHUP?
    static bool to_end();
    /// What came last, as a person calls it: "Ctrl-C", "SIGTERM", "SIGHUP". "Ctrl-C" where none came.
    static std::string_view newest();

  private:
    friend struct Listening;
    void hear();

    runtime::Stop& stop_;
    runtime::Scheduler& scheduler_;
    std::function<void(int level)> told_;
};

}  // namespace cli
