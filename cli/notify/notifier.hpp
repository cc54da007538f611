// Tells those whom the site names, in the order in which things happened, beside the run: nothing waits for a channel but the end, and that
// not for long. What cannot be told is said, and changes nothing else.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cli/notify/channel.hpp"
#include "runtime/person.hpp"

namespace cli {

class Notifier {
  public:
    struct Settings {
        const std::vector<lang::Notified>& notified;
        std::function<NoticeContext()> run;
        /// A channel that does not work, as a line for the operator.
        std::function<void(const std::string&)> say;
        std::function<lang::Value(std::string_view name)> secret;
        std::function<std::string(std::string)> mask;
        /// Who has not answered a question after this long is told once more.
        lang::Duration reminder = std::chrono::minutes(5);
    };
    explicit Notifier(Settings);
    /// Waits for what is being sent, and for what is still to be: `longest_sending` in all.
    ~Notifier();
    Notifier(const Notifier&) = delete;
    Notifier& operator=(const Notifier&) = delete;

    /// Before it nobody is told of anything: what is no run, such as a prompt, makes one too.
    void begin();
    void tell(Notice);
    /// Somebody is asked, and has answered: it is told, and told once more where no answer comes.
    void asks(const std::string& question);
    void answered();

  private:
    /// As it was when it happened.
    struct Told {
        Notice notice;
        NoticeContext run;
    };
    void work();
    void send_next(std::unique_lock<std::mutex>& lock);

    Settings settings_;
    std::unique_ptr<runtime::Scheduler> scheduler_;
    runtime::Stop stop_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Told> queue_;
    std::optional<Told> asked_;  ///< what is reminded of
    std::chrono::steady_clock::time_point remind_at_{};
    bool begun_ = false;
    bool ends_ = false;
    bool idle_ = true;
    std::thread worker_;
};

/// Who answers is `person`; that somebody is asked, is told.
std::unique_ptr<runtime::Person> telling_person(runtime::Person& person, Notifier&);

}  // namespace cli
