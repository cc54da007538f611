#include "cli/terminal/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace cli {

namespace {

/// Of each stream the error of the first write that failed; 0: none has.
std::atomic<int> output_error{0};
std::atomic<int> errors_error{0};
std::atomic<bool> loss_is_told{false};

std::atomic<int>& error_of(const std::FILE* stream) { return stream == stderr ? errors_error : output_error; }

void remember(const std::FILE* stream) {
    int none = 0;
    error_of(stream).compare_exchange_strong(none, errno != 0 ? errno : EIO);
}

/// A handler and not SIG_IGN, which commands that are started later would inherit.
void only_fail(int) {}

void let_the_call_fail(int signal) {
    struct sigaction action {};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler == SIG_IGN) return;
    action.sa_handler = only_fail;
    action.sa_flags = SA_RESTART;
    sigaction(signal, &action, nullptr);
}

std::string reason(int error) { return std::generic_category().message(error); }

}  // namespace

void write(std::FILE* to, std::string_view text) {
    errno = 0;
    const bool whole = std::fwrite(text.data(), 1, text.size(), to) == text.size();
    if (!whole) remember(to);
}

void write_at_once(std::FILE* to, std::string_view text) {
    write(to, text);
    errno = 0;
    if (std::fflush(to) != 0) remember(to);
}

void open_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(stream, F_GETFD) != -1 || errno != EBADF) continue;
        // The lowest number that is free: its own. In the direction in which nobody uses it, so that who does is told.
        [[maybe_unused]] const int same = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
    let_the_call_fail(SIGPIPE);
    let_the_call_fail(SIGXFSZ);
}

int told(int exit_code, Purpose purpose, std::string_view elsewhere) {
    errno = 0;
    if (std::fflush(stdout) != 0) remember(stdout);
    if (output_error != 0 && !loss_is_told.exchange(true)) {
        say("procrun: not everything could be written to standard output ({}){}{}\n", reason(output_error), elsewhere.empty() ? "" : "; ",
            elsewhere);
    }
    const bool lost = output_error != 0 || errors_error != 0;
    constexpr int failed = 1;
    return lost && purpose == Purpose::Output && exit_code == 0 ? failed : exit_code;
}

}  // namespace cli
