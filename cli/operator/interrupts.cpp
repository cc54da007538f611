#include "cli/operator/interrupts.hpp"

#include <unistd.h>

#include <atomic>
#include <system_error>

namespace cli {

namespace {

/// A signal handler can reach only what is global: where it writes that a signal came.
std::atomic<int> told_at{-1};

constexpr char came = 'c';
constexpr char over = 'o';

void handle(int) {
    const int saved = errno;
    [[maybe_unused]] const ssize_t written = write(told_at, &came, 1);
    errno = saved;
}

void ignore(int) {}

}  // namespace

Interrupts::Interrupts(runtime::Stop& stop, runtime::Scheduler& scheduler, std::function<void(int)> told) {
    if (pipe(pipe_) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    told_at = pipe_[1];
    thread_ = std::thread([&stop, &scheduler, told = std::move(told), from = pipe_[0]] {
        char byte = 0;
        while (read(from, &byte, 1) == 1 && byte == came) {
            stop.escalate();
            scheduler.wake();
            told(static_cast<int>(stop.level()));
        }
    });
    struct sigaction broken_pipe {};
    broken_pipe.sa_handler = ignore;  // for good: who went away is told by the call that found out, also when the run's end is told
    sigaction(SIGPIPE, &broken_pipe, nullptr);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction action {};
        action.sa_handler = handle;
        action.sa_flags = SA_RESTART;
        Before& saved = before_.emplace_back(Before{.signal = signal, .action = {}});
        sigaction(signal, &action, &saved.action);
    }
}

Interrupts::~Interrupts() {
    for (const Before& saved : before_) sigaction(saved.signal, &saved.action, nullptr);
    [[maybe_unused]] const ssize_t written = write(pipe_[1], &over, 1);
    thread_.join();
    told_at = -1;
    close(pipe_[0]);
    close(pipe_[1]);
}

}  // namespace cli
