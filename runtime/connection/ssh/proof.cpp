// How a link proves that its log-in runs what it is sent, and what becomes of an answer where it does not.
#include <fmt/format.h>

#include "runtime/connection/ssh/channel.hpp"

namespace runtime {

namespace {

/// A profile that waits for a server of its own takes its time; a forced command that reads on and on never ends.
constexpr Duration proof_patience = std::chrono::seconds{30};

/// What a profile may write before a command's own output.
constexpr std::size_t most_noise = std::size_t{1} << 20;

/// The link itself as a connection: one line, as it is.
class OnLink final : public Connection {
  public:
    OnLink(const SshClient& client, std::shared_ptr<SshSession> session) : client_(client), session_(std::move(session)) {}
    std::unique_ptr<Stream> open(const Line& line, Time until) override {
        std::string why;
        if (auto stream = open_channel(client_, session_, line, until, why)) return stream;
        return std::make_unique<NotStarted>(std::move(why));
    }
    void reset() override {}

  private:
    const SshClient& client_;
    std::shared_ptr<SshSession> session_;
};

struct Asked {
    Reply reply;
    LoginShell shell;  ///< where the reply ended by itself or by a signal
};

bool has_ended(const Reply& reply) { return reply.ending == Ending::Exited || reply.ending == Ending::Signalled; }

Asked ask(const SshClient& client, const SshTarget& target, const std::shared_ptr<SshSession>& session, Time until) {
    const std::string nonce = new_nonce();
    const Duration patience = std::clamp(until - client.scheduler.now(), Duration{0}, proof_patience);
    OnLink link(client, session);
    Asked asked{execute(link, login_question(target.os, nonce), patience, client.scheduler, client.stop), {}};
    if (has_ended(asked.reply)) asked.shell = login_shell_of(target.os, nonce, asked.reply);
    return asked;
}

/// Takes off what a profile writes before a command's output, and doubts what the log-in may have said itself.
class ProvedStream final : public Stream {
  public:
    ProvedStream(std::shared_ptr<SshClient> client, SshTarget target, std::shared_ptr<SshSession> session, LoginShell shell,
                 std::unique_ptr<Stream> stream, std::vector<Reply> asked)
        : client_(std::move(client)),
          target_(std::move(target)),
          session_(std::move(session)),
          shell_(std::move(shell)),
          begun_(shell_.mark.empty()),
          stream_(std::move(stream)),
          asked_(std::move(asked)) {}

    Next next(Time until) override {
        while (true) {
            Next next = stream_->next(until);
            if (auto* chunk = std::get_if<Chunk>(&next); chunk != nullptr && chunk->from == Chunk::From::Out && !begun_) {
                if (!take_noise(*chunk)) continue;
            }
            if (auto* end = std::get_if<End>(&next); end != nullptr && end->ending == Ending::Exited) judge(*end, until);
            return next;
        }
    }

    std::vector<Reply> asked() const override { return asked_; }

  private:
    /// False where all of it is noise.
    bool take_noise(Chunk& chunk) {
        noise_ += chunk.bytes;
        const auto at = noise_.find(shell_.mark);
        const auto end = at == std::string::npos ? at : noise_.find('\n', at);
        if (end == std::string::npos) {
            if (noise_.size() > most_noise) noise_.erase(0, noise_.size() - shell_.mark.size() - 2);
            return false;
        }
        begun_ = true;
        chunk.bytes = noise_.substr(end + 1);
        return !chunk.bytes.empty();
    }

    void doubt(End& end, std::string why) {
        end.ending = Ending::Doubtful;
        end.why = std::move(why);
        // Whatever is asked next, the log-in has to prove itself anew: its profile, or what guards it, may have been mended.
        const auto lock = session_->lock();
        session_->shell.reset();
    }

    void judge(End& end, Time until) {
        if (!begun_) {
            doubt(end, "the log-in wrote something else than before, and nothing of the command");
        } else if (shell_.kind == LoginShell::Kind::Coarse && end.code != 0) {
            end.ending = Ending::Doubtful;
            end.why = shell_.why;
        } else if (shell_.kind == LoginShell::Kind::Gate && end.code != 0) {
            doubt(end, shell_.why);
        } else if (shell_.kind == LoginShell::Kind::Gate) {
            // A forced command of another kind runs one and the same thing for every line, and that may end well or badly: the gate
            // has let this line through only if it still refuses the other, also where well and badly take turns.
            for (int i = 0; i < 2 && end.ending == Ending::Exited; ++i) {
                Asked again = ask(*client_, target_, session_, until);
                const bool still = has_ended(again.reply) && again.shell.kind == shell_.kind && again.shell.refusal == shell_.refusal;
                if (!still) doubt(end, fmt::format("{}; asked again it says something else: {}", shell_.why, again.reply.describe()));
                asked_.push_back(std::move(again.reply));
            }
        }
    }

    std::shared_ptr<SshClient> client_;
    SshTarget target_;
    std::shared_ptr<SshSession> session_;
    LoginShell shell_;
    bool begun_;
    std::string noise_;
    std::unique_ptr<Stream> stream_;
    std::vector<Reply> asked_;
};

}  // namespace

SshLink prove(const SshClient& client, const SshTarget& target, const std::shared_ptr<SshSession>& session, Time until) {
    Asked asked = ask(client, target, session, until);
    SshLink link{.session = session, .why = {}, .shell = asked.shell, .asked = {asked.reply}};
    if (has_ended(asked.reply) && asked.shell.kind != LoginShell::Kind::Closed) {
        const auto lock = session->lock();
        session->shell = std::move(asked.shell);
        return link;
    }
    link.session = nullptr;
    link.would_not_have_us = has_ended(asked.reply);
    link.out_of_time = !has_ended(asked.reply) && (client.stop.stop_waiting() || client.scheduler.now() >= until);
    link.why = fmt::format("{}: {}", target.name,
                           link.would_not_have_us ? asked.shell.why
                                                  : fmt::format("we are logged in, but the log-in shell does not say that it works: {}",
                                                                asked.reply.describe()));
    return link;
}

std::unique_ptr<Stream> open_proved(const std::shared_ptr<SshClient>& client, const SshTarget& target, const SshLink& link,
                                    const Line& line, Time until, std::string& why) {
    auto stream = open_channel(*client, link.session, dressed(line, link.shell), until, why);
    if (!stream) return nullptr;
    using Kind = LoginShell::Kind;
    const bool trusted = link.shell.mark.empty() && link.shell.kind != Kind::Gate && link.shell.kind != Kind::Coarse;
    if (trusted && link.asked.empty()) return stream;
    return std::make_unique<ProvedStream>(client, target, link.session, link.shell, std::move(stream), link.asked);
}

}  // namespace runtime
