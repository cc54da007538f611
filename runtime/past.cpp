#include "runtime/past.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/key.hpp"

namespace runtime {

namespace {

std::string outermost(const std::string& step) { return step.substr(0, step.find('.')); }

std::string step_of(const std::string& key) {
    const std::string line = Key::read(key).line;
    return line.substr(0, line.find('/'));
}

/// Reads the events in their order. What a later one takes back (an undo, a step that starts again) is taken out again.
struct Reader {
    Past past;
    const Event* event = nullptr;
    std::map<std::string, Time> open_conditions;  ///< nothing was sent since on their lines
    std::map<std::string, bool> open_decisions;
    std::map<std::string, std::string> titles;

    void operator()(const event::RunResumed& e) {
        past.parts = e.part;
        past.totals.end = End::Aborted;
    }
    void operator()(const event::StepStarted& e) {
        past.attempts[event->step] = e.attempt;
        titles[event->step] = e.title;
    }
    void operator()(const event::StepEnded& e) {
        if (!e.done) return;
        past.steps[event->step] = event->at;
        past.attempts.erase(event->step);
        std::erase_if(past.undos, [&](const Past::Undo& undo) { return outermost(step_of(undo.told.key)) == event->step; });
        if (outermost(event->step) == event->step) past.finished_titles.push_back(fmt::format("{} \"{}\"", event->step, e.title));
    }
    void operator()(const event::Intent& e) {
        past.actions[e.key] = {.came = Past::Came::Sent, .when = event->at, .seen = e.seen};
        move(open_conditions, past.doubtful, e.key);
        move(open_decisions, past.decisions, e.key);
    }
    void operator()(const event::ActionEnded& e) {
        switch (e.effect) {
            case Effect::Changed:
            case Effect::Unchanged:
            case Effect::SignedOff:
                done(e.key);
                past.totals.changed += e.effect == Effect::Changed;
                past.totals.unchanged += e.effect == Effect::Unchanged;
                past.totals.unverified += e.effect == Effect::Changed && !e.verified;
                past.totals.signed_off += e.effect == Effect::SignedOff;
                return;
            case Effect::Failed:
                past.actions[e.key] = {.came = Past::Came::Failed, .when = event->at};
                return;
            case Effect::Unknown:
                past.actions[e.key].came = Past::Came::Sent;
                past.actions[e.key].when = event->at;
                return;
            case Effect::NotSent:
                past.actions.erase(e.key);
        }
    }
    void operator()(const event::Required& e) {
        if (e.holds) open_conditions[e.key] = event->at;
    }
    void operator()(const event::WaitEnded& e) {
        if (e.reached) open_conditions[e.key] = event->at;
    }
    void operator()(const event::Chosen& e) { open_decisions[e.key] = e.yes; }
    void operator()(const event::Answered& e) {
        if (e.key.empty()) return;
        past.sign_offs[e.key] = event->at;
        if (!past.actions.contains(e.key)) ++past.totals.signed_off;
        pass(e.key);
    }
    void operator()(const event::SignedOff& e) {
        ++past.totals.signed_off;
        if (e.person == 2) past.signed_off.insert(e.key);
    }
    void operator()(const event::Bound& e) {
        if (e.stored.empty()) return;
        const Past::Binding binding{.stored = e.stored, .read = e.read.value_or(event->at)};
        past.bindings[e.key] = binding;
        past.of_step[fmt::format("{} {}", event->step, e.name)] = binding;
    }
    void operator()(const event::UndoPending& e) {
        std::erase_if(past.undos, [&](const Past::Undo& undo) { return undo.told.key == e.key; });
        past.undos.push_back({.told = e, .part = past.parts});
    }
    void operator()(const event::UndoEnded& e) {
        if (!e.done) return;
        std::erase_if(past.undos, [&](const Past::Undo& undo) { return undo.told.key == e.key; });
        past.totals.undone.push_back(e.undo);
        // What was undone has still to be done; of a define, all that it did.
        const Key undone = Key::read(e.key);
        const Key inside{.line = undone.inner_line(), .label = {}, .host = {}};
        std::erase_if(past.actions, [&](const auto& action) { return action.first == e.key || Key::read(action.first).follows(inside); });
        // A step with an undone action is not finished.
        for (std::string step = step_of(e.key); !step.empty();
             step = step.rfind('.') == std::string::npos ? "" : step.substr(0, step.rfind('.'))) {
            past.steps.erase(step);
        }
    }
    void operator()(const event::Committed&) { past.undos.clear(); }
    void operator()(const event::FoundAtStart& e) { past.found.push_back({.host = event->host, .said = e}); }
    void operator()(const event::Left& e) {
        past.left.push_back(e);
        past.totals.left.push_back(fmt::format("{}{}: {}", e.call, event->host.empty() ? "" : " on " + event->host, e.until));
    }
    void operator()(const event::Skipped& e) {
        past.totals.skipped.push_back(fmt::format("{}: {}", e.what, e.reason));
        if (e.key.empty()) return;
        past.conditions[e.key] = event->at;
        done(e.key);
    }
    void operator()(const event::LockSought& e) { past.lock_tokens.push_back(e.token); }
    void operator()(const event::LockTaken& e) {
        for (const std::string& host : e.hosts) past.lock_yielded.erase(host);
    }
    void operator()(const event::LockYielded&) { past.lock_yielded.insert(event->host); }
    void operator()(const event::RunEnded& e) { past.totals.end = e.end; }
    template <typename Other>
    void operator()(const Other&) {}

    void done(const std::string& key) {
        past.actions[key] = {.came = Past::Came::Done, .when = event->at};
        pass(key);
    }

    /// Something was done at `key`: what was read before it on its line has served.
    void pass(const std::string& key) {
        move(open_conditions, past.conditions, key);
        move(past.doubtful, past.conditions, key);
        move(open_decisions, past.decisions, key);
    }

    /// What stands on the line of `key`, or on one that it branched off.
    template <typename What>
    static void move(std::map<std::string, What>& from, std::map<std::string, What>& to, const std::string& key) {
        const Key now = Key::read(key);
        for (auto it = from.begin(); it != from.end();) {
            if (now.follows(Key::read(it->first))) {
                to[it->first] = it->second;
                it = from.erase(it);
            } else {
                ++it;
            }
        }
    }
};

}  // namespace

Past read_past(const std::vector<Event>& events) {
    Reader reader;
    reader.past.totals.end = End::Aborted;  // a part without an end was killed
    for (const Event& event : events) {
        reader.event = &event;
        std::visit(reader, event.body);
    }
    return std::move(reader.past);
}

}  // namespace runtime
