#include "runtime/connection/ssh/channel.hpp"

#include "runtime/connection/ssh/stream.hpp"

namespace runtime {

namespace {

/// What sshd allows on one link unless it is told otherwise (MaxSessions).
constexpr int most_channels = 10;

/// To get a channel from a server that refuses one.
constexpr int most_attempts = 50;

}  // namespace

std::unique_ptr<Stream> open_channel(const SshClient& client, const std::shared_ptr<SshSession>& session, const Line& line, Time until,
                                     std::string& why) {
    auto lock = session->lock();
    for (int attempt = 1;; ++attempt) {
        const bool free = session->wait(lock, until, [&] { return session->lost() || session->channels < most_channels; });
        if (session->lost()) why = session->why_lost();
        if (!free) why = "all its channels are in use, and none got free in time";
        if (!free || session->lost()) return nullptr;

        ssh_channel channel = ssh_channel_new(session->raw());
        ++session->channels;
        const auto opened = session->repeat(lock, until, SSH_AGAIN, [&] { return ssh_channel_open_session(channel); });
        if (opened == SSH_OK) return std::make_unique<SshStream>(session, channel, line, client.scheduler);

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

}  // namespace runtime
