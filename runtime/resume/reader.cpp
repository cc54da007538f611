// The events of a run, read in their order: what a later one takes back does not count any more.
#include <fmt/format.h>

#include <algorithm>

#include "lang/text/overloaded.hpp"
#include "runtime/resume/resumption.hpp"

namespace runtime {

class Resumption::Reader {
  public:
    Reader(Resumption& all, std::vector<OtherRun> others, const EarlierText& text) : all(all), others(std::move(others)), text(text) {
        const auto earlier = [](const OtherRun& a, const OtherRun& b) { return a.last > b.last; };
        std::sort(this->others.begin(), this->others.end(), earlier);
    }

    void read(const Event& told) {
        while (!others.empty() && others.back().last < told.at) another_run();
        event = &told;
        all.events_ = ++at;
        // Of what was typed at a prompt only what acted matters: a `let`, a `commit` or a `leave` there is of no line of the text.
        const bool acted = std::holds_alternative<event::Intent>(told.body) || std::holds_alternative<event::ActionEnded>(told.body);
        if (told.typed && !acted) return;
        step = now(told.step);
        std::visit(*this, told.body);
    }

    void end(GoesOn what) {
        while (!others.empty()) another_run();
        if (what == GoesOn::Walk) reopen_undos();
        for (const auto& [key, done] : all.done_) {
            if (key.by() != Key::By::Walk) continue;
            all.keys_on_.insert(key);
            if (!done.may_stand()) continue;
            int& last = all.last_acted_[key.branch()];
            last = std::max(last, key.outermost_number());
        }
        for (const auto& [key, word] : all.confirmed_) all.keys_on_.insert(key);
        const auto is_open = [](const auto& done) { return done.second.standing == Standing::Open && done.first.by() == Key::By::Walk; };
        if (what == GoesOn::Undos || std::none_of(all.done_.begin(), all.done_.end(), is_open)) all.taken_back_.clear();
    }

    // ------------------------------------------------------------ the walk

