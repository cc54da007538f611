// Time and branches. All waiting goes through here: the real scheduler runs branches as threads, the simulated one
// (rehearsal/) runs exactly one at a time on virtual time.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "lang/model/value.hpp"

namespace runtime {

using lang::Duration;
using lang::Time;

/// When something must have ended. Saturates: a time so far away that it cannot be told is never, and never stays never.
class Deadline {
  public:
    static Deadline never() { return Deadline(Time::max()); }
    static Deadline after(Time now, Duration limit) { return Deadline(now).later_by(limit); }

    Deadline tighter(Deadline other) const { return Deadline(std::min(when_, other.when_)); }
    Deadline later_by(Duration more) const { return more > Time::max() - when_ ? never() : Deadline(when_ + more); }
    /// Nothing is left of a deadline that is over.
    Duration left(Time now) const { return is_never() ? Duration::max() : std::max(when_ - now, Duration(0)); }
    bool expired(Time now) const { return !is_never() && now >= when_; }
    /// What the scheduler and a person are given.
    Time time() const { return when_; }

  private:
    explicit Deadline(Time when) : when_(when) {}
    bool is_never() const { return when_ == Time::max(); }

    Time when_;
};

/// The two Ctrl-Cs. Set from a signal handler or its thread, read everywhere.
class Stop {
  public:
    enum class Level { Run = 0, NoNewAction = 1, StopWaiting = 2 };

    Stop();
    ~Stop();
    Stop(const Stop&) = delete;
    Stop& operator=(const Stop&) = delete;

    Level level() const { return static_cast<Level>(level_.load()); }
    bool no_new_action() const { return level() != Level::Run; }
    bool stop_waiting() const { return level() == Level::StopWaiting; }
    /// One level up, StopWaiting at most; the scheduler's `wake` must follow. Safe in a signal handler.
    void escalate();
    /// Back to Run, when what was stopped has ended and something else begins: the undos of an interrupted run.
    void rearm();
    /// Readable from StopWaiting on: whoever waits in poll(2) waits for this one as well. Only `rearm` reads from it.
    int descriptor() const { return descriptor_; }

  private:
    std::atomic<int> level_{0};
    int descriptor_;
};

class Scheduler {
  public:
    virtual ~Scheduler() = default;

    /// What durations and deadlines are reckoned by, and what stands at an event: it only ever goes on, as fast as time passes.
    virtual Time now() = 0;
    /// Returns at `when`, or as soon as `stop` has reached `level`, or at once if it is past.
    virtual void sleep_until(Time when, const Stop& stop, Stop::Level level) = 0;
    /// Runs all branches to their end, at most `max` at the same time (0: no limit). A branch must not throw.
    virtual void run_all(std::vector<std::function<void()>> branches, std::size_t max) = 0;
    /// Lets sleepers look at `stop` again. Callable from any thread.
    virtual void wake() = 0;
    /// Do branches really run at the same time? If not, nobody needs to lock.
    virtual bool concurrent() const = 0;
    /// What time it is, by the clock on the wall: read anew each time, so that one which is set while we run is believed from then on.
    /// Nothing is waited for by it.
    virtual Time wall() { return now(); }
    /// Goes on while the machine is suspended, too. Only differences of it mean anything.
    virtual Time uptime() { return now(); }
};

/// Threads, and the machine's clocks. `now` is the system clock at the beginning and is then counted on by a steady one: setting the
/// machine's time in the middle of a run moves no deadline. While the machine is suspended it stands still (CLOCK_MONOTONIC): what waits
/// has as much time left afterwards as before. `wall` is the system clock, or what a test gives for one.
std::unique_ptr<Scheduler> real_scheduler(std::function<Time()> wall = nullptr);

}  // namespace runtime
