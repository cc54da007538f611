#include "runtime/connection/net/tcp.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <thread>

namespace runtime {

namespace {

/// Longer than this nobody waits for a machine that is there: it is what three lost packets cost.
constexpr Duration patience = std::chrono::seconds{10};

struct FreeAddresses {
    void operator()(addrinfo* addresses) const { freeaddrinfo(addresses); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

struct Lookup {
    int error = EAI_AGAIN;
    Addresses addresses;
};

Lookup look_up(const std::string& host, int port, int flags) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    return {error, Addresses(error == 0 ? found : nullptr)};
}

/// A lookup by name blocks, and nothing ends it early: it runs on its own, and whoever waited too long leaves it behind.
class Resolver {
  public:
    static std::shared_ptr<Resolver> start(const std::string& host, int port) {
        auto resolver = std::make_shared<Resolver>();
        std::thread([resolver, host, port] {
            Lookup answer = look_up(host, port, AI_ADDRCONFIG);
            const std::lock_guard lock(resolver->mutex_);
            resolver->answer_ = std::move(answer);
            eventfd_write(resolver->answered_.number(), 1);
        }).detach();
        return resolver;
    }

    Lookup wait(Time until, Scheduler& scheduler, const Stop& stop) {
        std::array<pollfd, 2> watched{{{answered_.number(), POLLIN, 0}, {stop.descriptor(), POLLIN, 0}}};
        wait_ready(watched, until - scheduler.now());
        const std::lock_guard lock(mutex_);
        return std::move(answer_);
    }

  private:
    std::mutex mutex_;
    Lookup answer_;
    Descriptor answered_{eventfd(0, EFD_CLOEXEC)};
};

void set(int socket, int level, int option, int value) { setsockopt(socket, level, option, &value, sizeof value); }

TcpResult failure(std::string why, int error) { return {Descriptor(), std::move(why), error}; }
TcpResult failure(int error) { return failure(strerrordesc_np(error), error); }
TcpResult stopped() { return failure("we were told to stop waiting", ECANCELED); }

TcpResult connect_to(const addrinfo& address, Time until, Scheduler& scheduler, const Stop& stop) {
    Descriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return failure(errno);
    set(socket.number(), IPPROTO_TCP, TCP_NODELAY, 1);
    set(socket.number(), SOL_SOCKET, SO_KEEPALIVE, 1);
    set(socket.number(), IPPROTO_TCP, TCP_KEEPIDLE, 15);
    set(socket.number(), IPPROTO_TCP, TCP_KEEPINTVL, 10);
    set(socket.number(), IPPROTO_TCP, TCP_KEEPCNT, 3);

    if (connect(socket.number(), address.ai_addr, address.ai_addrlen) != 0 && errno != EINPROGRESS) return failure(errno);
    const Time started = scheduler.now();
    until = std::min(until, started + patience);
    std::array<pollfd, 2> watched{{{socket.number(), POLLOUT, 0}, {stop.descriptor(), POLLIN, 0}}};
    wait_ready(watched, until - started);
    if (watched[0].revents == 0) {
        if (stop.stop_waiting()) return stopped();
        return failure(fmt::format("no answer within {}", lang::show(scheduler.now() - started)), ETIMEDOUT);
    }
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return failure(error);
    return {.socket = std::move(socket)};
}

}  // namespace

void acknowledge_at_once(int socket) { set(socket, IPPROTO_TCP, TCP_QUICKACK, 1); }

TcpResult connect_tcp(const std::string& host, int port, Time until, Scheduler& scheduler, const Stop& stop) {
    Lookup lookup = look_up(host, port, AI_NUMERICHOST);
    if (!lookup.addresses) lookup = Resolver::start(host, port)->wait(until, scheduler, stop);
    if (!lookup.addresses) {
        if (stop.stop_waiting()) return stopped();
        return failure(fmt::format("the name \"{}\" cannot be looked up ({})", host, gai_strerror(lookup.error)), 0);
    }
    TcpResult result = failure("no time was left to connect", ETIMEDOUT);
    for (const addrinfo* address = lookup.addresses.get(); address != nullptr && !result.socket; address = address->ai_next) {
        if (stop.stop_waiting() || scheduler.now() >= until) break;
        result = connect_to(*address, until, scheduler, stop);
    }
    return result;
}

}  // namespace runtime
