#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "runtime/connection/net/tcp.hpp"
#include "runtime/connection/ssh/client.hpp"
#include "runtime/connection/ssh/configuration/route.hpp"
#include "runtime/connection/ssh/trust/auth.hpp"
#include "runtime/connection/ssh/trust/verify.hpp"

namespace runtime {

namespace {

/// A server has this long to agree on keys.
constexpr Duration handshake_patience = std::chrono::seconds{15};

/// sshd closes connections unread while too many others are logging in (MaxStartups): the pauses before we try again, and for how
/// long we do.
constexpr Duration first_pause = std::chrono::milliseconds{50};
constexpr Duration longest_pause = std::chrono::seconds{1};
constexpr Duration retrying = std::chrono::seconds{20};

struct Attempt {
    SshLink link;
    bool turned_away = false;  ///< before the server said who it is
};

Attempt failed(std::string why, bool out_of_time = false) { return {{nullptr, std::move(why), out_of_time}, false}; }

Attempt refused(std::string why) { return {{.session = nullptr, .why = std::move(why), .would_not_have_us = true}, false}; }

/// What leads to the machine: a TCP connection, or a tunnel through another link.
struct Carrier {
    SshTunnel tunnel;
    bool jumped = false;
};

Carrier reach(SshClient& client, const SshTarget& target, const SshRoute& route, Time until) {
    if (!route.jump.empty()) return {client.jumps.open(route.jump, target, route.host, route.port, until), true};
    Carrier carrier;
    TcpResult result = connect_tcp(route.host, route.port, until, client.scheduler, client.stop);
    carrier.tunnel.socket = std::move(result.socket);
    carrier.tunnel.fate->why = std::move(result.why);
    return carrier;
}

Attempt attempt(SshClient& client, const SshTarget& target, Time until) {
    SshRoute route = find_route(client, target);
    if (!route.handle) return failed(route.why);
    const std::string who = route.describe(target.name);
    const auto out_of_time = [&] { return client.stop.stop_waiting() || client.scheduler.now() >= until; };

    Carrier carrier = reach(client, target, route, until);
    if (!carrier.tunnel.socket) return failed(fmt::format("{}: {}", who, carrier.tunnel.why()), out_of_time());
    const int socket = carrier.tunnel.socket.release();  // libssh closes it
    ssh_options_set(route.handle.get(), SSH_OPTIONS_FD, &socket);
    const auto session = std::make_shared<SshSession>(std::move(route.handle), client.settings, client.scheduler, client.stop);
    auto lock = session->lock();

    const auto connected = session->repeat(lock, std::min(until, client.scheduler.now() + handshake_patience), SSH_AGAIN,
                                           [&] { return ssh_connect(session->raw()); });
    if (!connected) return failed(fmt::format("{}: it accepts connections, but does not finish the SSH handshake", who), out_of_time());
    if (connected != SSH_OK) {
        const bool nameless = ssh_get_serverbanner(session->raw()) == nullptr;
        const std::string broken = carrier.tunnel.why();
        if (!broken.empty()) return failed(fmt::format("{}: {}", who, broken));
        return {{nullptr, fmt::format("{}: {} during the SSH handshake", who, session->why_lost()), out_of_time()},
                nameless && !carrier.jumped};
    }
    if (auto why = refuse_host_key(session->raw(), route, target.name, client.known_hosts)) return refused(*why);
    if (auto why = refuse_login(client, *session, lock, target, route, until))
        return out_of_time() || session->lost() ? failed(*why, out_of_time()) : refused(*why);
    session->keep_alive();
    return {{session, {}}};
}

/// Spread, so that those who were turned away together do not come back together.
Duration spread(Duration pause) {
    thread_local std::minstd_rand random(std::random_device{}());
    return pause / 2 + Duration(static_cast<Duration::rep>(random() % static_cast<std::uint64_t>(pause.count())));
}

}  // namespace

SshClient::SshClient(Scheduler& scheduler, const Stop& stop, AskSecret ask, FetchSecret secret, SshSettings given)
    : scheduler(scheduler),
      stop(stop),
      secret(std::move(secret)),
      settings(std::move(given)),
      keys([this](const std::string& prompt) { return this->ask(prompt); }),
      jumps(*this),
      ask_(std::move(ask)) {}

std::optional<std::string> SshClient::ask(const std::string& prompt) {
    const std::lock_guard lock(asking_);
    return ask_(prompt);
}

std::optional<std::string> SshClient::password_for(const std::string& user_at_host) {
    const std::lock_guard lock(asking_);
    const auto it = passwords_.find(user_at_host);
    if (it != passwords_.end()) return it->second;
    return passwords_[user_at_host] = ask_(fmt::format("Password of {}: ", user_at_host));
}

void SshClient::forget_password(const std::string& user_at_host) {
    const std::lock_guard lock(asking_);
    passwords_.erase(user_at_host);
}

SshLink connect_ssh(SshClient& client, const SshTarget& target, Time until) {
    const Time retry_until = std::min(until, client.scheduler.now() + retrying);
    for (Duration pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
        Attempt one = attempt(client, target, until);
        const Time again = client.scheduler.now() + spread(pause);
        if (one.link.session || !one.turned_away || again >= retry_until || client.stop.stop_waiting()) return std::move(one.link);
        client.scheduler.sleep_until(again, client.stop, Stop::Level::StopWaiting);
    }
}

}  // namespace runtime
