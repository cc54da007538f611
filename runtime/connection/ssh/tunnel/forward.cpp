#include "runtime/connection/ssh/tunnel/forward.hpp"

#include <fmt/format.h>
#include <libssh/server.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "runtime/connection/net/tcp.hpp"

namespace runtime {

namespace {

constexpr std::size_t relayed_at_once = 16 * 1024;

}  // namespace

SshJump::SshJump(SshClient& client, SshTarget target)
    : link_(client, std::move(target), SshSharedLink::For::Tunnels), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

SshJump::~SshJump() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    eventfd_write(wake_.number(), 1);
}

SshTunnel SshJump::open(const std::string& host, int port, Time until) {
    SshTunnel tunnel;
    const SshLink link = link_.get(until);
    if (!link.session) {
        tunnel.fate->why = link.why;
        tunnel.out_of_time = link.out_of_time;
        return tunnel;
    }
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0) {
        tunnel.fate->why = "this process has too many open files";
        return tunnel;
    }
    tunnel.socket = Descriptor(pair[0]);
    Forward forward;
    forward.socket = Descriptor(pair[1]);
    forward.host = host;
    forward.port = port;
    forward.fate = tunnel.fate;

    std::jthread before;  // has served an earlier link, and ends by itself: joined when the lock is given up
    const std::lock_guard lock(mutex_);
    if (served_ != link.session) {
        served_ = link.session;
        before = std::exchange(thread_, std::jthread([this, session = link.session] { serve(*session); }));
    }
    asked_for_.push_back(std::move(forward));
    eventfd_write(wake_.number(), 1);
    return tunnel;
}

void SshJump::serve(SshSession& session) {
    Forwards forwards;
    auto lock = session.lock();
    while (take_requests(session, forwards)) {
        while (carry_all(session, forwards)) {
        }
        wait_for_work(session, lock, forwards);
    }
    for (Forward& forward : forwards) {
        forward.fail(fmt::format("{}: {}", link_.target().name, session.why_lost()));
        if (forward.channel != nullptr) ssh_channel_free(forward.channel);
    }
}

/// False when there is nothing to be served any more.
bool SshJump::take_requests(SshSession& session, Forwards& forwards) {
    const std::lock_guard lock(mutex_);
    if (served_.get() != &session) return false;
    for (Forward& forward : asked_for_) forwards.push_back(std::move(forward));
    asked_for_.clear();
    if (!closing_ && !session.lost()) return true;
    served_ = nullptr;
    return false;
}

/// True as long as something moved.
bool SshJump::carry_all(SshSession& session, Forwards& forwards) {
    bool moved = false;
    for (Forward& forward : forwards) {
        moved = (forward.opened ? forward.carry(session.raw()) : forward.open(session.raw())) || moved;
        if (forward.ended && forward.channel != nullptr) ssh_channel_free(forward.channel);
    }
    std::erase_if(forwards, [](const Forward& forward) { return forward.ended; });
    return moved;
}

void SshJump::wait_for_work(SshSession& session, SshSession::Lock& lock, const Forwards& forwards) {
    const int socket = ssh_get_fd(session.raw());
    bool to_send = ssh_get_poll_flags(session.raw()) & SSH_WRITE_PENDING;
    for (const Forward& forward : forwards) to_send = to_send || forward.can_send();
    std::vector<pollfd> watched = {{socket, static_cast<short>(POLLIN | (to_send ? POLLOUT : 0)), 0}, {wake_.number(), POLLIN, 0}};
    for (const Forward& forward : forwards) {
        const int events = (forward.to_remote.empty() ? POLLIN : 0) | (forward.to_local.empty() ? 0 : POLLOUT);
        if (forward.opened) watched.push_back({forward.socket.number(), static_cast<short>(events), 0});
    }
    acknowledge_at_once(socket);
    lock.unlock();
    wait_ready(watched, std::chrono::hours{1});
    lock.lock();
    eventfd_t count;
    eventfd_read(wake_.number(), &count);
    if (watched[0].revents != 0) ssh_execute_message_callbacks(session.raw());
}

bool SshJump::Forward::can_send() const { return !to_remote.empty() && ssh_channel_window_size(channel) > 0; }

void SshJump::Forward::fail(std::string why) {
    ended = true;
    const std::lock_guard lock(fate->mutex);
    fate->why = std::move(why);
}

bool SshJump::Forward::open(ssh_session session) {
    if (channel == nullptr) channel = ssh_channel_new(session);
    const int result = ssh_channel_open_forward(channel, host.c_str(), port, "127.0.0.1", 0);
    if (result == SSH_AGAIN) return false;
    opened = result == SSH_OK;
    if (!opened) fail(ssh_get_error(session));
    return true;
}

bool SshJump::Forward::carry(ssh_session session) {
    const bool sent = send_remote(session);
    const bool received = send_local();
    return (sent || received) && !ended;
}

bool SshJump::Forward::send_remote(ssh_session session) {
    if (to_remote.empty()) {
        std::array<char, relayed_at_once> buffer;
        const ssize_t size = recv(socket.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size > 0) to_remote.assign(buffer.data(), static_cast<std::size_t>(size));
        if (size == 0) ended = true;  // the link that went through here is over
    }
    // libssh's socket blocks once the kernel's buffer is full: one piece after the other.
    if (to_remote.empty() || ssh_get_poll_flags(session) & SSH_WRITE_PENDING) return false;
    const int written = ssh_channel_write(channel, to_remote.data(), static_cast<uint32_t>(to_remote.size()));
    if (written < 0) fail(ssh_get_error(session));
    to_remote.erase(0, static_cast<std::size_t>(std::max(written, 0)));
    return written > 0;
}

bool SshJump::Forward::send_local() {
    if (to_local.empty()) {
        std::array<char, relayed_at_once> buffer;
        const int size = ssh_channel_read_nonblocking(channel, buffer.data(), buffer.size(), 0);
        if (size > 0) to_local.assign(buffer.data(), static_cast<std::size_t>(size));
        if (size <= 0 && ssh_channel_is_eof(channel)) ended = true;
    }
    if (to_local.empty()) return false;
    const ssize_t sent = send(socket.number(), to_local.data(), to_local.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) ended = true;
    to_local.erase(0, static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    return sent > 0;
}

}  // namespace runtime
