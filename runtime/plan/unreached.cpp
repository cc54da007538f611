#include "runtime/plan/unreached.hpp"

#include <mutex>
#include <optional>
#include <utility>

namespace runtime {

namespace {

/// A failure that takes less than this costs nothing when it comes again, and may have gone by then.
constexpr lang::Duration slow = std::chrono::seconds{2};

/// Of one host: the end of the command that failed slowly.
class Unreached {
  public:
    std::optional<Stream::End> end() const {
        const std::lock_guard lock(mutex_);
        return end_;
    }
    void set(Stream::End end) {
        const std::lock_guard lock(mutex_);
        end_ = std::move(end);
    }

  private:
    mutable std::mutex mutex_;
    std::optional<Stream::End> end_;
};

class Watched final : public Stream {
  public:
    Watched(std::unique_ptr<Stream> stream, std::shared_ptr<Unreached> unreached, Scheduler& scheduler, Time asked)
        : stream_(std::move(stream)), unreached_(std::move(unreached)), scheduler_(scheduler), asked_(asked) {}

    Next next(Time until) override {
        Next next = stream_->next(until);
        const auto* end = std::get_if<End>(&next);
        if (end != nullptr && end->ending == Ending::NotSent && scheduler_.now() - asked_ >= slow) unreached_->set(*end);
        return next;
    }
    std::vector<Reply> asked() const override { return stream_->asked(); }

  private:
    std::unique_ptr<Stream> stream_;
    std::shared_ptr<Unreached> unreached_;
    Scheduler& scheduler_;
    Time asked_;
};

class Once final : public Connection {
  public:
    Once(std::unique_ptr<Connection> connection, Scheduler& scheduler) : connection_(std::move(connection)), scheduler_(scheduler) {}

    std::unique_ptr<Stream> open(const Line& line, Time until) override {
        if (const auto end = unreached_->end()) return std::make_unique<NotStarted>(end->why, end->code);
        const Time asked = scheduler_.now();
        return std::make_unique<Watched>(connection_->open(line, until), unreached_, scheduler_, asked);
    }
    void reset() override { connection_->reset(); }

  private:
    std::unique_ptr<Connection> connection_;
    Scheduler& scheduler_;
    std::shared_ptr<Unreached> unreached_ = std::make_shared<Unreached>();
};

}  // namespace

ConnectionFactory waiting_once(ConnectionFactory make, Scheduler& scheduler) {
    return [make = std::move(make), &scheduler](const lang::Host& host) { return std::make_unique<Once>(make(host), scheduler); };
}

}  // namespace runtime