    void operator()(const event::RunStarted&) { all.parts_ = 1; }
    void operator()(const event::RunResumed& e) {
        all.parts_ = e.part;
        step = now(event->step);
        under_way.clear();
        all.totals_.end = End::Aborted;
    }
    void operator()(const event::StepStarted& e) {
        all.titles_[step] = e.title;
        int& last = all.attempts_[step];
        // A later attempt takes back what the one before it did in there; it has lines of its own.
        if (e.attempt > last && last > 0) {
            const auto is_inside = [&](const auto& one) { return one.first.starts_with(step + '.'); };
            std::erase_if(all.steps_, is_inside);
            std::erase_if(all.attempts_, is_inside);
        }
        all.attempts_[step] = e.attempt;
    }
    void operator()(const event::StepEnded& e) {
        if (!e.done) return;
        all.titles_[step] = e.title;
        settle_step();
        const bool says_the_same = !text.says_the_same || text.says_the_same(all.parts_, event->step);
        says_the_same ? void(all.steps_[step] = event->at)
                      : all.changed_steps_.push_back(fmt::format("step {} \"{}\"", event->step, e.title));
    }
    void operator()(const event::PassedOver& e) {
        settle_step();
        if (all.passed_over_.emplace(step, PassedOver{.by = e.by, .counted = true}).second) {
            all.totals_.skipped.push_back(passed_over_text(step, e));
        }
    }
    void operator()(const event::Intent& e) {
        const Key key = key_of(e.key);
        const auto before = all.done_.find(key.place());
        under_way[key] = {.human = e.command.empty(), .before = before == all.done_.end() ? std::nullopt : std::optional(before->second)};
        for (const event::UndoPending& told : e.undos) {
            if (event->typed) break;  // what is typed has no rollback: nobody would find its text again
            const event::UndoPending undo = of_now(told);
            const bool is_new =
                std::none_of(all.undos_.begin(), all.undos_.end(), [&](const auto& one) { return one.told.key == undo.key; });
            if (is_new || due_by.contains(undo.key)) due_by[undo.key].insert(key);
            due(undo);
        }
        switch (key.by()) {
            case Key::By::Walk:
                reopen_undos();
                break;
            case Key::By::Undo:
                break;  // its beginning was told
            case Key::By::OnFailure:
                take_back(fmt::format("`on_failure` did {}", e.call));
                break;
            case Key::By::Prompt:
                take_back(fmt::format("{} was typed at the prompt", e.call));
                break;
        }
        Done& done = done_at(key);
        done.standing = Standing::Sent;
        done.seen = e.seen;
    }
    void operator()(const event::ActionEnded& e) {
        const Key key = key_of(e.key);
        const auto intended = under_way.extract(key);
        switch (e.effect) {
            case Effect::Changed:
            case Effect::Unchanged:
            case Effect::SignedOff:
                done_at(key).standing = Standing::Counts;
                if (event->typed) return;
                all.totals_.changed += e.effect == Effect::Changed;
                all.totals_.unchanged += e.effect == Effect::Unchanged;
                all.totals_.unverified += e.effect == Effect::Changed && !e.verified;
                all.totals_.signed_off += e.effect == Effect::SignedOff;
                return;
            // What was seen before it tells whether it has come about, now or later.
            case Effect::Failed:
            case Effect::Unknown: {
                const std::string seen = all.done_[key.place()].seen;
                Done& done = done_at(key);
                done.standing = e.effect == Effect::Failed ? Standing::Failed : Standing::Sent;
                done.seen = seen;
                if (e.effect == Effect::Failed && intended && intended.mapped().human) not_due_by(key);
                return;
            }
            case Effect::NotSent:
            case Effect::NotSimulated:
                if (!intended) return;  // what an earlier part has sent is none the less so
                if (const auto& before = intended.mapped().before) {
                    all.done_[key.place()] = *before;  // as it was: it was done once
                } else {
                    all.done_.erase(key.place());
                }
                not_due_by(key);
        }
    }
    void operator()(const event::Required& e) {
        if (e.holds) fact_at(all.seen_, e.key);
    }
    void operator()(const event::WaitEnded& e) {
        if (e.reached) fact_at(all.seen_, e.key);
    }
    void operator()(const event::Chosen& e) { fact_at(all.chosen_, e.key).yes = e.yes; }
    void operator()(const event::Answered& e) {
        if (e.key.empty()) return;
        all.totals_.signed_off += !all.confirmed_.contains(key_of(e.key).place());
        fact_at(all.confirmed_, e.key);
    }
    void operator()(const event::SignedOff& e) {
        ++all.totals_.signed_off;
        if (e.person == 2) all.signed_off_.insert(key_of(e.key));
    }
    void operator()(const event::Bound& e) {
        if (e.stored.empty()) return;
        const Binding binding{.stored = e.stored, .read = e.read.value_or(event->at)};
        // What a resume had from an earlier part is no newer than it was.
        const auto known = all.bound_.find(key_of(e.key).place());
        const int read = known != all.bound_.end() && e.read ? known->second.last : at;
        Resumption::Bound& bound = fact_at(all.bound_, e.key);
        bound.binding = binding;
        bound.last = read;
        all.bound_in_[fmt::format("{} {}", step, e.name)] = binding;
    }
    /// What was passed over is come to again, unless its step is over.
    void operator()(const event::GapMet& e) { add_gap(all.rehearsed_, e, event->step, event->host); }
    void operator()(const event::Skipped& e) {
        all.totals_.skipped.push_back(fmt::format("{}: {}", e.what, e.reason));
        if (e.key.empty()) return;
        Done& done = done_at(key_of(e.key));
        done.standing = Standing::Counts;
        done.by_person = true;
    }

    // ------------------------------------------------------------ undos

    void operator()(const event::UndoPending& e) {
        const event::UndoPending undo = of_now(e);
        due_by.erase(undo.key);
        due(undo);
    }
    void operator()(const event::UndoStarted& e) {
        const Key undone = key_of(e.key);
        take_back(fmt::format("an undo was begun: {}", e.undo), Key{.step = undone.step, .path = undone.undo_path()});
    }
    void operator()(const event::UndoEnded& e) {
        if (!e.done) return;
        const Key undone = key_of(e.key);
        not_due([&](const Key& undo) { return undo == undone; });
        all.totals_.undone.push_back(due_text({.key = {}, .call = e.key.label, .undo = e.undo, .place = {}, .frame = {}}));
        // It has still to be done; of a define, all that it did.
        std::erase_if(all.done_, [&](const auto& one) { return one.first.belongs_to(undone.place()); });
    }
    void operator()(const event::Committed&) {
        not_due([](const Key&) { return true; });
    }

    // ------------------------------------------------------------ what a run carries on

