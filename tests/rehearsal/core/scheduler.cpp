#include "rehearsal/scheduler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "lang/model/value.hpp"

using rehearsal::SimulatedScheduler;
using runtime::Stop;
using namespace std::chrono_literals;

namespace {

using Order = std::vector<std::string>;

/// Branches that sleep for the same times, so that only the seed decides who is first; each has two of its own.
Order run_tree(std::uint64_t seed) {
    SimulatedScheduler scheduler({.seed = seed});
    const Stop stop;
    Order order;
    std::vector<std::function<void()>> branches;
    for (int i = 0; i < 6; ++i) {
        branches.emplace_back([&, i] {
            std::vector<std::function<void()>> inner;
            for (int k = 0; k < 2; ++k) {
                inner.emplace_back([&, i, k] {
                    for (int n = 0; n < 3; ++n) {
                        scheduler.sleep_until(scheduler.now() + 1s, stop, Stop::Level::StopWaiting);
                        order.push_back(std::to_string(i) + std::to_string(k) + "@" + lang::show(scheduler.now()));
                    }
                });
            }
            scheduler.run_all(std::move(inner), 0);
        });
    }
    scheduler.run_all(std::move(branches), 4);
    return order;
}

}  // namespace

TEST_CASE("the clock begins on the first of March 2026 at ten in the evening, and jumps over a sleep") {
    SimulatedScheduler scheduler;
    const Stop stop;
    CHECK(lang::show(scheduler.now()) == "2026-03-01 22:00:00");
    const auto begun = std::chrono::steady_clock::now();
    scheduler.sleep_until(scheduler.now() + 8h, stop, Stop::Level::StopWaiting);
    CHECK(lang::show(scheduler.now()) == "2026-03-02 06:00:00");
    CHECK(std::chrono::steady_clock::now() - begun < 10s);
    CHECK_FALSE(scheduler.concurrent());
}

TEST_CASE("the same seed gives the same order, another seed another one") {
    const Order first = run_tree(7);
    CHECK(first.size() == 36);
    CHECK(run_tree(7) == first);
    bool differs = false;
    for (std::uint64_t seed = 8; seed < 12; ++seed) differs = differs || run_tree(seed) != first;
    CHECK(differs);
}

TEST_CASE("time passes for all branches together, and never goes back") {
    SimulatedScheduler scheduler;
    const Stop stop;
    std::vector<lang::Time> moments;
    const lang::Time begun = scheduler.now();
    const auto sleeper = [&](lang::Duration time) {
        return [&, time] {
            scheduler.sleep_until(begun + time, stop, Stop::Level::StopWaiting);
            moments.push_back(scheduler.now());
        };
    };
    scheduler.run_all({sleeper(30s), sleeper(10s), sleeper(20s)}, 0);
    CHECK(moments == std::vector<lang::Time>{begun + 10s, begun + 20s, begun + 30s});
    CHECK(scheduler.now() == begun + 30s);
}

TEST_CASE("no more than the given number of branches are under way") {
    SimulatedScheduler scheduler;
    const Stop stop;
    int running = 0, most = 0, done = 0;
    std::vector<std::function<void()>> branches(7, [&] {
        most = std::max(most, ++running);
        scheduler.sleep_until(scheduler.now() + 1s, stop, Stop::Level::StopWaiting);
        --running;
        ++done;
    });
    const lang::Time begun = scheduler.now();
    scheduler.run_all(std::move(branches), 3);
    CHECK(most == 3);
    CHECK(done == 7);
    CHECK(scheduler.now() - begun == 3s);
}

TEST_CASE("a stop ends a sleep at once, for those that listen to its level") {
    SimulatedScheduler scheduler;
    Stop stop;
    const lang::Time begun = scheduler.now();
    lang::Time first{}, second{};
    scheduler.run_all({[&] {
                           scheduler.sleep_until(begun + 1h, stop, Stop::Level::NoNewAction);
                           first = scheduler.now();
                       },
                       [&] {
                           scheduler.sleep_until(begun + 2h, stop, Stop::Level::StopWaiting);
                           second = scheduler.now();
                       },
                       [&] {
                           scheduler.sleep_until(begun + 1min, stop, Stop::Level::StopWaiting);
                           stop.escalate();
                           scheduler.wake();
                       }},
                      0);
    CHECK(first == begun + 1min);
    CHECK(second == begun + 2h);
}

TEST_CASE("a sleep for ever waits for a stop from another thread") {
    SimulatedScheduler scheduler;
    Stop stop;
    const lang::Time begun = scheduler.now();
    std::jthread operator_at_the_keyboard([&] {
        stop.escalate();
        stop.escalate();
        scheduler.wake();
    });
    scheduler.sleep_until(lang::Time::max(), stop, Stop::Level::StopWaiting);
    CHECK(stop.stop_waiting());
    CHECK(scheduler.now() == begun);
}

TEST_CASE("with a speed, virtual time takes its share of real time, and a stop ends it") {
    SimulatedScheduler scheduler({.speed = 1000});
    Stop stop;
    const auto begun = std::chrono::steady_clock::now();
    scheduler.sleep_until(scheduler.now() + 60s, stop, Stop::Level::StopWaiting);
    CHECK(std::chrono::steady_clock::now() - begun >= 60ms);
    CHECK(lang::show(scheduler.now()) == "2026-03-01 22:01:00");
    std::jthread operator_at_the_keyboard([&] {
        stop.escalate();
        scheduler.wake();
    });
    scheduler.sleep_until(scheduler.now() + 24h * 300, stop, Stop::Level::NoNewAction);
    CHECK(scheduler.now() < rehearsal::first_moment + 24h * 300);
}
