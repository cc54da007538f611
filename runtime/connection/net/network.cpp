#include "runtime/connection/net/network.hpp"

#include "runtime/connection/net/dialogue.hpp"
#include "runtime/connection/net/http.hpp"

namespace runtime {

namespace {

/// Asks when it is first listened to, and then has the whole answer.
class Asking final : public Stream {
  public:
    explicit Asking(std::function<Reply(Time until)> ask) : ask_(std::move(ask)) {}

    Next next(Time until) override {
        if (!reply_) reply_ = ask_(until);
        if (!reply_->out.empty()) return Chunk{Chunk::From::Out, std::exchange(reply_->out, {})};
        if (reply_->ending == Ending::Exited && !reply_->err.empty()) return Chunk{Chunk::From::Err, std::exchange(reply_->err, {})};
        return End{reply_->ending, reply_->code, {}, std::exchange(reply_->err, {})};
    }

  private:
    std::function<Reply(Time until)> ask_;
    std::optional<Reply> reply_;
};

class NetworkConnection final : public Connection {
  public:
    NetworkConnection(const lang::Host& host, std::unique_ptr<Connection> other, Scheduler& scheduler, const Stop& stop)
        : host_(host), other_(std::move(other)), scheduler_(scheduler), stop_(stop) {}

    std::unique_ptr<Stream> open(const Line& line, Time until) override {
        if (!line.request) return other_->open(line, until);
        return std::make_unique<Asking>([this, request = *line.request, input = line.input](Time until) {
            const Destination to{.host = host_, .until = until, .scheduler = scheduler_, .stop = stop_};
            const auto* http = std::get_if<HttpRequest>(&request);
            return http != nullptr ? ask_over_http(to, *http, input) : hold_dialogue(to, std::get<TcpRequest>(request), input);
        });
    }
    void reset() override { other_->reset(); }

  private:
    const lang::Host& host_;
    std::unique_ptr<Connection> other_;
    Scheduler& scheduler_;
    const Stop& stop_;
};

}  // namespace

ConnectionFactory network_connections(ConnectionFactory others, Scheduler& scheduler, const Stop& stop) {
    return [others = std::move(others), &scheduler, &stop](const lang::Host& host) -> std::unique_ptr<Connection> {
        return std::make_unique<NetworkConnection>(host, others(host), scheduler, stop);
    };
}

}  // namespace runtime
