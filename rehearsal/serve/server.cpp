#include "rehearsal/serve/server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <stdexcept>
#include <system_error>

#include "rehearsal/scene.hpp"
#include "rehearsal/serve/log.hpp"
#include "rehearsal/serve/socket.hpp"
#include "rehearsal/site.hpp"
#include "runtime/file.hpp"

namespace rehearsal {

namespace {

/// SIGTERM, SIGINT and SIGHUP as something to poll, while it lives. One that comes before somebody polls waits for it.
class TerminationSignals {
  public:
    TerminationSignals() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGTERM);
        sigaddset(&set_, SIGINT);
        sigaddset(&set_, SIGHUP);
        pthread_sigmask(SIG_BLOCK, &set_, &before_);
        descriptor_ = Descriptor(signalfd(-1, &set_, SFD_CLOEXEC));
    }
    ~TerminationSignals() {
        // One that came is taken, so that it does not end the process now.
        const timespec at_once{};
        while (sigtimedwait(&set_, nullptr, &at_once) > 0) {
        }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    TerminationSignals(const TerminationSignals&) = delete;
    TerminationSignals& operator=(const TerminationSignals&) = delete;
    int descriptor() const { return descriptor_.number(); }

  private:
    sigset_t set_{}, before_{};
    Descriptor descriptor_;
};

/// No procedure waits for longer; a time that is further away is a mistake, and would keep all others waiting.
constexpr lang::Duration furthest = std::chrono::days(366);

struct Client {
    Descriptor socket;
    Unpacker in = {};
    std::string out = {};  ///< not sent yet
    bool gone = false;
};

std::optional<lang::Time> read_time(const std::string& text) {
    std::int64_t milliseconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return lang::Time(lang::Duration(milliseconds));
}

/// Never a FIFO: that would be waited for where nobody reads it.
Descriptor open_log(const std::string& path) {
    if (const auto why = runtime::why_no_file(path); why && path != "/dev/null")
        throw std::runtime_error(fmt::format("cannot write the log {}: {}", path, *why));
    Descriptor log(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!log) throw std::system_error(errno, std::generic_category(), "cannot write the log " + path);
    return log;
}

class Server {
  public:
    Server(World& world, const TerminationSignals& signals, const std::string& socket_path, const std::string& log_path)
        : world_(world), signals_(signals), log_(open_log(log_path)) {
        listener_ = listen_at(socket_path);
    }

    void run() {
        for (;;) {
            std::vector<pollfd> watched{{.fd = signals_.descriptor(), .events = POLLIN, .revents = 0},
                                        {.fd = listener_.number(), .events = POLLIN, .revents = 0}};
            for (const Client& client : clients_) {
                const short events = client.out.empty() ? POLLIN : POLLIN | POLLOUT;
                watched.push_back({.fd = client.socket.number(), .events = events, .revents = 0});
            }
            if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR)
                throw std::system_error(errno, std::generic_category(), "poll");
            if (watched[0].revents != 0) return;
            for (std::size_t i = 0; i < clients_.size(); ++i) {
                if (watched[i + 2].revents != 0) attend(clients_[i]);
                if (told_to_end_) return;
            }
            std::erase_if(clients_, [](const Client& client) { return client.gone; });
            if (watched[1].revents != 0) {
                Descriptor socket(accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
                if (socket) clients_.push_back({.socket = std::move(socket)});
            }
        }
    }

  private:
    void attend(Client& client) {
        char bytes[65536];
        const ssize_t count = recv(client.socket.number(), bytes, sizeof bytes, 0);
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) client.gone = true;
        if (count > 0) client.in.feed({bytes, static_cast<std::size_t>(count)});
        while (const auto request = client.in.next()) {
            client.out += pack(answer(*request));
            if (told_to_end_) return;
        }
        client.gone = client.gone || client.in.is_broken();
        if (client.out.empty()) return;
        const ssize_t sent = send(client.socket.number(), client.out.data(), client.out.size(), MSG_NOSIGNAL);
        if (sent > 0) client.out.erase(0, static_cast<std::size_t>(sent));
        if (sent < 0 && errno != EAGAIN && errno != EINTR) client.gone = true;
    }

