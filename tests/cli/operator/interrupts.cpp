// Signals at every border between two who hear them. Each test is a process of its own: what it listens to is the process's.
#include "cli/operator/interrupts.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace {

using cli::Interrupts;
using runtime::Stop;
using Level = Stop::Level;

/// How a process that does this ends: its exit code, or minus the signal that ended it.
int ends_with(const std::function<int()>& work) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
        _exit(work());
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// One who hears, and what it was told.
struct Ear {
    Stop stop;
    std::unique_ptr<runtime::Scheduler> scheduler = runtime::real_scheduler();
    std::vector<int> told;
    Interrupts interrupts{stop, *scheduler, [this](int level) { told.push_back(level); }};
};

const std::vector<int> all{SIGINT, SIGTERM, SIGHUP};

}  // namespace

TEST_CASE("a signal that comes between two who hear is the first thing that the next one hears") {
    for (const int signal : all) {
        CHECK(ends_with([&] {
                  { const Ear first; }
                  raise(signal);
                  if (!Interrupts::remembered()) return 1;
                  const Ear next;
                  if (Interrupts::remembered()) return 2;
                  return next.stop.level() == Level::NoNewAction && next.told == std::vector<int>{1} ? 0 : 3;
              }) == 0);
    }
}

TEST_CASE("a signal that comes before the first one hears is heard by it, and by no later one") {
    for (const int signal : all) {
        CHECK(ends_with([&] {
                  Interrupts::listen();
                  if (Interrupts::any()) return 1;
                  raise(signal);
                  if (!Interrupts::any()) return 2;
                  {
                      const Ear first;
                      if (first.stop.level() != Level::NoNewAction) return 3;
                  }
                  const Ear second;
                  return second.stop.level() == Level::Run && Interrupts::any() ? 0 : 4;
              }) == 0);
    }
}

TEST_CASE("a signal that comes after the last one leaves the process to its own end") {
    for (const int signal : all) {
        CHECK(ends_with([&] {
                  { const Ear only; }
                  raise(signal);
                  return 7;
              }) == 7);
    }
}

TEST_CASE("who asks twice while nobody hears is not kept waiting") {
    for (const int signal : all) {
        CHECK(ends_with([&] {
                  { const Ear only; }
                  raise(signal);
                  raise(signal);
                  return 7;
              }) == -signal);
    }
}

TEST_CASE("with none of it nothing is changed: a signal has its default action") {
    for (const int signal : all) {
        CHECK(ends_with([&] {
                  raise(signal);
                  return 7;
              }) == -signal);
    }
}

TEST_CASE("Ctrl-C means what is done; SIGTERM and a closed terminal mean the process; nohup stays nohup") {
    for (const int signal : all) {
        CHECK(ends_with([&] {
                  Interrupts::listen();
                  raise(signal);
                  return Interrupts::to_end() ? 1 : 0;
              }) == (signal == SIGINT ? 0 : 1));
    }
    CHECK(ends_with([] {
              std::signal(SIGHUP, SIG_IGN);
              Interrupts::listen();
              raise(SIGHUP);
              return Interrupts::any() ? 1 : 0;
          }) == 0);
}

TEST_CASE("wherever the borders are, each signal is heard once") {
    CHECK(ends_with([] {
              Interrupts::listen();
              constexpr int sent = 300;
              std::atomic<int> heard{0};
              std::atomic<bool> given_up{false};
              std::jthread sender([&] {
                  for (int i = 0; i < sent; ++i) {
                      kill(getpid(), SIGTERM);
                      const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
                      while (heard <= i && std::chrono::steady_clock::now() < until) std::this_thread::yield();
                      given_up = given_up || heard <= i;
                  }
              });
              while (heard < sent && !given_up) {
                  Stop stop;
                  const auto scheduler = runtime::real_scheduler();
                  const Interrupts here(stop, *scheduler, [&](int) { ++heard; });
              }
              return !given_up && heard == sent && !Interrupts::remembered() ? 0 : 1;
          }) == 0);
}
