// Virtual time: branches are threads of which exactly one runs, in an order that a seed sets; when all wait, the clock jumps.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <utility>
#include <vector>

#include "runtime/scheduler.hpp"

namespace rehearsal {

/// When a rehearsal begins, unless told otherwise: 2026-03-01 22:00:00 UTC.
inline constexpr lang::Time first_moment{std::chrono::sys_days{std::chrono::March / 1 / 2026} + std::chrono::hours{22}};

/// Same seed, same program: same order of everything. The thread that made it is the first branch.
class SimulatedScheduler final : public runtime::Scheduler {
  public:
    struct Settings {
        lang::Time start = first_moment;
        std::uint64_t seed = 1;
        double speed = 0;  ///< virtual seconds a real second; 0: as fast as it goes
    };
    SimulatedScheduler();
    explicit SimulatedScheduler(Settings);

    lang::Time now() override;
    void sleep_until(lang::Time when, const runtime::Stop&, runtime::Stop::Level) override;
    void run_all(std::vector<std::function<void()>> branches, std::size_t max) override;
    void wake() override;
    bool concurrent() const override { return false; }

  private:
    struct Branch;
    struct Gathering;
    using Sleeping = std::map<std::pair<lang::Time, std::uint64_t>, Branch*>;  ///< by when they wake, and by their number
    using Lock = std::unique_lock<std::mutex>;

    void work(Branch&, Gathering&);
    void pass_baton(Lock&);
    void await_turn(Branch&, Lock&);
    void make_ready(Branch&);
    void wake_due();
    Sleeping::iterator end_sleep(Sleeping::iterator);
    void jump(lang::Time to, Lock&);

    const double speed_;
    std::mutex mutex_;
    lang::Time now_;
    std::mt19937_64 random_;
    struct StopSeen {
        runtime::Stop::Level level;
        std::size_t sleepers = 0;
    };
    // The next one is found without a look at all of them: there may be thousands.
    std::vector<Branch*> ready_;  ///< in the order of their making
    Sleeping sleeping_;
    std::map<const runtime::Stop*, StopSeen> stops_;  ///< that may end a sleep, as they were when last seen
    std::uint64_t made_ = 0;
    std::shared_ptr<Branch> first_;
    Branch* running_;                ///< holds the baton
    std::condition_variable woken_;  ///< for whoever passes the clock on at a limited speed
};

}  // namespace rehearsal
