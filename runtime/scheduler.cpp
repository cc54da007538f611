#include "runtime/scheduler.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <system_error>
#include <thread>

namespace runtime {

Stop::Stop() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Stop::~Stop() { close(descriptor_); }

void Stop::escalate() {
    constexpr int last = static_cast<int>(Level::StopWaiting);
    int level = level_.load();
    while (level < last && !level_.compare_exchange_weak(level, level + 1)) {
    }
    if (level + 1 < last) return;
    eventfd_write(descriptor_, 1);
}

void Stop::rearm() {
    level_ = static_cast<int>(Level::Run);
    eventfd_t told = 0;
    eventfd_read(descriptor_, &told);
}

namespace {

class RealScheduler final : public Scheduler {
  public:
    explicit RealScheduler(std::function<Time()> wall) : wall_(std::move(wall)), started_(wall_()) {}

    Time wall() override { return wall_(); }
    Time uptime() override {
        timespec since_boot{};
        clock_gettime(CLOCK_BOOTTIME, &since_boot);
        return Time(std::chrono::floor<Duration>(std::chrono::seconds(since_boot.tv_sec) + std::chrono::nanoseconds(since_boot.tv_nsec)));
    }
    Time now() override { return started_ + std::chrono::floor<Duration>(Steady::now() - steady_started_); }

    void sleep_until(Time when, const Stop& stop, Stop::Level level) override {
        std::unique_lock lock(mutex_);
        woken_.wait_until(lock, steady(when), [&] { return stop.level() >= level; });
    }

    void run_all(std::vector<std::function<void()>> branches, std::size_t max) override {
        const std::size_t side_by_side = std::min(max == 0 ? branches.size() : max, branches.size());
        std::atomic<std::size_t> next{0};
        const auto work = [&] {
            for (std::size_t i = next++; i < branches.size(); i = next++) branches[i]();
        };
        std::vector<std::jthread> helpers;
        for (std::size_t i = 1; i < side_by_side; ++i) {
            try {
                helpers.emplace_back(work);
            } catch (const std::system_error&) {
                break;  // The machine gives no more threads: fewer branches run at a time, and all of them get their turn.
            }
        }
        work();
    }

    void wake() override {
        // Taken and given back, so that nobody is between looking at a Stop and falling asleep.
        { const std::lock_guard lock(mutex_); }
        woken_.notify_all();
    }

    bool concurrent() const override { return true; }

  private:
    using Steady = std::chrono::steady_clock;

    /// `Time::max()` is a fair way to say "for ever", and no nanosecond clock reaches that far.
    Steady::time_point steady(Time when) const {
        constexpr Duration for_ever = std::chrono::years{50};
        return steady_started_ + std::min(when - std::min(when, started_), for_ever);
    }

    const std::function<Time()> wall_;
    const Time started_;
    const Steady::time_point steady_started_ = Steady::now();
    std::mutex mutex_;
    std::condition_variable woken_;
};

}  // namespace

std::unique_ptr<Scheduler> real_scheduler(std::function<Time()> wall) {
    const auto system_clock = [] { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); };
    return std::make_unique<RealScheduler>(wall ? std::move(wall) : system_clock);
}

}  // namespace runtime
