#include "runtime/connection/ssh/session.hpp"

#include <fmt/format.h>
#include <libssh/server.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>

#include "runtime/connection/net/tcp.hpp"
#include "runtime/connection/ssh/tunnel/proxy_command.hpp"

namespace runtime {

SshSession::SshSession(SshHandle handle, const SshSettings& settings, Scheduler& scheduler, const Stop& stop,
                       std::unique_ptr<ProxyCommand> proxy)
    : proxy_(std::move(proxy)),
      handle_(std::move(handle)),
      quiet_(settings.quiet),
      dead_(settings.dead),
      scheduler_(scheduler),
      stop_(stop),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    ssh_set_blocking(raw(), 0);
    ssh_set_counters(raw(), nullptr, &traffic_);
}

SshSession::~SshSession() = default;

std::string SshSession::proxy_account() { return proxy_ ? proxy_->account() : std::string(); }

bool SshSession::wait(Lock& lock, Time until, const std::function<bool()>& done) {
    if (!listening_) heard_ = scheduler_.now();
    bool finished = false;
    for (;;) {
        const auto received = traffic_.in_bytes;
        const bool stuck = sending();
        finished = done();
        if (traffic_.in_bytes != received || (stuck && !sending())) notify();
        if (finished || stop_.stop_waiting() || scheduler_.now() >= until) break;
        if (listening_) {
            if (sending()) wake_listener();
            changed_.wait_for(lock, std::min(until - scheduler_.now(), quiet_));
        } else {
            listen(lock, until);
        }
    }
    // If we listened, somebody else has to.
    if (!listening_) changed_.notify_all();
    return finished;
}

std::optional<int> SshSession::repeat(Lock& lock, Time until, int again, const std::function<int()>& call) {
    int result = again;
    wait(lock, until, [&] { return (result = call()) != again; });
    return result == again ? std::nullopt : std::optional(result);
}

void SshSession::notify() {
    changed_.notify_all();
    wake_listener();
}

void SshSession::wake_listener() {
    if (listening_) eventfd_write(wake_.number(), 1);
}

void SshSession::listen(Lock& lock, Time until) {
    const int socket = ssh_get_fd(raw());
    const bool to_send = ssh_get_poll_flags(raw()) & SSH_WRITE_PENDING;
    std::array<pollfd, 3> watched{
        {{socket, static_cast<short>(POLLIN | (to_send ? POLLOUT : 0)), 0}, {wake_.number(), POLLIN, 0}, {stop_.descriptor(), POLLIN, 0}}};
    const Duration patience = std::min(until - scheduler_.now(), keep_alive_ ? quiet_ : dead_);
    acknowledge_at_once(socket);
    listening_ = true;
    lock.unlock();
    wait_ready(watched, patience);
    lock.lock();
    listening_ = false;

    eventfd_t count;
    if (watched[1].revents != 0) eventfd_read(wake_.number(), &count);
    const auto received = traffic_.in_bytes;
    if (watched[0].revents != 0) ssh_execute_message_callbacks(raw());
    if (traffic_.in_bytes != received) heard_ = scheduler_.now();
    if (watched[0].revents != 0) changed_.notify_all();
    if (keep_alive_) check_alive();
}

void SshSession::check_alive() {
    const Time now = scheduler_.now();
    if (now - heard_ >= dead_) {
        silent_ = true;
        changed_.notify_all();
    } else if (now - heard_ >= quiet_ && now - asked_ >= quiet_) {
        asked_ = now;
        // The first call may do no more than take note of the answer to the question before.
        ssh_send_keepalive(raw());
        ssh_send_keepalive(raw());
    }
}

bool SshSession::sending() const { return (ssh_get_poll_flags(raw()) & SSH_WRITE_PENDING) != 0; }

bool SshSession::lost() const { return silent_ || (ssh_get_status(raw()) & (SSH_CLOSED | SSH_CLOSED_ERROR)) != 0; }

std::string SshSession::why_lost() const {
    if (silent_) return fmt::format("no sign of life for {}", lang::show(dead_));
    const std::string words = ssh_get_error(raw());
    // A peer that dies with unread bytes of ours resets the connection instead of closing it: the same event for who reads this.
    std::string why = words == "Socket error: disconnected" || words == "Socket error: Connection reset by peer"
                          ? "the other side closed the connection"
                      : words.empty() ? "the connection ended"
                                      : words;
    if (proxy_) why += fmt::format(" (its ProxyCommand {})", proxy_->account());
    return why;
}

}  // namespace runtime
