#include "runtime/connection/child_process.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace runtime {

namespace {

/// Who is told to end has this long to do so by itself.
constexpr Duration leave_patience = std::chrono::milliseconds{500};

struct SpawnPlan {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;

    explicit SpawnPlan(const ChildProcess::Streams& streams) {
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, streams.in.number(), STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions, streams.out.number(), STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, streams.err.number(), STDERR_FILENO);
        posix_spawnattr_init(&attributes);
        // The signals of a fresh process, whatever our threads block or ignore.
        sigset_t none, usual;
        sigemptyset(&none);
        sigemptyset(&usual);
        for (const int number : {SIGPIPE, SIGXFSZ, SIGABRT, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&usual, number);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &usual);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
};

}  // namespace

ChildProcess::ChildProcess(std::vector<std::string> words, const Streams& streams) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const SpawnPlan plan(streams);
    if (const int error = posix_spawnp(&pid_, arguments.front(), &plan.actions, &plan.attributes, arguments.data(), environ); error != 0) {
        pid_ = 0;
        why_not_ = fmt::format("{} cannot be started: {}", words.front(), strerrordesc_np(error));
        return;
    }
    ended_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
}

// It is reaped here and nowhere else, so that its number is nobody else's before.
ChildProcess::~ChildProcess() {
    if (pid_ == 0) return;
    kill(-pid_, SIGHUP);  // as ssh ends its ProxyCommand
    has_ended_within(leave_patience);
    kill(-pid_, SIGKILL);  // those too that it has started and left behind in its group
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

bool ChildProcess::has_ended_within(Duration patience) const {
    std::array<pollfd, 1> watched{{{ended_.number(), POLLIN, 0}}};
    return wait_ready(watched, patience);
}

std::optional<int> ChildProcess::exit_status() const {
    siginfo_t end{};
    waitid(P_PID, static_cast<id_t>(pid_), &end, WEXITED | WNOHANG | WNOWAIT);
    return end.si_pid != 0 && end.si_code == CLD_EXITED ? std::optional(end.si_status) : std::nullopt;
}

std::string ChildProcess::describe_state() const {
    siginfo_t end{};
    waitid(P_PID, static_cast<id_t>(pid_), &end, WEXITED | WNOHANG | WNOWAIT);
    if (end.si_pid == 0) return "still runs";
    if (end.si_code == CLD_EXITED) return fmt::format("exited with {}", end.si_status);
    return fmt::format("was ended by SIG{}", sigabbrev_np(end.si_status));
}

}  // namespace runtime
