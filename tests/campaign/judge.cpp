#include "tests/campaign/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace campaign {

namespace {

namespace event = runtime::event;

/// The lock hosts where the run says that it could not give its lock back.
std::set<std::string> kept_locks(const Outcome& outcome) {
    std::set<std::string> hosts;
    for (const runtime::Event& e : outcome.events) {
        const auto* released = std::get_if<event::LockReleased>(&e.body);
        if (released == nullptr) continue;
        hosts.clear();
        for (const std::string& kept : released->kept) hosts.insert(kept.substr(0, kept.find(':')));
    }
    return hosts;
}

std::optional<std::string> different_state(const Outcome& outcome, const Outcome& undisturbed) {
    return differences(outcome.state, undisturbed.state, kept_locks(outcome));
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

std::optional<std::string> differences(const State& state, const State& undisturbed, const std::set<std::string>& kept) {
    const auto said = [](const State& of, const std::string& key) {
        const auto found = of.find(key);
        return found == of.end() ? "(nothing)" : found->second;
    };
    // How often a file was saved, and when, is history; a lock that was left is told.
    const auto may_differ = [&](const std::string& key) {
        return key.ends_with(" env backups") ||
               std::any_of(kept.begin(), kept.end(), [&](const std::string& host) { return key.starts_with("lock " + host + " "); });
    };
    std::set<std::string> keys;
    for (const State* one : {&state, &undisturbed}) {
        for (const auto& [key, value] : *one) keys.insert(key);
    }
    std::string found;
    for (const std::string& key : keys) {
        const std::string now = said(state, key), usual = said(undisturbed, key);
        if (now == usual || may_differ(key)) continue;
        found += fmt::format("{}{} is {}, and {} after an undisturbed run", found.empty() ? "" : "; ", key, now, usual);
    }
    return found.empty() ? std::nullopt : std::optional(found);
}

Points points_of(const Outcome& undisturbed) {
    Points points;
    for (const runtime::Event& e : undisturbed.events) {
        ++points.events;
        points.host_events += !e.host.empty();
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
    if (outcome.split) return outcome.split;
    if (outcome.untrue) return outcome.untrue;
    if (outcome.endless) return "it waits without an end";
    if (outcome.sent_without_journal) return "something was done after the journal could not be written";
    if (fault == Fault::Lie) return believed(outcome, undisturbed);
    // Skips are told, and what was skipped is not as it would be.
    if (outcome.ended.end == runtime::End::CompletedWithSkips) return sent_twice(outcome, undisturbed);
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
