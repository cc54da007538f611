#include "cli/operator/interrupts.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <system_error>
#include <thread>

namespace cli {

namespace {

/// A signal handler can reach only what is global, and does little: it counts, and wakes the one who tells.
std::atomic<int> came{0};
std::atomic<int> heard{0};  ///< of those that came
std::atomic<bool> somebody_hears{false};
std::atomic<bool> end_was_asked_for{false};
std::atomic<int> wake_at{-1};
std::atomic<int> newest_signal{SIGINT};

void handle(int signal) {
    const int saved = errno;
    if (signal != SIGINT) end_was_asked_for = true;
    newest_signal = signal;
    const int earlier = came.fetch_add(1);
    if (!somebody_hears && earlier > heard) {  // the second one that nobody hears
        struct sigaction by_default {};
        by_default.sa_handler = SIG_DFL;
        sigaction(signal, &by_default, nullptr);
        raise(signal);  // as soon as this handler has returned
    }
    [[maybe_unused]] const ssize_t written = ::write(wake_at, "", 1);
    errno = saved;
}

void set_handler(int signal, void (*handler)(int), int flags) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigaction(signal, &action, nullptr);
}

bool is_ignored(int signal) {
    struct sigaction now {};
    sigaction(signal, nullptr, &now);
    return now.sa_handler == SIG_IGN;
}

}  // namespace

/// Lives as long as the process: nothing of it is taken down while a signal may still come.
struct Listening {
    std::mutex mutex;
    Interrupts* owner = nullptr;

    static Listening& of_the_process() {
        static auto* const one = new Listening;  // not destroyed at the end, where signals still come
        return *one;
    }

    Listening() {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
        fcntl(ends[1], F_SETFL, O_NONBLOCK);  // a pipe that is full wakes as well
        wake_at = ends[1];
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);  // inherited by the thread: handlers run elsewhere
        std::thread([this, from = ends[0]] {
            char bytes[64];
            for (;;) {
                const ssize_t count = read(from, bytes, sizeof bytes);
                if (count <= 0 && errno != EINTR) return;
                const std::lock_guard lock(mutex);
                tell();
            }
        }).detach();
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        set_handler(SIGINT, handle, SA_RESTART);
        set_handler(SIGTERM, handle, SA_RESTART);
        if (!is_ignored(SIGHUP)) set_handler(SIGHUP, handle, SA_RESTART);
    }

    /// All that came and was not heard, where somebody hears. With the mutex.
    void tell() {
        while (owner != nullptr && heard < came) {
            ++heard;
            owner->hear();
        }
    }
};

Interrupts::Interrupts(runtime::Stop& stop, runtime::Scheduler& scheduler, std::function<void(int)> told)
    : stop_(stop), scheduler_(scheduler), told_(std::move(told)) {
    Listening& listening = Listening::of_the_process();
    const std::lock_guard lock(listening.mutex);
    listening.owner = this;
    somebody_hears = true;
    listening.tell();
}

Interrupts::~Interrupts() {
    Listening& listening = Listening::of_the_process();
    const std::lock_guard lock(listening.mutex);
    somebody_hears = false;
    listening.owner = nullptr;
}

void Interrupts::hear() {
    stop_.escalate();
    scheduler_.wake();
    told_(static_cast<int>(stop_.level()));
}

void Interrupts::listen() { Listening::of_the_process(); }

bool Interrupts::any() { return came > 0; }

bool Interrupts::remembered() { return came > heard; }

std::string_view Interrupts::newest() {
    switch (newest_signal) {
        case SIGTERM:
            return "SIGTERM";
        case SIGHUP:
            return "SIGHUP";
        default:
            return "Ctrl-C";
    }
}

bool Interrupts::to_end() { return end_was_asked_for; }

}  // namespace cli
