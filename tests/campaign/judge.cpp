#include "tests/campaign/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace campaign {

namespace {

namespace event = runtime::event;
std::optional<std::string> different_state(const Outcome& outcome, const Outcome& undisturbed) {
    for (const auto& [key, value] : undisturbed.state) {
        const auto found = outcome.state.find(key);
        const std::string now = found == outcome.state.end() ? "(nothing)" : found->second;
        if (now != value) return fmt::format("{} is {}, and {} after an undisturbed run", key, now, value);
    }
    if (outcome.state.size() != undisturbed.state.size()) return "the state has more in it than after an undisturbed run";
    return std::nullopt;
}

/// The command of an action that reached a host more often than in an undisturbed run, without the host being looked at in between.
std::optional<std::string> sent_twice(const Outcome& outcome, const Outcome& undisturbed) {
    std::map<Outcome::Sent, int> usual, count;
    for (const Outcome::Sent& sent : undisturbed.wire) usual[sent] += sent.acts;
    std::map<std::string, std::string> last;  // per host
    for (const Outcome::Sent& sent : outcome.wire) {
        if (sent.acts && ++count[sent] > usual[sent] && last[sent.host] == sent.what) {
            return fmt::format("{} got `{}` {} times, and {} times in an undisturbed run, without a look in between", sent.host, sent.what,
                               count[sent], usual[sent]);
        }
        last[sent.host] = sent.what;
    }
    return std::nullopt;
}

/// The claim that a lie would have us make: changed, and verified.
std::optional<std::string> believed(const Outcome& outcome, const Outcome& undisturbed) {
    if (outcome.parts == 1 && outcome.ended.end == runtime::End::Completed && different_state(outcome, undisturbed)) {
        if (outcome.ended.unverified == 0) return "the run says completed, verified, and the site is not as it should be";
    }
    return std::nullopt;
}

}  // namespace

Points points_of(const Outcome& undisturbed) {
    Points points;
    for (const runtime::Event& e : undisturbed.events) {
        ++points.events;
        const auto* intent = std::get_if<event::Intent>(&e.body);
        const bool sends = intent != nullptr && !intent->command.empty();
        const auto* command = std::get_if<event::CommandEnded>(&e.body);
        const bool sent = command != nullptr && command->purpose == event::CommandEnded::For::Action;
        if (sends || sent || std::holds_alternative<event::ActionEnded>(e.body)) points.boundaries.push_back(points.events);
        points.actions += sends;
        const std::string step = e.step.substr(0, e.step.find('.'));
        if (points.per_step.empty() || points.per_step.back().first != step) points.per_step.emplace_back(step, 0);
        ++points.per_step.back().second;
    }
    return points;
}

std::optional<std::string> complaint(Fault fault, const Outcome& outcome, const Outcome& undisturbed) {
    if (!outcome.struck) return "the fault did not come to pass";
    if (outcome.sent_without_journal) return "something was done after the journal could not be written";
    if (fault == Fault::Lie) return believed(outcome, undisturbed);
    if (outcome.ended.end != runtime::End::Completed) {
        std::string last;
        for (const runtime::Event& e : outcome.events) {
            if (const auto* failed = std::get_if<event::Failed>(&e.body)) last = failed->message;
        }
        return fmt::format("it is {} after {} parts: {}", runtime::name(outcome.ended.end), outcome.parts, last);
    }
    if (auto found = different_state(outcome, undisturbed)) return found;
    return sent_twice(outcome, undisturbed);
}

}  // namespace campaign
