#include "runtime/connection/ssh/tunnel/proxy_command.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>

namespace runtime {

namespace {

/// A connection that ends is seen before the program that carried it has ended.
constexpr Duration end_patience = std::chrono::seconds{1};

/// Kept of what it says: the reason stands at the end.
constexpr std::size_t kept_words = 600;

/// On one line, as a part of a message.
std::string joined_lines(std::string_view text) {
    std::string line;
    for (const char c : text) {
        if (c == '\n' && !line.empty() && !line.ends_with("; ")) line += "; ";
        if (c != '\n' && c != '\r') line += c;
    }
    while (line.ends_with(' ') || line.ends_with(';')) line.pop_back();
    return line;
}

}  // namespace

ProxyCommand::ProxyCommand(const std::string& line) : wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    int pair[2];
    Pipe errors = make_pipe();
    if (!errors.read || !wake_ || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        why_not_ = "this process has too many open files";
        return;
    }
    Descriptor ours(pair[0]);
    const Descriptor theirs(pair[1]);
    const char* shell = std::getenv("SHELL");
    child_.emplace(std::vector<std::string>{shell != nullptr && *shell != '\0' ? shell : "/bin/sh", "-c", "exec " + line},
                   ChildProcess::Streams{theirs, theirs, errors.write});
    why_not_ = child_->why_not();
    if (why_not_) return;
    ours_ = std::move(ours);
    said_ = std::move(errors.read);
    set_nonblocking(said_);
    listener_ = std::jthread([this] { listen(); });
}

ProxyCommand::~ProxyCommand() {
    child_.reset();
    eventfd_write(wake_.number(), 1);
}

/// It is heard all the time: one that finds nobody to take what it says would stand still.
void ProxyCommand::listen() {
    for (;;) {
        std::array<pollfd, 2> watched{{{said_.number(), POLLIN, 0}, {wake_.number(), POLLIN, 0}}};
        wait_ready(watched, std::chrono::hours{1});
        if (!hear() || watched[1].revents != 0) return;
    }
}

bool ProxyCommand::hear() {
    std::array<char, 4096> piece;
    for (;;) {
        const ssize_t size = read(said_.number(), piece.data(), piece.size());
        if (size <= 0) return size < 0 && (errno == EAGAIN || errno == EINTR);
        last_words_.append(piece.data(), static_cast<std::size_t>(size));
        if (last_words_.size() > kept_words) last_words_.erase(0, last_words_.size() - kept_words);
    }
}

std::string ProxyCommand::account() {
    if (why_not_) return *why_not_;
    if (account_) return *account_;
    child_->has_ended_within(end_patience);
    const std::string state = child_->describe_state();
    eventfd_write(wake_.number(), 1);
    listener_.join();
    const std::string words = joined_lines(last_words_);
    account_ = words.empty() ? fmt::format("{}, and says nothing", state) : fmt::format("{}, and says: {}", state, words);
    return *account_;
}

}  // namespace runtime
