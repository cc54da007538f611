#include "rehearsal/scheduler.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <system_error>
#include <thread>
#include <utility>

namespace rehearsal {

using runtime::Stop;

/// A thread that may hold the baton.
struct SimulatedScheduler::Branch {
    enum class State { Ready, Running, Sleeping, Gathering };
    std::uint64_t number = 0;  ///< in the order of their making
    State state = State::Ready;
    const Stop* stop = nullptr;  ///< ends its sleep when it reaches `level`
    Stop::Level level = Stop::Level::StopWaiting;
    std::condition_variable turn;
};

/// One run_all: what is left to do, and who waits for it.
struct SimulatedScheduler::Gathering {
    std::vector<std::function<void()>> tasks;
    std::size_t next = 0;
    std::size_t workers = 0;
    Branch* parent = nullptr;
};

SimulatedScheduler::SimulatedScheduler() : SimulatedScheduler(Settings{}) {}

SimulatedScheduler::SimulatedScheduler(Settings settings)
    : speed_(std::isfinite(settings.speed) ? settings.speed : 0),
      now_(settings.start),
      random_(settings.seed),
      first_(std::make_shared<Branch>()),
      running_(first_.get()) {
    first_->state = Branch::State::Running;
}

lang::Time SimulatedScheduler::now() {
    const std::lock_guard lock(mutex_);
    return now_;
}

void SimulatedScheduler::sleep_until(lang::Time when, const Stop& stop, Stop::Level level) {
    Lock lock(mutex_);
    if (when <= now_ || stop.level() >= level) return;
    Branch& me = *running_;
    me.state = Branch::State::Sleeping;
    me.stop = &stop;
    me.level = level;
    sleeping_.emplace(std::pair{when, me.number}, &me);
    ++stops_.try_emplace(&stop, StopSeen{.level = stop.level()}).first->second.sleepers;
    pass_baton(lock);
    await_turn(me, lock);
}

void SimulatedScheduler::run_all(std::vector<std::function<void()>> tasks, std::size_t max) {
    const std::size_t side_by_side = std::min(max == 0 ? tasks.size() : max, tasks.size());
    Gathering gathering{.tasks = std::move(tasks)};
    std::vector<std::unique_ptr<Branch>> workers;
    std::vector<std::jthread> threads;
    Lock lock(mutex_);
    gathering.parent = running_;
    for (std::size_t i = 0; side_by_side > 1 && i < side_by_side; ++i) {
        workers.push_back(std::make_unique<Branch>());
        try {
            threads.emplace_back([this, &gathering, me = workers.back().get()] { work(*me, gathering); });
        } catch (const std::system_error&) {
            break;  // The machine gives no more threads: those that we have do all.
        }
        workers.back()->number = ++made_;
        make_ready(*workers.back());
        ++gathering.workers;
    }
    if (gathering.workers == 0) {
        lock.unlock();
        for (const auto& task : gathering.tasks) task();
        return;
    }
    Branch& me = *running_;
    me.state = Branch::State::Gathering;
    pass_baton(lock);
    await_turn(me, lock);
}

void SimulatedScheduler::work(Branch& me, Gathering& gathering) {
    Lock lock(mutex_);
    await_turn(me, lock);
    while (gathering.next < gathering.tasks.size()) {
        const auto& task = gathering.tasks[gathering.next++];
        lock.unlock();
        task();
        lock.lock();
    }
    if (--gathering.workers == 0) make_ready(*gathering.parent);
    pass_baton(lock);
}

void SimulatedScheduler::make_ready(Branch& branch) {
    branch.state = Branch::State::Ready;
    const auto later = [](const Branch* one, const Branch* other) { return one->number < other->number; };
    ready_.insert(std::lower_bound(ready_.begin(), ready_.end(), &branch, later), &branch);
}

/// Those whose time has come, and those whose Stop has reached what they sleep until.
void SimulatedScheduler::wake_due() {
    while (!sleeping_.empty() && sleeping_.begin()->first.first <= now_) {
        end_sleep(sleeping_.begin());
    }
    bool stopped = false;
    for (auto& [stop, seen] : stops_) {
        const Stop::Level level = stop->level();
        stopped |= std::exchange(seen.level, level) != level;
    }
    for (auto one = sleeping_.begin(); stopped && one != sleeping_.end();) {
        const bool ends = one->second->stop->level() >= one->second->level;
        one = ends ? end_sleep(one) : std::next(one);
    }
}

SimulatedScheduler::Sleeping::iterator SimulatedScheduler::end_sleep(Sleeping::iterator sleeper) {
    Branch& branch = *sleeper->second;
    make_ready(branch);
    const auto stop = stops_.find(branch.stop);
    if (--stop->second.sleepers == 0) stops_.erase(stop);  // it may be gone before anybody sleeps again
    return sleeping_.erase(sleeper);
}

/// To one of those that can go on now; if there is none, time goes on until there is.
void SimulatedScheduler::pass_baton(Lock& lock) {
    for (;;) {
        wake_due();
        if (!ready_.empty()) {
            const auto next = ready_.begin() + static_cast<std::ptrdiff_t>(ready_.size() == 1 ? 0 : random_() % ready_.size());
            running_ = *next;
            ready_.erase(next);
            running_->state = Branch::State::Running;
            running_->turn.notify_one();
            return;
        }
        jump(sleeping_.empty() ? lang::Time::max() : sleeping_.begin()->first.first, lock);
    }
}

void SimulatedScheduler::await_turn(Branch& me, Lock& lock) {
    me.turn.wait(lock, [&] { return running_ == &me && me.state == Branch::State::Running; });
}

void SimulatedScheduler::jump(lang::Time to, Lock& lock) {
    using Steady = std::chrono::steady_clock;
    if (to - now_ > std::chrono::years{1}) {  // "for ever": only a Stop ends it
        woken_.wait(lock);
        return;
    }
    if (speed_ <= 0) {
        now_ = to;
        return;
    }
    // In small pieces, so that whoever shows the clock sees it move.
    const auto begun = Steady::now();
    const auto piece = std::min<std::chrono::duration<double>>(std::chrono::milliseconds(50), (to - now_) / speed_);
    woken_.wait_for(lock, std::max<std::chrono::duration<double>>(piece, std::chrono::milliseconds(1)));
    const auto passed = std::chrono::floor<lang::Duration>((Steady::now() - begun) * speed_);
    now_ = std::min(to, now_ + std::max(passed, lang::Duration{passed.count() < 1 ? 1 : 0}));
}

void SimulatedScheduler::wake() {
    const std::lock_guard lock(mutex_);
    woken_.notify_all();
}

}  // namespace rehearsal
