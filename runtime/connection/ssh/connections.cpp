#include <fmt/format.h>

#include <cerrno>

#include "runtime/connection/ssh/channel.hpp"
#include "runtime/connection/ssh/configuration/paths.hpp"
#include "runtime/connection/ssh/link.hpp"

namespace runtime {

namespace {

class SshConnection final : public Connection {
  public:
    SshConnection(std::shared_ptr<SshClient> client, SshTarget target)
        : client_(std::move(client)), link_(*client_, std::move(target), SshSharedLink::For::Commands) {}

    std::unique_ptr<Stream> open(const Line& line, Time until) override {
        if (line.text.find('\0') != std::string::npos) return std::make_unique<NotStarted>("a command line cannot carry a NUL byte");
        // A link that has died unnoticed, or one whose channels are all taken by commands that we gave up on, is replaced, once.
        std::string why;
        std::vector<Reply> asked;
        for (int attempt = 0; attempt < 2; ++attempt) {
            SshLink link = link_.get(until);
            link.asked.insert(link.asked.begin(), asked.begin(), asked.end());
            if (!link.session) return std::make_unique<NotStarted>(link.why, link.would_not_have_us ? EACCES : 0, std::move(link.asked));
            if (auto stream = open_proved(client_, link_.target(), link, line, until, why)) return stream;
            asked = std::move(link.asked);
            if (client_->stop.stop_waiting() || client_->scheduler.now() >= until) break;
        }
        return std::make_unique<NotStarted>(fmt::format("{}: {}", link_.target().name, why), 0, std::move(asked));
    }

    void reset() override { link_.forget(); }

  private:
    std::shared_ptr<SshClient> client_;
    SshSharedLink link_;
};

std::string home_ssh_directory() {
    const char* home = std::getenv("HOME");
    return home != nullptr ? fmt::format("{}/.ssh", home) : ssh_directory_of_account();
}

SshTarget target_of(const lang::Host& host) {
    return {.name = host.name,
            .address = host.address,
            .port = host.port,
            .user = host.user,
            .jump = host.jump,
            .key = host.key,
            .password = host.password.value_or(""),
            .way = {},
            .os = host.os};
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
