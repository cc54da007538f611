#include "runtime/connection/ssh/trust/agent.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "runtime/connection/ssh/trust/wire.hpp"

namespace runtime {

namespace {

/// An agent whose queue is full is asked again after this long.
constexpr Duration retry_pause = std::chrono::milliseconds{50};

/// libssh takes no longer answers, and asks no longer questions.
constexpr std::size_t longest_message = std::size_t{256} << 10;

/// What has come of one direction of the conversation.
struct Incoming {
    std::string bytes;

    /// Takes a message off that is there as a whole, without its size.
    std::optional<std::string> take() {
        std::string_view rest = bytes;
        if (take_number(rest, 4) > rest.size() || bytes.size() < 4) return std::nullopt;
        rest = bytes;
        std::string message(take_string(rest));
        bytes.erase(0, bytes.size() - rest.size());
        return message;
    }
    bool is_too_long() const {
        std::string_view rest = bytes;
        return bytes.size() >= 4 && take_number(rest, 4) > longest_message;
    }
};

enum class Heard { Nothing, Bytes, End };

Heard hear_bytes(const Descriptor& from, std::string& bytes) {
    std::array<char, 16 * 1024> piece;
    const ssize_t size = recv(from.number(), piece.data(), piece.size(), MSG_DONTWAIT);
    if (size > 0) bytes.append(piece.data(), static_cast<std::size_t>(size));
    if (size > 0) return Heard::Bytes;
    return size < 0 && (errno == EAGAIN || errno == EINTR) ? Heard::Nothing : Heard::End;
}

/// False where nobody takes it any more.
bool say_bytes(const Descriptor& to, std::string& bytes) {
    if (bytes.empty()) return true;
    const ssize_t size = send(to.number(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size > 0) bytes.erase(0, static_cast<std::size_t>(size));
    return size >= 0 || errno == EAGAIN || errno == EINTR;
}

}  // namespace

SshAgent::SshAgent(ssh_session session, const std::string& socket, AgentOffer& offer, Time until, Scheduler& scheduler, const Stop& stop)
    : session_(session), offer_(offer), scheduler_(scheduler), stop_(stop), agent_(connect(socket, until)) {
    if (!agent_) return;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        why_not_ = strerrordesc_np(errno);
        return;
    }
    ours_ = Descriptor(pair[0]);
    theirs_ = Descriptor(pair[1]);
    ssh_set_agent_socket(session_, theirs_.number());
    thread_ = std::jthread([this, until] { relay(until); });
}

SshAgent::~SshAgent() {
    if (!theirs_) return;
    shutdown(theirs_.number(), SHUT_RDWR);  // ends the thread
    thread_.join();
    ssh_set_agent_socket(session_, SSH_INVALID_SOCKET);
}

Descriptor SshAgent::connect(const std::string& path, Time until) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        why_not_ = strerrordesc_np(ENAMETOOLONG);
        return {};
    }
    path.copy(address.sun_path, path.size());
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    while (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (errno == EINTR) continue;
        if (errno != EAGAIN) {
            why_not_ = strerrordesc_np(errno);
            return {};
        }
        if (stop_.stop_waiting() || scheduler_.now() >= until) {
            why_not_ = "it accepts nobody";
            return {};
        }
        scheduler_.sleep_until(std::min(until, scheduler_.now() + retry_pause), stop_, Stop::Level::StopWaiting);
    }
    return socket;
}

/// Questions and answers go through as a whole, so that there is one or none, and the offer can see to them.
void SshAgent::relay(Time until) {
    Incoming questions, answers;
    std::string to_agent, to_libssh;
    bool waits = false;
    for (;;) {
        std::array<pollfd, 3> watched{{{ours_.number(), static_cast<short>(POLLIN | (to_libssh.empty() ? 0 : POLLOUT)), 0},
                                       {agent_.number(), static_cast<short>(POLLIN | (to_agent.empty() ? 0 : POLLOUT)), 0},
                                       {stop_.descriptor(), POLLIN, 0}}};
        wait_ready(watched, until - scheduler_.now());
        const Heard asked = watched[0].revents != 0 ? hear_bytes(ours_, questions.bytes) : Heard::Nothing;
        if (asked == Heard::End) return;
        while (auto question = questions.take()) {
            to_agent += with_size(offer_.to_agent(std::move(*question)));
            waits = true;
        }
        const bool goes = say_bytes(agent_, to_agent);
        const bool ended = watched[1].revents != 0 && hear_bytes(agent_, answers.bytes) == Heard::End;
        while (auto answer = answers.take()) {
            to_libssh += with_size(offer_.from_agent(std::move(*answer)));
            waits = false;
        }
        const bool taken = say_bytes(ours_, to_libssh);
        const bool up = stop_.stop_waiting() || scheduler_.now() >= until;
        if (!goes || !taken || ended || up || questions.is_too_long() || answers.is_too_long()) break;
    }
    silent_ = waits;
    say_bytes(ours_, to_libssh);
    // libssh reads an end from now on. What it still asks has to go somewhere: a socket that nobody has open would send it a SIGPIPE.
    shutdown(ours_.number(), SHUT_WR);
}

}  // namespace runtime
