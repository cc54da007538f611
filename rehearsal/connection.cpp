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
constexpr lang::Duration gives_up = 45s;          ///< after so long without a sign of life a link is given up

bool is_silence(const Reachability& reach) {
    const auto* refused = std::get_if<Refused>(&reach);
    return refused != nullptr && refused->keeps_links;
}

int error_of(const Refused& refused) { return refused.keeps_links ? ETIMEDOUT : refused.after_waiting ? EHOSTUNREACH : ECONNREFUSED; }

Stream::End lost(std::string why) { return {.ending = Ending::LinkLost, .code = 0, .signal = {}, .why = std::move(why)}; }
std::string no_sign_of_life() { return fmt::format("no sign of life for {}", lang::show(gives_up)); }

/// The link of one connection, shared by all that runs over it.
class Link {
  public:
    /// Is it still one to the machine as it runs now?
    bool leads_to(const Reachability& reach) {
        const std::lock_guard lock(mutex_);
        const auto* reached = std::get_if<Reached>(&reach);
        return reached != nullptr && to_ == *reached;
    }
    void make(const Reached& to) {
        const std::lock_guard lock(mutex_);
        to_ = to;
        silent_since_.reset();
    }
    void forget() {
        const std::lock_guard lock(mutex_);
        to_.reset();
    }
    /// The other side has spoken.
    void heard() {
        const std::lock_guard lock(mutex_);
        silent_since_.reset();
    }
    /// The other side says nothing: when the link is given up. Nothing where there is none any more.
    std::optional<lang::Time> not_heard(lang::Time now) {
        const std::lock_guard lock(mutex_);
        if (!to_) return std::nullopt;
        if (!silent_since_) silent_since_ = now;
        if (now < *silent_since_ + gives_up) return *silent_since_ + gives_up;
        to_.reset();
        return std::nullopt;
    }

  private:
    std::mutex mutex_;  // The real scheduler runs branches at the same time.
    std::optional<Reached> to_;
    std::optional<lang::Time> silent_since_;
};

/// Sent on a link whose other side says nothing any more: whether it has arrived is unknown.
class Unheard final : public Stream {
  public:
    Unheard(lang::Time given_up, Scheduler& scheduler, const Stop& stop) : given_up_(given_up), scheduler_(scheduler), stop_(stop) {}
    Next next(lang::Time until) override {
        scheduler_.sleep_until(std::min(until, given_up_), stop_, Stop::Level::StopWaiting);
        if (scheduler_.now() < given_up_) return std::monostate{};
        return lost(no_sign_of_life());
    }

  private:
    const lang::Time given_up_;
    Scheduler& scheduler_;
    const Stop& stop_;
};

class RunningCommand final : public Stream {
  public:
    /// `link` is asked for signs of life, as SSH does; null: a request, which waits for the answer as long as it is let.
    RunningCommand(const lang::Host& host, SimulatedSite& site, Scheduler& scheduler, const Stop& stop, Reached to, Answer answer,
                   std::shared_ptr<Link> link)
        : host_(host),
          site_(site),
          scheduler_(scheduler),
          stop_(stop),
          to_(to),
          link_(std::move(link)),
          ends_(scheduler.now() + answer.takes) {
        if (!answer.out.empty()) chunks_.push_back({.from = Chunk::From::Out, .bytes = std::move(answer.out)});
        const bool ended = answer.ending == Ending::Exited;
        if (ended && !answer.err.empty()) chunks_.push_back({.from = Chunk::From::Err, .bytes = std::move(answer.err)});
        end_ = {.ending = answer.ending,
                .code = answer.code,
                .signal = {},
                .why = {},
                .mend = std::move(answer.mend),
                .rests_on = std::move(answer.rests_on)};
        if (!ended) end_.why = answer.err.empty() ? closed() : answer.err;
    }

