#include "runtime/connection/net/dialogue.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace runtime {

namespace {

class Dialogue {
  public:
    Dialogue(const Destination& to, const Descriptor& socket, std::string_view input) : to_(to), socket_(socket), input_(input) {}

    Reply hold(const TcpRequest& request) {
        const bool done = (!request.greeted || hear(TcpRequest::Answer::Line)) && say() && hear(request.answer);
        if (done) reply_.ending = Ending::Exited;
        return std::move(reply_);
    }

  private:
    bool say() {
        while (!input_.empty()) {
            if (!wait_for(POLLOUT)) return false;
            const ssize_t count = send(socket_.number(), input_.data(), input_.size(), MSG_NOSIGNAL);
            if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
            if (count < 0) return broken(strerrordesc_np(errno), errno);
            said_ = true;
            input_.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

    bool hear(TcpRequest::Answer answer) {
        using enum TcpRequest::Answer;
        if (answer == Nothing) return true;
        const std::size_t from = reply_.out.size();
        std::array<char, 16384> bytes;
        for (;;) {
            if (answer == Line && reply_.out.find('\n', from) != std::string::npos) return true;
            if (!wait_for(POLLIN)) return false;
            const ssize_t count = recv(socket_.number(), bytes.data(), bytes.size(), 0);
            if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
            if (count < 0) return broken(strerrordesc_np(errno), errno);
            // A last line may lack its end; but who closes without a word has not answered.
            if (count == 0) return reply_.out.size() > from || broken("it closed the connection without an answer", ECONNRESET);
            reply_.out.append(bytes.data(), static_cast<std::size_t>(count));
            if (reply_.out.size() > output_limit) return true;  // more than is kept: whoever keeps it sees that
        }
    }

    bool wait_for(short event) {
        std::array<pollfd, 2> watched{{{socket_.number(), event, 0}, {to_.stop.descriptor(), POLLIN, 0}}};
        wait_ready(watched, to_.until - to_.scheduler.now());
        if (watched[0].revents != 0) return true;
        const bool stopped = to_.stop.stop_waiting();
        ended(stopped ? Ending::Cancelled : Ending::Deadline, stopped ? "we were told to stop waiting" : "no answer in time",
              stopped ? ECANCELED : ETIME);
        return false;
    }

    bool broken(std::string why, int error) {
        ended(Ending::LinkLost, std::move(why), error);
        return false;
    }

    /// Where something was to be said and nothing was, nothing can have come of it.
    void ended(Ending ending, std::string why, int error) {
        const bool nothing_left_us = !input_.empty() && !said_;
        reply_.ending = nothing_left_us ? Ending::NotSent : ending;
        reply_.code = nothing_left_us ? error : 0;
        reply_.err = fmt::format("{}: {}", to_.host.name, why);
    }

    const Destination& to_;
    const Descriptor& socket_;
    std::string_view input_;
    bool said_ = false;
    Reply reply_;
};

}  // namespace

Reached reach(const Destination& to, int port) {
    TcpResult made = connect_tcp(to.host.address, port, to.until, to.scheduler, to.stop);
    Reached reached{.socket = std::move(made.socket), .reply = {}};
    if (reached.socket) return reached;
    reached.reply.code = made.error;
    reached.reply.err = fmt::format("{} does not answer at {}:{} ({})", to.host.name, to.host.address, port, made.why);
    return reached;
}

Reply hold_dialogue(const Destination& to, const TcpRequest& request, std::string_view input) {
    const Reached reached = reach(to, request.port);
    return reached.socket ? Dialogue(to, reached.socket, input).hold(request) : reached.reply;
}

}  // namespace runtime
