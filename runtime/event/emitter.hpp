// Tells the observers: stamps the time, masks secrets, lets one event pass after the other.
#pragma once

#include <mutex>
#include <string>
#include <utility>

#include "lang/text/prose.hpp"
#include "runtime/event/texts.hpp"
#include "runtime/world.hpp"

namespace runtime {

class EventEmitter {
  public:
    explicit EventEmitter(World& world) : world_(world) {}

    /// `typed`: at the prompt of a statement that failed.
    void emit(const std::string& step, const std::string& host, Event::Body body, bool typed = false) {
        // A host may repeat our secrets in its output, and whatever is made of the output has them too: every text is looked at.
        each_text(body, [&](std::string& text) { text = world_.mask(std::move(text)); });
        if constexpr (lang::uppercase) each_prose(body, lang::make_prose);
        const Event event{.at = world_.scheduler.now(), .step = step, .host = host, .body = std::move(body), .typed = typed};
        const std::lock_guard lock(mutex_);
        for (Observer* observer : world_.observers) observer->on(event);
    }

  private:
    World& world_;
    std::mutex mutex_;
};

}  // namespace runtime