    Message answer(const Message& request) {
        if (request.empty()) return {"error", "an empty request"};
        const std::string& verb = request[0];
        if (verb == "now" && request.size() == 1) return {"now", std::to_string(world_.now.time_since_epoch().count())};
        const auto at = request.size() > 1 ? read_time(request[1]) : std::nullopt;
        if (!at) return {"error", "no time in the request " + verb};
        if (*at > world_.now + furthest) return {"error", fmt::format("its time is more than {} after the site's", lang::show(furthest))};
        if (!advance(*at)) return {"error", "the simulated site ends"};
        if (verb == "snapshot" && request.size() == 2) return snapshot();
        if (verb == "troubles" && request.size() == 2) {
            Message message{"troubles"};
            message.insert(message.end(), world_.troubles.begin(), world_.troubles.end());
            return message;
        }
        if ((verb == "inject" || verb == "cure") && request.size() == 3) {
            const bool begins = verb == "inject";
            const auto error = inject(world_, request[2], begins ? Fault::Begins : Fault::Ends);
            return error ? Message{"error", *error} : Message{begins ? "injected" : "cured"};
        }
        const lang::Host* host = request.size() > 2 ? world_.site->find_host(request[2]) : nullptr;
        if (host == nullptr) return {"error", "this simulated site has no such host"};
        if (verb == "reach" && request.size() == 3) return reach(*host);
        if (verb == "run" && request.size() == 5) return run(*host, request[3], request[4], *at);
        return {"error", "unknown request " + verb};
    }

    /// An hour at a time: every second of it is lived through, and whoever wants us to end is heard in between.
    bool advance(lang::Time to) {
        while (world_.now < to) {
            world_.advance(std::min(to, world_.now + std::chrono::hours(1)));
            pollfd signal{.fd = signals_.descriptor(), .events = POLLIN, .revents = 0};
            told_to_end_ = poll(&signal, 1, 0) > 0;
            if (told_to_end_) return false;
        }
        return true;
    }

    Message snapshot() const {
        Message message{"snapshot"};
        for (const auto& [key, value] : world_.snapshot()) {
            message.push_back(key);
            message.push_back(value);
        }
        return message;
    }

    Message reach(const lang::Host& host) const {
        const Reachability found = reach_in(world_, host);
        if (const auto* refused = std::get_if<Refused>(&found))
            return {"refused", refused->why, refused->after_waiting ? "1" : "0", refused->keeps_links ? "1" : "0"};
        return {"reached", std::to_string(std::get<Reached>(found).boots)};
    }

    Message run(const lang::Host& host, const std::string& line, const std::string& input, lang::Time at) {
        const Answer answer = world_.run(host, line, input, at);
        const std::string entry = log_line(world_.log.back());
        if (write(log_.number(), entry.data(), entry.size()) != static_cast<ssize_t>(entry.size())) {
            throw std::system_error(errno, std::generic_category(), "cannot write the log");
        }
        return {"answer",
                std::to_string(answer.code),
                answer.out,
                answer.err,
                std::to_string(answer.takes.count()),
                std::to_string(static_cast<int>(answer.ending)),
                answer.mend,
                answer.rests_on};
    }

    World& world_;
    const TerminationSignals& signals_;
    bool told_to_end_ = false;
    Descriptor log_;
    Descriptor listener_;
    std::vector<Client> clients_;
};

}  // namespace

void serve(World& world, const std::string& socket_path, const std::string& log_path) {
    const TerminationSignals signals;  // before somebody can find the socket, until it is gone
    Server(world, signals, socket_path, log_path).run();
    unlink(socket_path.c_str());
}

}  // namespace rehearsal
