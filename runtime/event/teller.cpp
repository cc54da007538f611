#include "runtime/event/teller.hpp"

#include "runtime/event/texts.hpp"

namespace runtime {

void Teller::tell(const std::string& step, const std::string& host, Event::Body body) {
    // A host may repeat our secrets in its output, and whatever is made of the output has them too: every text is looked at.
    each_text(body, [&](std::string& text) { text = world_.mask(std::move(text)); });
    const Event event{.at = world_.scheduler.now(), .step = step, .host = host, .body = std::move(body)};
    const std::lock_guard lock(mutex_);
    for (Observer* observer : world_.observers) observer->on(event);
}

}  // namespace runtime