    Next next(lang::Time until) override {
        while (is_silent_ || scheduler_.now() < ends_) {
            if (scheduler_.now() >= until || stop_.stop_waiting()) return std::monostate{};
            const lang::Time due = is_silent_ ? until : std::min(until, ends_);
            scheduler_.sleep_until(std::min(due, scheduler_.now() + link_check), stop_, Stop::Level::StopWaiting);
            look_at_link();
        }
        if (chunks_.empty()) return end_;
        Chunk chunk = std::move(chunks_.front());
        chunks_.pop_front();
        return chunk;
    }

  private:
    void look_at_link() {
        const lang::Time now = scheduler_.now();
        const Reachability reach = site_.reach(host_, now);
        is_silent_ = is_silence(reach);
        if (is_silent_) {
            if (link_ && !link_->not_heard(now)) lose(no_sign_of_life());
            return;
        }
        if (link_) link_->heard();
        const auto* reached = std::get_if<Reached>(&reach);
        if (reached == nullptr || *reached != to_) lose(closed());
    }
    void lose(std::string why) {
        chunks_.clear();
        is_silent_ = false;
        ends_ = scheduler_.now();
        end_ = lost(std::move(why));
    }
    std::string closed() const { return fmt::format("{} closed the connection", host_.name); }

    const lang::Host& host_;
    SimulatedSite& site_;
    Scheduler& scheduler_;
    const Stop& stop_;
    const Reached to_;
    const std::shared_ptr<Link> link_;
    lang::Time ends_;
    bool is_silent_ = false;
    std::deque<Chunk> chunks_;
    End end_;
};

class SimulatedConnection final : public runtime::Connection {
  public:
    SimulatedConnection(const lang::Host& host, SimulatedSite& site, Scheduler& scheduler, const Stop& stop)
        : host_(host), site_(site), scheduler_(scheduler), stop_(stop) {}

    std::unique_ptr<Stream> open(const runtime::Line& line, lang::Time until) override {
        const lang::Time asked = scheduler_.now();
        Reachability reach = site_.reach(host_, asked);
        if (is_silence(reach) && !line.request) {
            if (const auto given_up = link_->not_heard(asked)) return std::make_unique<Unheard>(*given_up, scheduler_, stop_);
        }
        if (line.request || !link_->leads_to(reach)) {
            const auto* refused = std::get_if<Refused>(&reach);
            const bool silent = refused != nullptr && refused->after_waiting;
            const lang::Duration takes = silent ? connect_time_out : line.request ? reaching : connecting;
            scheduler_.sleep_until(std::min(until, asked + takes), stop_, Stop::Level::StopWaiting);
            if (stop_.stop_waiting()) return not_started("we were told to stop waiting", ECANCELED);
            if (asked + takes > until) return not_started("no answer in time", ETIMEDOUT);
            if (refused != nullptr) return not_started(refused->why, error_of(*refused));
            reach = site_.reach(host_, scheduler_.now());
            if (const auto* gone = std::get_if<Refused>(&reach)) return not_started(gone->why, error_of(*gone));
        }
        if (!line.request) link_->make(std::get<Reached>(reach));
        Answer answer = site_.run(host_, line, scheduler_.now());
        if (answer.ending == Ending::NotSent) return not_started(line.request ? line.text + ": " + answer.err : answer.err, answer.code);
        return std::make_unique<RunningCommand>(host_, site_, scheduler_, stop_, std::get<Reached>(reach), std::move(answer),
                                                line.request ? nullptr : link_);
    }

    void reset() override { link_->forget(); }

  private:
    std::unique_ptr<Stream> not_started(const std::string& why, int error) const {
        return std::make_unique<runtime::NotStarted>(fmt::format("{} does not answer at {} ({})", host_.name, host_.address, why), error);
    }

    const lang::Host& host_;
    SimulatedSite& site_;
    Scheduler& scheduler_;
    const Stop& stop_;
    const std::shared_ptr<Link> link_ = std::make_shared<Link>();
};

}  // namespace

std::unique_ptr<runtime::Connection> simulated_connection(const lang::Host& host, SimulatedSite& site, Scheduler& scheduler,
                                                          const Stop& stop) {
    return std::make_unique<SimulatedConnection>(host, site, scheduler, stop);
}

}  // namespace rehearsal
