#include "runtime/scheduler.hpp"

#include <doctest/doctest.h>
#include <poll.h>

#include <barrier>
#include <future>

using namespace std::chrono_literals;
using runtime::Stop;

namespace {

bool readable(int descriptor) {
    pollfd watched{descriptor, POLLIN, 0};
    return poll(&watched, 1, 0) == 1;
}

}  // namespace

TEST_CASE("a stop goes up two levels and no further; only the second one makes its descriptor readable") {
    Stop stop;
    CHECK(stop.level() == Stop::Level::Run);
    stop.escalate();
    CHECK(stop.no_new_action());
    CHECK_FALSE(stop.stop_waiting());
    CHECK_FALSE(readable(stop.descriptor()));
    stop.escalate();
    CHECK(stop.stop_waiting());
    CHECK(readable(stop.descriptor()));
    stop.escalate();
    CHECK(stop.level() == Stop::Level::StopWaiting);
}

TEST_CASE("a sleep ends at its time, not before") {
    const auto scheduler = runtime::real_scheduler();
    const Stop stop;
    const auto when = scheduler->now() + 20ms;
    scheduler->sleep_until(when, stop, Stop::Level::NoNewAction);
    CHECK(scheduler->now() >= when);
}

TEST_CASE("a sleep until a time that has passed, or until the level that holds, returns at once") {
    const auto scheduler = runtime::real_scheduler();
    Stop stop;
    scheduler->sleep_until(scheduler->now() - 1h, stop, Stop::Level::StopWaiting);
    scheduler->sleep_until(runtime::Time::min(), stop, Stop::Level::StopWaiting);
    stop.escalate();
    scheduler->sleep_until(runtime::Time::max(), stop, Stop::Level::NoNewAction);
    CHECK(stop.no_new_action());
}

TEST_CASE("a sleeper is woken by the level it asked for and sleeps through the one below") {
    const auto scheduler = runtime::real_scheduler();
    Stop stop;
    auto sleeper = std::async(std::launch::async, [&] {
        scheduler->sleep_until(runtime::Time::max(), stop, Stop::Level::StopWaiting);
        return stop.level();
    });
    stop.escalate();
    scheduler->wake();
    CHECK(sleeper.wait_for(20ms) == std::future_status::timeout);
    stop.escalate();
    scheduler->wake();
    CHECK(sleeper.get() == Stop::Level::StopWaiting);
}

TEST_CASE("without a limit all branches run side by side") {
    const auto scheduler = runtime::real_scheduler();
    std::barrier all_are_here(16);  // would never open if one of them had to wait for its turn
    std::vector<std::function<void()>> branches(16, [&] { all_are_here.arrive_and_wait(); });
    scheduler->run_all(std::move(branches), 0);
    CHECK(scheduler->concurrent());
}

TEST_CASE("at most `max` branches run at a time, and every branch runs once") {
    const auto scheduler = runtime::real_scheduler();
    std::atomic<int> running{0};
    std::atomic<int> most{0};
    std::barrier three(3);
    std::vector<int> times(30, 0);
    std::vector<std::function<void()>> branches;
    for (int& count : times) {
        branches.emplace_back([&] {
            const int now = ++running;
            for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
            }
            three.arrive_and_wait();  // proves that three really stand side by side
            ++count;
            --running;
        });
    }
    scheduler->run_all(std::move(branches), 3);
    CHECK(most == 3);
    CHECK(times == std::vector<int>(30, 1));
}

TEST_CASE("a branch may have branches of its own, and no branches are no work") {
    const auto scheduler = runtime::real_scheduler();
    std::atomic<int> done{0};
    const std::vector<std::function<void()>> inner(4, [&] { ++done; });
    scheduler->run_all(std::vector<std::function<void()>>(4, [&] { scheduler->run_all(inner, 2); }), 2);
    scheduler->run_all({}, 0);
    CHECK(done == 16);
}
