#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "runtime/connection/ssh/connections.hpp"
#include "runtime/connection/ssh/link.hpp"
#include "runtime/connection/ssh/stream.hpp"

namespace runtime {

namespace {

/// What sshd allows on one link unless it is told otherwise (MaxSessions).
constexpr int most_channels = 10;

/// To get a channel from a server that refuses one.
constexpr int most_attempts = 50;

/// A command that was never started.
class Refused final : public Stream {
  public:
    explicit Refused(std::string why) : why_(std::move(why)) {}
    Next next(Time) override { return End{Ending::NotSent, 0, {}, why_}; }

  private:
    std::string why_;
};

class SshConnection final : public Connection {
  public:
    SshConnection(std::shared_ptr<SshClient> client, SshTarget target) : client_(std::move(client)), link_(*client_, std::move(target)) {}

    std::unique_ptr<Stream> open(const Line& line, Time until) override {
        if (line.text.find('\0') != std::string::npos) return std::make_unique<Refused>("a command line cannot carry a NUL byte");
        // A link that has died unnoticed, or one whose channels are all taken by commands that we gave up on, is replaced, once.
        std::string why;
        for (int attempt = 0; attempt < 2; ++attempt) {
            const SshLink link = link_.get(until);
            if (!link.session) return std::make_unique<Refused>(link.why);
            if (auto stream = open_on(link.session, line, until, why)) return stream;
            if (client_->stop.stop_waiting() || client_->scheduler.now() >= until) break;
        }
        return std::make_unique<Refused>(fmt::format("{}: {}", link_.target().name, why));
    }

    void reset() override { link_.forget(); }

  private:
    /// Nothing where the link is of no use any more: then it is retired, and nothing of the line was sent.
    std::unique_ptr<Stream> open_on(const std::shared_ptr<SshSession>& session, const Line& line, Time until, std::string& why) {
        auto lock = session->lock();
        for (int attempt = 1;; ++attempt) {
            const bool free = session->wait(lock, until, [&] { return session->lost() || session->channels < most_channels; });
            if (session->lost()) why = session->why_lost();
            if (!free) why = "all its channels are in use, and none got free in time";
            if (!free || session->lost()) return nullptr;

            ssh_channel channel = ssh_channel_new(session->raw());
            ++session->channels;
            const auto opened = session->repeat(lock, until, SSH_AGAIN, [&] { return ssh_channel_open_session(channel); });
            if (opened == SSH_OK) return std::make_unique<SshStream>(session, channel, line, client_->scheduler);

            why = !opened ? "no time was left to open a channel" : session->lost() ? session->why_lost() : ssh_get_error(session->raw());
            ssh_channel_free(channel);
            const int others = --session->channels;
            session->notify();
            // Refused, because the server has as many commands running on this link as it allows. Ours will end; what we gave up on may
            // not. And if there are neither, it has not yet seen that our last ones are over, and will have when it hears from us again.
            const bool full = opened.has_value() && !session->lost() && attempt < most_attempts;
            if (full && others > 0) session->wait(lock, until, [&] { return session->lost() || session->channels < others; });
            if (full && (others > 0 || session->given_up == 0)) continue;
            session->retired = true;
            return nullptr;
        }
    }

    std::shared_ptr<SshClient> client_;
    SshSharedLink link_;
};

std::string home_ssh_directory() {
    const passwd* entry = getpwuid(getuid());
    const char* home = std::getenv("HOME");
    return fmt::format("{}/.ssh", home != nullptr ? home : entry != nullptr ? entry->pw_dir : "");
}

SshTarget target_of(const lang::Host& host) {
    return {.name = host.name,
            .address = host.address,
            .port = host.port,
            .user = host.user,
            .jump = host.jump,
            .key = host.key,
            .password = host.password.value_or("")};
}

}  // namespace

ConnectionFactory ssh_connections(Scheduler& scheduler, const Stop& stop, AskSecret ask, FetchSecret secret, SshSettings settings) {
    if (settings.directory.empty()) settings.directory = home_ssh_directory();
    auto client = std::make_shared<SshClient>(scheduler, stop, std::move(ask), std::move(secret), std::move(settings));
    return [client](const lang::Host& host) -> std::unique_ptr<Connection> {
        return std::make_unique<SshConnection>(client, target_of(host));
    };
}

}  // namespace runtime
