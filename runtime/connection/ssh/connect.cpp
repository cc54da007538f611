#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "runtime/connection/net/tcp.hpp"
#include "runtime/connection/ssh/client.hpp"
#include "runtime/connection/ssh/login/auth.hpp"
#include "runtime/connection/ssh/route.hpp"
#include "runtime/connection/ssh/trust/verify.hpp"
#include "runtime/connection/ssh/tunnel/proxy_command.hpp"

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

/// A program that leads to the machine has to connect itself before.
constexpr Duration proxy_patience = std::chrono::seconds{30};

/// What leads to the machine: a TCP connection, a tunnel through another link, or a program.
struct Carrier {
    SshTunnel tunnel;
    bool is_direct = false;  ///< what is heard comes from the machine itself
    std::unique_ptr<ProxyCommand> proxy = nullptr;
};

Carrier reach(SshClient& client, const SshTarget& target, const SshRoute& route, Time until) {
    if (!route.jump.empty()) return {client.jumps.open(route.jump, target, route.host, route.port, until)};
    Carrier carrier;
    if (!route.proxy_command.empty()) {
        carrier.proxy = std::make_unique<ProxyCommand>(route.proxy_command);
        carrier.tunnel.socket = carrier.proxy->take_socket();
        if (!carrier.tunnel.socket) carrier.tunnel.fate->why = fmt::format("its ProxyCommand: {}", carrier.proxy->account());
        return carrier;
    }
    carrier.is_direct = true;
    if (route.settings.connect_timeout) until = std::min(until, client.scheduler.now() + *route.settings.connect_timeout);
    TcpResult result = connect_tcp(route.host, route.port, until, client.scheduler, client.stop);
    carrier.tunnel.socket = std::move(result.socket);
    if (!carrier.tunnel.socket) carrier.tunnel.fate->why = result.why + route.settings.told(SshRemedy::When::Reach);
    return carrier;
}

Attempt attempt(SshClient& client, const SshTarget& target, Time until) {
    SshRoute route = find_route(client, target, until);
    if (!route.handle) return failed(route.why, route.out_of_time);
    const std::string who = route.describe(target.name);
    const auto out_of_time = [&] { return client.stop.stop_waiting() || client.scheduler.now() >= until; };

    Carrier carrier = reach(client, target, route, until);
    if (!carrier.tunnel.socket) return failed(fmt::format("{}: {}", who, carrier.tunnel.why()), out_of_time());
    const int socket = carrier.tunnel.socket.release();  // libssh closes it
    ssh_options_set(route.handle.get(), SSH_OPTIONS_FD, &socket);
    const Duration patience = carrier.proxy ? proxy_patience : handshake_patience;
    const auto session =
        std::make_shared<SshSession>(std::move(route.handle), client.settings, client.scheduler, client.stop, std::move(carrier.proxy));
    auto lock = session->lock();

    const Time begun = client.scheduler.now();
    const auto connected = session->repeat(lock, std::min(until, begun + patience), SSH_AGAIN, [&] { return ssh_connect(session->raw()); });
    if (!connected && !route.proxy_command.empty())
        return failed(fmt::format("{}: the SSH handshake is not finished after {} (its ProxyCommand {})", who,
                                  lang::show(client.scheduler.now() - begun), session->proxy_account()),
                      out_of_time());
    if (!connected) return failed(fmt::format("{}: it accepts connections, but does not finish the SSH handshake", who), out_of_time());
    if (connected != SSH_OK) {
        const bool nameless = ssh_get_serverbanner(session->raw()) == nullptr;
        const std::string broken = carrier.tunnel.why();
        if (!broken.empty()) return failed(fmt::format("{}: {}", who, broken));
        return {{nullptr, fmt::format("{}: {} during the SSH handshake", who, session->why_lost()), out_of_time()},
                nameless && carrier.is_direct};
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
      openssh(settings.openssh, settings.directory, scheduler, stop),
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
