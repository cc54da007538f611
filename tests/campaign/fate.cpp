#include "tests/campaign/fate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "runtime/journal/store.hpp"

namespace campaign {

namespace event = runtime::event;

namespace {

std::string act(const std::string& call, const std::string& host) { return fmt::format("{} on {}", call, host); }

}  // namespace

void Fate::on(const runtime::Event& event) {
    if (std::holds_alternative<event::WaitProgress>(event.body) || std::holds_alternative<event::ActionProgress>(event.body)) return;
    if (full_) throw runtime::JournalError("the disk is full");
    const auto* intent = std::get_if<event::Intent>(&event.body);
    const bool sends = intent != nullptr && !intent->command.empty();
    const Point point = point_of(fault_);
    if (const auto* resumed = std::get_if<event::RunResumed>(&event.body)) {
        part_ = resumed->part;
        site_.intend_nothing();
    }
    if (const auto* ended = std::get_if<event::ActionEnded>(&event.body)) {
        if (ended->effect == runtime::Effect::SignedOff) signed_off_.insert(ended->call);
        compare(event, *ended);
        site_.intend_nothing(event.host);
    }
    if (sends) {
        intents_[act(intent->call, event.host)] = {event.host, site_.acts_at(event.host), part_};
        site_.intend(event.host);
    }
    if (point == Point::Event || (point == Point::Action ? sends : !event.host.empty())) count(event);
}

void Fate::count(const runtime::Event& event) {
    if (++count_ != at_ || struck) return;
    struck = true;
    switch (fault_) {
        case Fault::Killed:
            throw Dead{};
        case Fault::DiskFull:
            full_ = true;
            acts_when_full = site_.acts();
            throw runtime::JournalError("the disk is full");
        case Fault::CtrlC:
            stop_.escalate();
            return scheduler_.wake();
        case Fault::Silent:
            return site_.silence(event.host);
        case Fault::NodeLost:
            return site_.lose_a_node();
        default:
            site_.arm(event.host);
    }
}

/// What is said not to have been sent must not have arrived. A part says so of itself: what an earlier one has sent it knows.
void Fate::compare(const runtime::Event& event, const event::ActionEnded& ended) {
    const auto intent = intents_.find(act(ended.call, event.host));
    if (untrue || intent == intents_.end() || intent->second.part != part_ || ended.effect != runtime::Effect::NotSent) return;
    if (site_.acts_at(event.host) > intent->second.before)
        untrue = fmt::format("{} on {} is said not to have been sent, and has arrived", ended.call, event.host);
}

bool Fate::arrived(const runtime::Question& question) {
    if (const auto sent = intents_.find(question.about); sent != intents_.end()) {
        const Intended& intent = sent->second;
        if (const auto when = site_.takes_effect(intent.host)) scheduler_.sleep_until(*when, stop_, runtime::Stop::Level::StopWaiting);
        return site_.acts_at(intent.host) > intent.before;
    }
    // What a person had done here nothing takes back.
    if (question.kind == runtime::Question::Kind::SignedOff && signed_off_.contains(question.about)) return true;
    throw std::logic_error("a question about an action that was never intended: " + question.text);
}

runtime::Reaction Truthful::choose(const runtime::Question& question, const std::vector<runtime::Option>& options, lang::Time) {
    if (options.front().word != "done") return {};
    return yes(fate_.arrived(question) ? "done" : "again");
}

}  // namespace campaign
