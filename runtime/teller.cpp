#include "runtime/teller.hpp"

namespace runtime {

void Teller::tell(const std::string& step, const std::string& host, Event::Body body) {
    // A command's output is the one text that another party wrote: whatever it repeats of our secrets is taken out.
    if (auto* command = std::get_if<event::CommandEnded>(&body)) {
        command->out = world_.mask(std::move(command->out));
        command->err = world_.mask(std::move(command->err));
        command->ending = world_.mask(std::move(command->ending));
    } else if (auto* output = std::get_if<event::CommandOutput>(&body)) {
        output->line = world_.mask(std::move(output->line));
    } else if (auto* ended = std::get_if<event::ActionEnded>(&body)) {
        ended->why = world_.mask(std::move(ended->why));
    } else if (auto* failed = std::get_if<event::Failed>(&body)) {
        failed->message = world_.mask(std::move(failed->message));
    }
    const Event event{.at = world_.scheduler.now(), .step = step, .host = host, .body = std::move(body)};
    const std::lock_guard lock(mutex_);
    for (Observer* observer : world_.observers) observer->on(event);
}

}  // namespace runtime
