#include "runtime/journal/past.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/journal/key.hpp"

namespace runtime {

namespace {

/// Reads the events in their order. What a later one takes back (an undo, a step that starts again) is taken out again.
struct Reader {
    Past past;
    const Event* event = nullptr;
    std::map<std::string, Time> open_conditions;  ///< nothing was sent since on their lines
    std::map<std::string, bool> open_decisions;
    std::map<std::string, std::string> titles;
    struct UnderWay {
        bool human = false;
    };
    std::map<std::string, UnderWay> under_way;  ///< intended in this part, and no result was told yet: by key
    /// By key of an undo: the actions without which it would not be due. None where it was told to be due.
    std::map<std::string, std::set<std::string>> due_by;

    void operator()(const event::RunResumed& e) {
        past.parts = e.part;
        under_way.clear();
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
        settle_step();
        if (event->step.find('.') == std::string::npos) past.finished_titles.push_back(fmt::format("{} \"{}\"", event->step, e.title));
    }
    void operator()(const event::PassedOver& e) {
        settle_step();
        if (past.passed_over.emplace(event->step, Past::PassedOver{.by = e.by, .counted = true}).second) {
            past.totals.skipped.push_back(passed_over_text(event->step, e));
        }
    }
    void operator()(const event::Intent& e) {
        under_way[e.key] = {.human = e.command.empty()};
        for (const event::UndoPending& undo : e.undos) {
            const bool is_new =
                std::none_of(past.undos.begin(), past.undos.end(), [&](const auto& one) { return one.told.key == undo.key; });
            if (is_new || due_by.contains(undo.key)) due_by[undo.key].insert(e.key);
            due(undo);
        }
        past.actions[e.key] = {.came = Past::Came::Sent, .when = event->at, .seen = e.seen};
        move(open_conditions, past.doubtful, e.key);
        move(open_decisions, past.decisions, e.key);
    }
    void operator()(const event::ActionEnded& e) {
        const auto intended = under_way.extract(e.key);
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
                if (intended && intended.mapped().human) not_due_by(e.key);
                return;
            case Effect::Unknown:
                past.actions[e.key].came = Past::Came::Sent;
                past.actions[e.key].when = event->at;
                return;
            case Effect::NotSent:
                if (!intended) return;  // what an earlier part has sent is none the less so
                past.actions.erase(e.key);
                not_due_by(e.key);
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
        due_by.erase(e.key);
        due(e);
    }
    void operator()(const event::UndoEnded& e) {
        if (!e.done) return;
        not_due([&](const std::string& undo) { return undo == e.key; });
        past.totals.undone.push_back(e.undo);
        // What was undone has still to be done; of a define, all that it did.
        const Key undone = Key::read(e.key);
        const Key inside{.line = undone.inner_line(), .label = {}, .host = {}};
        std::erase_if(past.actions, [&](const auto& action) { return action.first == e.key || Key::read(action.first).follows(inside); });
        // A step with an undone action is not finished.
        for (std::string step = Key::read(e.key).step(); !step.empty();
             step = step.rfind('.') == std::string::npos ? "" : step.substr(0, step.rfind('.'))) {
            past.steps.erase(step);
        }
    }
    void operator()(const event::Committed&) {
        not_due([](const std::string&) { return true; });
    }
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

    /// The newest is undone first.
    void due(const event::UndoPending& told) {
        std::erase_if(past.undos, [&](const Past::Undo& undo) { return undo.told.key == told.key; });
        past.undos.push_back({.told = told, .part = past.parts});
    }

    template <typename Which>
    void not_due(const Which& which) {
        std::erase_if(past.undos, [&](const Past::Undo& undo) { return which(undo.told.key); });
        std::erase_if(due_by, [&](const auto& undo) { return which(undo.first); });
    }

    /// The action was not sent after all, or the person has not done it.
    void not_due_by(const std::string& action) {
        not_due([&](const std::string& undo) {
            const auto because = due_by.find(undo);
            return because != due_by.end() && because->second == std::set{action};
        });
        for (auto& [undo, actions] : due_by) actions.erase(action);
    }

    /// The step of `event` is over: nothing in it is to be undone any more.
    void settle_step() {
        not_due([&](const std::string& undo) { return Key::read(undo).outermost_step() == event->step; });
    }

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

std::string passed_over_text(const std::string& step, const event::PassedOver& passed) {
    return fmt::format("step {} \"{}\": passed over by --from ({})", step, passed.title, passed.by);
}

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