    void operator()(const event::FoundAtStart& e) { all.found_.push_back({.host = event->host, .said = e}); }
    void operator()(const event::Left& e) {
        all.left_.push_back(e);
        all.totals_.left.push_back(fmt::format("{}{}: {}", e.call, event->host.empty() ? "" : " on " + event->host, e.until));
    }
    void operator()(const event::LockSought& e) { all.tokens_.push_back(e.token); }
    void operator()(const event::LockTaken& e) {
        for (const std::string& host : e.hosts) all.yielded_.erase(host);
    }
    void operator()(const event::LockYielded&) { all.yielded_.insert(event->host); }
    void operator()(const event::Rehearsed&) {}  // its gaps were told one by one
    void operator()(const event::RunEnded& e) { all.totals_.end = e.end; }
    /// For the eye, or known from other events.
    template <lang::AnyOf<event::DoneBefore, event::ActionProgress, event::CommandEnded, event::CommandOutput, event::WaitStarted,
                          event::WaitProgress, event::Asked, event::Decided, event::Noted, event::Marked, event::LockLost,
                          event::LockReleased, event::SilentAtStart, event::LeftBehind, event::Failed, event::Interrupted>
                  Other>
    void operator()(const Other&) {}

  private:
    // ------------------------------------------------------------ the rule

    void take_back(const std::string& why, const std::optional<Key>& but = {}) { all.take_back(at, why, but); }
    /// What an undo did does not count when the walk has gone on since.
    void reopen_undos() {
        for (auto& [key, done] : all.done_) {
            if (done.standing != Standing::Counts || key.by() != Key::By::Undo) continue;
            done.standing = Standing::Open;
            done.why = "the run has gone on since";
        }
    }
    void another_run() {
        const std::string name = others.back().name;
        others.pop_back();
        if (at == 0) return;  // nothing had been done
        all.taken_back_by_another(at, name);
    }

    // ------------------------------------------------------------ facts

    Key key_of(Key key) const {
        key.step = now(key.step);
        return key;
    }
    std::string now(const std::string& number) const {
        if (!text.step_now || number.empty()) return number;
        return text.step_now(all.parts_, number).value_or("gone " + number);
    }
    template <typename One>
    One& fact(std::map<Key, One>& facts, const Key& key) {
        One& one = facts[key.place()];
        one.first = first.try_emplace(key.place(), at).first->second;
        one.last = at;
        one.meaning = key.meaning;
        one.when = event->at;
        return one;
    }
    template <typename One>
    One& fact_at(std::map<Key, One>& facts, const Key& key) {
        return fact(facts, key_of(key));
    }
    Done& done_at(const Key& key) {
        Done& done = fact(all.done_, key);
        done.seen.clear();
        done.why.clear();
        done.by_person = false;
        return done;
    }

    // ------------------------------------------------------------ what is due

    event::UndoPending of_now(event::UndoPending undo) const {
        undo.key = key_of(undo.key);
        return undo;
    }
    /// The newest is undone first.
    void due(const event::UndoPending& told) {
        std::erase_if(all.undos_, [&](const Undo& undo) { return undo.told.key == told.key; });
        all.undos_.push_back({.told = told, .part = all.parts_});
    }
    template <typename Which>
    void not_due(const Which& which) {
        std::erase_if(all.undos_, [&](const Undo& undo) { return which(undo.told.key); });
        std::erase_if(due_by, [&](const auto& undo) { return which(undo.first); });
    }
    /// The action was not sent after all, or the person has not done it.
    void not_due_by(const Key& action) {
        not_due([&](const Key& undo) {
            const auto because = due_by.find(undo);
            return because != due_by.end() && because->second == std::set{action};
        });
        for (auto& [undo, actions] : due_by) actions.erase(action);
    }
    /// The step of `event` is over: nothing in it is to be undone any more.
    void settle_step() {
        not_due([&](const Key& undo) { return undo.outermost_step() == step; });
    }

    Resumption& all;
    std::vector<OtherRun> others;  ///< the earliest last
    const EarlierText& text;
    const Event* event = nullptr;
    int at = 0;
    std::string step;  ///< of `event`, as it is numbered now
    std::map<Key, int> first;
    struct UnderWay {
        bool human = false;
        std::optional<Done> before = std::nullopt;  ///< what was known of it
    };
    std::map<Key, UnderWay> under_way;  ///< intended in this part, and no result was told yet
    /// Of an undo: the actions without which it would not be due. None where it was told to be due.
    std::map<Key, std::set<Key>> due_by;
};

Resumption::Resumption(const std::vector<Event>& events, const std::vector<OtherRun>& others, const EarlierText& text, GoesOn what)
    : parts_(1) {
    totals_.end = End::Aborted;  // a part without an end was killed
    Reader reader(*this, others, text);
    for (const Event& event : events) reader.read(event);
    reader.end(what);
}

}  // namespace runtime
