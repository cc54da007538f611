#include "cli/notify/notifier.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cli {

namespace {

using About = lang::Notified::About;

class Asking {
  public:
    Asking(Notifier& notifier, const std::string& question) : notifier_(notifier) { notifier_.asks(question); }
    ~Asking() { notifier_.answered(); }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;

  private:
    Notifier& notifier_;
};

class Telling final : public runtime::Person {
  public:
    Telling(runtime::Person& person, Notifier& notifier) : person_(person), notifier_(notifier) {}
    runtime::Reaction confirm(const std::string& text, runtime::Time until) override {
        const Asking asking(notifier_, text);
        return person_.confirm(text, until);
    }
    runtime::Reaction ask(const runtime::Question& question, const lang::Type& type, runtime::Time until) override {
        const Asking asking(notifier_, question.text);
        return person_.ask(question, type, until);
    }
    runtime::Reaction choose(const runtime::Question& question, const std::vector<runtime::Option>& options, runtime::Time until) override {
        const Asking asking(notifier_, question.text);
        return person_.choose(question, options, until);
    }
    runtime::Reaction sign(const runtime::Question& question, const std::string& stake, const std::string& first,
                           runtime::Time until) override {
        const Asking asking(notifier_, question.text);
        return person_.sign(question, stake, first, until);
    }
    std::optional<std::string> secret(const std::string& prompt) override { return person_.secret(prompt); }

  private:
    runtime::Person& person_;
    Notifier& notifier_;
};

}  // namespace

Notifier::Notifier(Settings settings)
    : settings_(std::move(settings)), scheduler_(runtime::real_scheduler()), worker_([this] { work(); }) {}

Notifier::~Notifier() {
    {
        std::unique_lock lock(mutex_);
        ends_ = true;
        asked_.reset();
        changed_.notify_all();
        if (!changed_.wait_for(lock, longest_sending, [&] { return idle_ && queue_.empty(); })) {
            const std::size_t untold = queue_.size() + 1;
            queue_.clear();
            settings_.say(fmt::format("notify: given up after {}: {} could not be told", lang::show(longest_sending), untold));
        }
    }
    stop_.escalate();
    stop_.escalate();
    scheduler_->wake();
    worker_.join();
}

void Notifier::begin() {
    const std::lock_guard lock(mutex_);
    begun_ = true;
}

void Notifier::tell(Notice notice) {
    NoticeContext run = settings_.run();
    const std::lock_guard lock(mutex_);
    if (!begun_) return;
    queue_.push_back({std::move(notice), std::move(run)});
    changed_.notify_all();
}

void Notifier::asks(const std::string& question) {
    NoticeContext run = settings_.run();
    const std::string title = run.procedure + " waits for an answer";
    tell({About::Question, title, question + "\n"});
    const std::lock_guard lock(mutex_);
    if (!begun_) return;
    asked_ = Told{{About::Question, fmt::format("{}, for {} now", title, lang::show(settings_.reminder)), question + "\n"}, std::move(run)};
    remind_at_ = std::chrono::steady_clock::now() + settings_.reminder;
    changed_.notify_all();
}

void Notifier::answered() {
    const std::lock_guard lock(mutex_);
    asked_.reset();
}

void Notifier::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        if (!queue_.empty()) {
            send_next(lock);
        } else if (ends_) {
            return;
        } else if (!asked_) {
            changed_.wait(lock);
        } else if (std::chrono::steady_clock::now() >= remind_at_) {
            queue_.push_back(std::move(*asked_));
            asked_.reset();
        } else {
            changed_.wait_until(lock, remind_at_);
        }
    }
}

void Notifier::send_next(std::unique_lock<std::mutex>& lock) {
    const auto [notice, run] = std::move(queue_.front());
    queue_.pop_front();
    idle_ = false;
    lock.unlock();
    for (const lang::Notified& to : settings_.notified) {
        if (!to.about.contains(notice.about)) continue;
        const auto why =
            send(to, notice, run, {.scheduler = *scheduler_, .stop = stop_, .secret = settings_.secret, .mask = settings_.mask});
        if (why) settings_.say(fmt::format("notify {}: \"{}\" could not be told: {}", to.name, notice.title, *why));
    }
    lock.lock();
    idle_ = true;
    changed_.notify_all();
}

std::unique_ptr<runtime::Person> telling_person(runtime::Person& person, Notifier& notifier) {
    return std::make_unique<Telling>(person, notifier);
}

}  // namespace cli
