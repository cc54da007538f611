#include "runtime/resume/resumption.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace runtime {

namespace {

constexpr const char* says_something_else = "its line, or a value that it uses, has changed since";

/// "3.10" comes after "3.9".
std::vector<int> counted(const std::string& step) {
    std::vector<int> numbers;
    for (const char *at = step.data(), *end = at + step.size(); at < end; ++at) {
        at = std::from_chars(at, end, numbers.emplace_back()).ptr;
    }
    return numbers;
}

}  // namespace

template <typename One>
const One* Resumption::find(const std::map<Key, One>& all, const Key& key) const {
    const auto found = all.find(key.place());
    return found == all.end() || found->second.meaning != key.meaning ? nullptr : &found->second;
}

// ---------------------------------------------------------------- steps

std::optional<Time> Resumption::finished(const std::string& step) const {
    const auto found = steps_.find(step);
    return found == steps_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> Resumption::finished_titles() const {
    std::vector<std::string> steps, titles;
    for (const auto& [step, when] : steps_) {
        if (step.find('.') == std::string::npos) steps.push_back(step);
    }
    std::sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return counted(a) < counted(b); });
    for (const std::string& step : steps) titles.push_back(fmt::format("{} \"{}\"", step, titles_.at(step)));
    return titles;
}

int Resumption::attempt(const std::string& step) const {
    const auto found = attempts_.find(step);
    return found == attempts_.end() ? 1 : found->second;
}

const Resumption::PassedOver* Resumption::passed_over(const std::string& step) const {
    const auto found = passed_over_.find(step);
    return found == passed_over_.end() ? nullptr : &found->second;
}

void Resumption::pass_over(const std::string& step, const std::string& by) {
    if (!steps_.contains(step)) passed_over_.try_emplace(step, PassedOver{.by = by});
}

// ---------------------------------------------------------------- lines

Resumption::Deed Resumption::deed(const Key& key) const {
    const auto found = done_.find(key.place());
    if (found == done_.end()) return {};
    const Done& done = found->second;
    if (done.meaning == key.meaning) return {.standing = done.standing, .when = done.when, .seen = done.seen, .why = done.why};
    if (done.by_person) return {};
    return {.standing = Standing::Open, .when = done.when, .why = says_something_else};
}

Resumption::Validity Resumption::behind(const Key& key, const Fact& fact) const {
    const Key line{.step = key.step, .path = key.path, .ordinal = 0};
    Validity best = Validity::Open;
    for (auto one = keys_on_.lower_bound(line); one != keys_on_.end() && one->goes_on_from(line); ++one) {
        const Key& other = *one;
        if (!other.follows(key)) continue;
        bool counts = false, stands = false;
        if (const auto done = done_.find(other); done != done_.end() && done->second.first > fact.first) {
            counts = done->second.standing == Standing::Counts;
            stands = done->second.may_stand();
        }
        if (const auto word = confirmed_.find(other); word != confirmed_.end() && word->second.first > fact.first) {
            counts = counts || word->second.last > taken_back_at_;
            stands = true;
        }
        if (counts) return Validity::Served;
        if (stands) best = Validity::Superseded;
    }
    return best == Validity::Open && later_step_acted(key) ? Validity::Superseded : best;
}

bool Resumption::later_step_acted(const Key& key) const {
    // Of two branches none stands behind the other. Which `parallel` they are of the keys do not tell: it may be the same one.
    const int own = key.branch();
    return std::any_of(last_acted_.begin(), last_acted_.end(), [&](const auto& acted) {
        const auto [branch, step] = acted;
        return (branch == 0 || own == 0 || branch == own) && step > key.outermost_number() && !key.step.empty();
    });
}

Resumption::Seen Resumption::seen(const Key& key) const {
    if (const Done* done = find(done_, key); done != nullptr && done->by_person) return {.validity = Validity::Served, .when = done->when};
    const Fact* fact = find(seen_, key);
    if (fact == nullptr) return {};
    return {.validity = behind(key, *fact), .when = fact->when};
}

Resumption::Seen Resumption::confirmed(const Key& key) const {
    if (const Done* done = find(done_, key); done != nullptr && done->by_person) return {.validity = Validity::Served, .when = done->when};
    const Fact* fact = find(confirmed_, key);
    if (fact == nullptr) return {};
    const bool counts = fact->last > taken_back_at_;
    return {.validity = counts ? Validity::Served : behind(key, *fact), .when = fact->when};
}

std::optional<bool> Resumption::chosen(const Key& key) const {
    const Chosen* choice = find(chosen_, key);
    if (choice == nullptr || behind(key, *choice) == Validity::Open) return std::nullopt;
    return choice->yes;
}

std::optional<Resumption::Binding> Resumption::bound(const Key& key) const {
    const Bound* bound = find(bound_, key);
    if (bound == nullptr) return std::nullopt;
    const bool counts = bound->last > taken_back_at_;
    if (!counts && behind(key, *bound) == Validity::Open) return std::nullopt;
    Binding binding = bound->binding;
    if (bound->last <= others_at_) binding.doubtful = other_;
    return binding;
}

std::optional<Resumption::Binding> Resumption::bound_in(const std::string& step, const std::string& name) const {
    const auto found = bound_in_.find(fmt::format("{} {}", step, name));
    return found == bound_in_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Key> Resumption::done() const {
    std::vector<Key> keys;
    for (const auto& [place, done] : done_) {
        if (done.by_person || !done.stands() || place.by() != Key::By::Walk) continue;
        keys.push_back(place);
        keys.back().meaning = done.meaning;
    }
    return keys;
}

// ---------------------------------------------------------------- the rule

void Resumption::take_back(int at, const std::string& why, const std::optional<Key>& but) {
    for (auto& [key, done] : done_) {
        if (done.standing != Standing::Counts || done.by_person) continue;
        if (but && key.goes_on_from(*but)) continue;
        done.standing = Standing::Open;
        done.why = why;
    }
    steps_.clear();
    changed_steps_.clear();  // nothing of them is passed over: their lines are known one by one
    signed_off_.clear();
    taken_back_at_ = at;
    taken_back_ = why;
}

void Resumption::taken_back_by_another(int at, const std::string& run) {
    take_back(at, run + " has acted on this site");
    others_at_ = at;
    other_ = run;
}

void Resumption::another_run_since(const std::string& name) {
    if (events_ > 0) taken_back_by_another(events_, name);
}

void Resumption::leave_undos_to_others(int part) {
    std::erase_if(undos_, [&](const Undo& undo) { return undo.part == part; });
}

std::string passed_over_text(const std::string& step, const event::PassedOver& passed) {
    return fmt::format("step {} \"{}\": passed over by --from ({})", step, passed.title, passed.by);
}

std::string due_text(const event::UndoPending& undo) { return fmt::format("{}, because of {}", undo.undo, undo.call); }

void add_gap(event::Rehearsed& rehearsed, const event::GapMet& gap, const std::string& step, const std::string& host) {
    const auto add_once = [](std::vector<std::string>& texts, std::string text) {
        if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
    };
    add_once(rehearsed.gaps, fmt::format("{}{}{} ({}): {}", gap.what, host.empty() ? "" : " on " + host,
                                         step.empty() ? "" : " in step " + step, gap.place, gap.why));
    if (!gap.mend.empty()) add_once(rehearsed.mends, gap.mend);
}

}  // namespace runtime
