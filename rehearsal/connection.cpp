#include "rehearsal/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <deque>

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using runtime::Ending;
using runtime::Scheduler;
using runtime::Stop;
using runtime::Stream;

constexpr lang::Duration connecting = 120ms;      ///< TCP, key exchange, log-in
constexpr lang::Duration reaching = 2ms;          ///< TCP alone
constexpr lang::Duration connect_time_out = 10s;  ///< when nobody says no
constexpr lang::Duration link_check = 1s;         ///< how soon a broken link is noticed

/// Its first word is its end.
class NotStarted final : public Stream {
  public:
    explicit NotStarted(std::string why, int error = 0) : why_(std::move(why)), error_(error) {}
    Next next(lang::Time) override { return End{.ending = Ending::NotSent, .code = error_, .signal = {}, .why = why_}; }

  private:
    std::string why_;
    int error_;
};

class RunningCommand final : public Stream {
  public:
    RunningCommand(const lang::Host& host, SimulatedSite& site, Scheduler& scheduler, const Stop& stop, Reached link, Answer answer)
        : host_(host), site_(site), scheduler_(scheduler), stop_(stop), link_(link), ends_(scheduler.now() + answer.takes) {
        if (!answer.out.empty()) chunks_.push_back({.from = Chunk::From::Out, .bytes = std::move(answer.out)});
        const bool ended = answer.ending == Ending::Exited;
        if (ended && !answer.err.empty()) chunks_.push_back({.from = Chunk::From::Err, .bytes = std::move(answer.err)});
        end_ = {.ending = answer.ending, .code = answer.code, .signal = {}, .why = {}};
        if (!ended) end_.why = answer.err.empty() ? closed() : answer.err;
    }

    Next next(lang::Time until) override {
        while (scheduler_.now() < ends_) {
            if (scheduler_.now() >= until || stop_.stop_waiting()) return std::monostate{};
            scheduler_.sleep_until(std::min({until, ends_, scheduler_.now() + link_check}), stop_, Stop::Level::StopWaiting);
            if (!link_holds()) {
                chunks_.clear();
                ends_ = scheduler_.now();
                end_ = {.ending = Ending::LinkLost, .code = 0, .signal = {}, .why = closed()};
            }
        }
        if (chunks_.empty()) return end_;
        Chunk chunk = std::move(chunks_.front());
        chunks_.pop_front();
        return chunk;
    }

  private:
    bool link_holds() {
        const Knock knock = site_.knock(host_, scheduler_.now());
        const auto* reached = std::get_if<Reached>(&knock);
        return reached != nullptr && *reached == link_;
    }
    std::string closed() const { return fmt::format("{} closed the connection", host_.name); }

    const lang::Host& host_;
    SimulatedSite& site_;
    Scheduler& scheduler_;
    const Stop& stop_;
    const Reached link_;
    lang::Time ends_;
    std::deque<Chunk> chunks_;
    End end_;
};

class SimulatedConnection final : public runtime::Connection {
  public:
    SimulatedConnection(const lang::Host& host, SimulatedSite& site, Scheduler& scheduler, const Stop& stop)
        : host_(host), site_(site), scheduler_(scheduler), stop_(stop) {}

    std::unique_ptr<Stream> open(const runtime::Line& line, lang::Time until) override {
        const lang::Time asked = scheduler_.now();
        Knock knock = site_.knock(host_, asked);
        if (line.request || !is_linked(knock)) {
            const auto* refused = std::get_if<Refused>(&knock);
            const bool silent = refused != nullptr && refused->after_waiting;
            const lang::Duration takes = silent ? connect_time_out : line.request ? reaching : connecting;
            scheduler_.sleep_until(std::min(until, asked + takes), stop_, Stop::Level::StopWaiting);
            if (stop_.stop_waiting()) return not_started("we were told to stop waiting", ECANCELED);
            if (asked + takes > until) return not_started("no answer in time", ETIMEDOUT);
            if (refused != nullptr) return not_started(refused->why, silent ? EHOSTUNREACH : ECONNREFUSED);
            knock = site_.knock(host_, scheduler_.now());
            if (const auto* gone = std::get_if<Refused>(&knock)) return not_started(gone->why, ECONNREFUSED);
        }
        if (!line.request) link(knock);
        Answer answer = site_.run(host_, line, scheduler_.now());
        if (answer.ending == Ending::NotSent) return not_started(line.request ? line.text + ": " + answer.err : answer.err, answer.code);
        return std::make_unique<RunningCommand>(host_, site_, scheduler_, stop_, std::get<Reached>(knock), std::move(answer));
    }

    void reset() override {
        const std::lock_guard lock(mutex_);
        link_.reset();
    }

  private:
    /// Is the link that we have still one to the machine as it runs now?
    bool is_linked(const Knock& knock) {
        const std::lock_guard lock(mutex_);
        const auto* reached = std::get_if<Reached>(&knock);
        return reached != nullptr && link_ == *reached;
    }
    void link(const Knock& knock) {
        const std::lock_guard lock(mutex_);
        link_ = std::get<Reached>(knock);
    }
    std::unique_ptr<Stream> not_started(const std::string& why, int error) const {
        return std::make_unique<NotStarted>(fmt::format("{} does not answer at {} ({})", host_.name, host_.address, why), error);
    }

    const lang::Host& host_;
    SimulatedSite& site_;
    Scheduler& scheduler_;
    const Stop& stop_;
    std::mutex mutex_;
    std::optional<Reached> link_;
};

}  // namespace

std::unique_ptr<runtime::Connection> simulated_connection(const lang::Host& host, SimulatedSite& site, Scheduler& scheduler,
                                                          const Stop& stop) {
    return std::make_unique<SimulatedConnection>(host, site, scheduler, stop);
}

}  // namespace rehearsal
