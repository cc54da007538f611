#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "cli/report/model.hpp"
#include "cli/terminal/words.hpp"
#include "cli/view/silent.hpp"
#include "cli/view/told.hpp"

namespace cli::report {

namespace event = runtime::event;

namespace {

const char* purpose_of(event::CommandEnded::For purpose) {
    switch (purpose) {
        case event::CommandEnded::For::Detection:
            return "detection";
        case event::CommandEnded::For::Query:
            return "query";
        case event::CommandEnded::For::Probe:
            return "look";
        case event::CommandEnded::For::Action:
            return "action";
        case event::CommandEnded::For::Verify:
            return "check";
        case event::CommandEnded::For::Lock:
            return "lock";
    }
    return "";
}

/// What the journal writes instead of an output that is the one before.
constexpr const char* as_before = "(as before)";

bool repeats(const Command& before, const event::CommandEnded& now, const std::string& host) {
    return before.host == host && before.command == now.command && before.ending == now.ending && before.err == now.err &&
           (now.out == as_before || now.out == before.out);
}

/// Reads the events in their order.
class Gatherer {
  public:
    Gatherer(const runtime::RunSummary& run, Expected earlier) {
        report_.run = run;
        report_.earlier = std::move(earlier);
        report_.steps.emplace_back().started = run.started;
        report_.last = run.started;
        report_.parts.push_back({.from = run.started, .to = run.started});
    }

    void take(const runtime::Event& event) {
        event_ = &event;
        report_.last = std::max(report_.last, event.at);
        std::visit(*this, event.body);
        report_.parts.back().to = std::max(report_.parts.back().to, event.at);
    }

    Report finished() {
        end_steps_under_way();
        for (Step& step : report_.steps) {
            if (step.state == Step::State::Unfinished) step.ended = report_.last;
        }
        for (auto& [key, stretch] : open_) {
            stretch.to = report_.last;
            stretch.tone = Tone::Warn;
            report_.stretches.push_back(stretch);
        }
        std::stable_sort(report_.stretches.begin(), report_.stretches.end(),
                         [](const Stretch& a, const Stretch& b) { return a.from < b.from; });
        for (Report::Interruption& one : report_.interruptions) {
            one.took = one.to.value_or(report_.ended()) - one.from;
            one.path = critical_path(report_.stretches, one.from, one.from + one.took);
        }
        return std::move(report_);
    }

    void operator()(const event::RunStarted& e) { report_.parameters = e.parameters; }
    void operator()(const event::RunResumed& e) {
        end_steps_under_way();
        report_.parts.push_back({.from = event_->at, .to = event_->at, .resumed = e});
        say(Tone::Warn, fmt::format("{} (part {}) by {} on {}", e.undos > 0 ? "undo" : "resumed", e.part, e.operator_name, e.machine));
    }
    void operator()(const event::StepStarted& e) {
        Step& step = step_of(event_->step);
        const auto [before, is_first] = begun_in_.try_emplace(step.number, report_.parts.size());
        if (is_first) step.started = event_->at;
        // Between two attempts it waits; between two parts of the run nothing does.
        if (!is_first && before->second == report_.parts.size() && e.attempt > 1) step.took += event_->at - step.ended;
        step.parts += before->second < report_.parts.size();
        before->second = report_.parts.size();
        under_way_[step.number] = event_->at;
        step.title = e.title;
        step.attempts = e.attempt;
        step.state = Step::State::Unfinished;
        step.planned = report_.earlier.step(step.number, step.title);
        if (e.attempt > 1) say(Tone::Warn, fmt::format("attempt {}", e.attempt));
    }
    void operator()(const event::StepEnded& e) {
        Step& step = step_of(event_->step);
        step.ended = event_->at;
        step.took += e.took;
        under_way_.erase(step.number);
        step.state = e.done ? Step::State::Done : Step::State::Failed;
    }
    void operator()(const event::DoneBefore& e) {
        if (!e.key.empty()) return say(Tone::Quiet, fmt::format("{}  done before, at {}", e.what, date_and_time(e.when)));
        Step& step = step_of(event_->step);
        if (!step.title.empty()) return;  // it was told by the part of the run that did it
        step.title = e.what;
        step.state = Step::State::DoneBefore;
        step.started = step.ended = e.when;
    }
    void operator()(const event::PassedOver& e) {
        Step& step = step_of(event_->step);
        if (step.title.empty()) step.started = step.ended = event_->at;
        step.title = e.title;
        step.state = Step::State::PassedOver;
        say(Tone::Warn, fmt::format("passed over by --from ({})", e.by));
    }
    void operator()(const event::Intent& e) { begin(Stretch::Kind::Action, e.call); }
    void operator()(const event::ActionEnded& e) {
        using runtime::Effect;
        const bool good = e.effect == Effect::Changed || e.effect == Effect::Unchanged || e.effect == Effect::SignedOff;
        const bool unverified = e.effect == Effect::Changed && !e.verified;
        const bool is_gap = e.effect == Effect::NotSimulated;
        const Tone tone = is_gap                          ? Tone::Warn
                          : !good                         ? Tone::Bad
                          : unverified                    ? Tone::Warn
                          : e.effect == Effect::Unchanged ? Tone::Quiet
                                                          : Tone::Good;
        std::string text =
            fmt::format("{}  {}{} ({})", e.call, runtime::name(e.effect), unverified ? ", not verified" : "", rounded(e.took));
        say(tone, text, good ? std::vector<std::string>{} : lines_of(e.why));
        if (!event_->typed) {
            report_.changed += e.effect == Effect::Changed;
            report_.unchanged += e.effect == Effect::Unchanged;
            report_.unverified += unverified;
        }
        if (e.effect == Effect::Changed || e.effect == Effect::Unknown) {
            const Entry begun{.at = event_->at - e.took, .host = event_->host, .tone = tone, .text = e.call};
            if (!report_.first_change || begun.at < report_.first_change->at) report_.first_change = begun;
            report_.last_change = Entry{.at = event_->at, .host = event_->host, .tone = tone, .text = e.call};
        }
        if (!end(tone)) stretch(Stretch::Kind::Action, e.call, event_->at - e.took, tone);
    }
    void operator()(const event::CommandEnded& e) {
        std::vector<Command>& commands = step_of(event_->step).commands;
        const auto before = std::find_if(commands.rbegin(), commands.rend(),
                                         [&](const Command& one) { return one.host == event_->host && one.command == e.command; });
        if (before != commands.rend() && repeats(*before, e, event_->host)) {
            ++before->times;
            before->last = event_->at;
            return;
        }
        commands.push_back({.at = event_->at - e.took,
                            .host = event_->host,
                            .purpose = purpose_of(e.purpose),
                            .command = e.command,
                            .ending = e.ending,
                            .out = e.out,
                            .err = e.err,
                            .ok = e.ok,
                            .took = e.took,
                            .last = event_->at});
    }
    void operator()(const event::WaitStarted& e) { begin(Stretch::Kind::Wait, "until " + e.condition); }
    void operator()(const event::WaitEnded& e) {
        const Tone tone = e.reached ? Tone::Good : Tone::Bad;
        const std::string looks = plural(e.probes, "check") + (e.unknown > 0 ? fmt::format(", {} unknown", e.unknown) : "");
        say(tone,
            fmt::format("wait until {}: {} after {} ({})", e.condition, e.reached ? "reached" : "NOT reached", rounded(e.took), looks));
        if (!end(tone)) stretch(Stretch::Kind::Wait, "until " + e.condition, event_->at - e.took, tone);
    }
    void operator()(const event::Required& e) {
        const char* outcome = e.holds ? "holds" : e.unknown ? "could NOT be told" : "does NOT hold";
        say(e.holds ? Tone::Quiet : Tone::Bad, fmt::format("require {}  {}", e.condition, outcome), lines_of(e.explanation));
    }
    void operator()(const event::Chosen& e) { say(Tone::Quiet, fmt::format("if {}  {}", e.condition, e.yes ? "yes" : "no")); }
    void operator()(const event::Asked& e) { begin(Stretch::Kind::Question, e.question); }
    void operator()(const event::Answered& e) {
        say(Tone::Good, fmt::format("sign-off: {}  {} ({})", e.question, e.answer, e.by));
        report_.sign_offs.push_back({.at = event_->at, .step = event_->step, .question = e.question, .answer = e.answer, .by = e.by});
        end(Tone::Good, e.by);
    }
    void operator()(const event::Decided& e) {
        say(Tone::Warn, fmt::format("{}: {} decided: {}{}", e.about, e.by, e.choice, e.reason.empty() ? "" : " (" + e.reason + ")"));
        report_.decisions.push_back(
            {.at = event_->at, .step = event_->step, .about = e.about, .choice = e.choice, .reason = e.reason, .by = e.by});
    }
    void operator()(const event::SignedOff& e) {
        say(Tone::Good, fmt::format("sign-off of {}: {} ({})", e.call, e.stake, e.by));
        report_.sign_offs.push_back({.at = event_->at,
                                     .step = event_->step,
                                     .question = fmt::format("{}: {}", e.call, e.stake),
                                     .answer = e.person == 1 ? "typed" : "typed by a second person",
                                     .by = e.by});
        end(Tone::Good, e.by);
    }
    void operator()(const event::Marked& e) {
        say(Tone::Plain, e.what);
        const bool open = !report_.interruptions.empty() && !report_.interruptions.back().to;
        if (e.what == "service down" && !open) report_.interruptions.push_back({.from = event_->at});
        if (e.what == "service back" && open) report_.interruptions.back().to = event_->at;
    }
    void operator()(const event::Noted& e) {
        std::vector<std::string> lines = lines_of(e.text);
        if (lines.empty()) return;
        const std::string first = lines.front();
        lines.erase(lines.begin());
        say(Tone::Plain, "note: " + first, std::move(lines));
    }
    void operator()(const event::Bound& e) {
        say(e.kept ? Tone::Plain : Tone::Quiet, fmt::format("{} {} = {}", e.kept ? "kept" : "let", e.name, e.value));
    }
    void operator()(const event::UndoStarted& e) { say(Tone::Warn, "undo: " + e.undo); }
    void operator()(const event::UndoEnded& e) {
        const bool open = !report_.interruptions.empty() && !report_.interruptions.back().to;
        if (open && e.done) report_.interruptions.back().undone = event_->at;
        e.done ? say(Tone::Good, "undone") : say(Tone::Bad, "NOT undone", lines_of(e.why));
    }
    void operator()(const event::Committed& e) {
        say(Tone::Plain, fmt::format("commit: {} ({} settled)", e.reason, plural(e.undos, "undo")));
    }
    void operator()(const event::Left& e) { say(Tone::Plain, fmt::format("left {}: {}", e.until, e.call)); }
    void operator()(const event::Skipped& e) { say(Tone::Warn, fmt::format("SKIPPED {}: {}", e.what, e.reason)); }
    void operator()(const event::GapMet& e) {
        say(Tone::Warn, fmt::format("GAP {} ({}): {}", e.what, e.place, e.why));
        end(Tone::Warn);
    }
    void operator()(const event::LockTaken& e) {
        const std::string again = e.again.empty() ? "" : fmt::format(", on {} from before", fmt::join(e.again, ", "));
        const std::string without = e.without.empty() ? "" : fmt::format(", without {}", fmt::join(e.without, ", "));
        say(e.without.empty() ? Tone::Quiet : Tone::Warn, fmt::format("locked on {}{}{}", fmt::join(e.hosts, ", "), again, without));
        if (e.other_run) say(Tone::Warn, "another run has been here since: " + e.before);
        if (!e.not_told.empty()) say(Tone::Warn, "machines that cannot be told that an earlier run may send no more", e.not_told);
    }
    void operator()(const event::LockLost& e) {
        std::vector<std::string> lines = lines_of(e.why);
        say(Tone::Bad, "LOCK LOST: " + (lines.empty() ? std::string() : lines.front()),
            lines.empty() ? lines : std::vector<std::string>(lines.begin() + 1, lines.end()));
    }
    void operator()(const event::LockYielded& e) { say(Tone::Plain, "lock given back before " + e.call); }
    void operator()(const event::LockReleased& e) {
        if (!e.hosts.empty()) say(Tone::Quiet, fmt::format("lock given back on {}", fmt::join(e.hosts, ", ")));
        if (!e.kept.empty()) say(Tone::Warn, "the lock is still there, for this could not be asked:", e.kept);
    }
    void operator()(const event::SilentAtStart& e) {
        const SilentMachines silent(e);
        if (!silent.needed.empty()) say(Tone::Warn, SilentMachines::needed_title, silent.needed);
        if (!silent.expected.empty()) say(Tone::Plain, SilentMachines::expected_title, silent.expected);
        if (!silent.without.empty()) say(Tone::Warn, silent.without);
    }
    void operator()(const event::FoundAtStart& e) {
        for (const event::Item& item : e.items) say(Tone::Quiet, fmt::format("at the start: {}", item.text));
        for (const std::string& why : e.unknown) say(Tone::Warn, fmt::format("{}: {} is not known: {}", e.module, e.residue, why));
    }
    void operator()(const event::LeftBehind& e) { report_.left_behind = e; }
    void operator()(const event::Failed& e) {
        std::vector<std::string> lines = lines_of(e.message);
        const std::string first = lines.empty() ? std::string() : lines.front();
        if (!lines.empty()) lines.erase(lines.begin());
        say(Tone::Bad, "FAILED: " + first, lines);
        end(Tone::Bad);
        if (event_->typed) return;
        report_.failures.push_back({.at = event_->at, .host = event_->host, .tone = Tone::Bad, .text = first, .more = std::move(lines)});
    }
    void operator()(const event::Interrupted& e) {
        say(Tone::Warn, e.level == 1 ? "interrupted: nothing new is started" : "interrupted again: not waiting any longer");
    }
    void operator()(const event::Rehearsed& e) { report_.rehearsed = e; }
    void operator()(const event::RunEnded& e) {
        report_.skipped = e.skipped;
        report_.undone = e.undone;
        report_.pending_undos = e.pending_undos;
        report_.left = e.left;
    }

    void operator()(const event::ActionProgress&) {}
    void operator()(const event::CommandOutput&) {}
    void operator()(const event::WaitProgress&) {}
    void operator()(const event::UndoPending&) {}
    void operator()(const event::LockSought&) {}

  private:
    Step& step_of(const std::string& number) {
        const auto it = std::find_if(report_.steps.begin(), report_.steps.end(), [&](const Step& step) { return step.number == number; });
        if (it != report_.steps.end()) return *it;
        Step& step = report_.steps.emplace_back();
        step.number = number;
        step.started = event_->at;
        return step;
    }

    /// What fails at the prompt was a try, and no failure of the run.
    Tone of_event(Tone tone) const { return event_->typed && tone == Tone::Bad ? Tone::Warn : tone; }

    void say(Tone tone, std::string text, std::vector<std::string> more = {}) {
        tone = of_event(tone);
        if (event_->typed) text.insert(0, at_the_prompt);
        step_of(event_->step)
            .entries.push_back({.at = event_->at, .host = event_->host, .tone = tone, .text = std::move(text), .more = std::move(more)});
    }

    /// A part of the run has ended without their ends.
    void end_steps_under_way() {
        for (const auto& [number, from] : under_way_) step_of(number).took += report_.parts.back().to - from;
        under_way_.clear();
    }

    std::string place() const { return event_->step + '\n' + event_->host; }

    void begin(Stretch::Kind kind, std::string label) {
        open_[place()] = {.kind = kind, .step = event_->step, .host = event_->host, .label = std::move(label), .from = event_->at};
    }

    /// Did something begin here that ends now?
    bool end(Tone tone, const std::string& by = {}) {
        const auto it = open_.find(place());
        if (it == open_.end()) return false;
        it->second.to = event_->at;
        it->second.tone = of_event(tone);
        it->second.by = by;
        report_.stretches.push_back(it->second);
        open_.erase(it);
        return true;
    }

    void stretch(Stretch::Kind kind, std::string label, Time from, Tone tone) {
        report_.stretches.push_back({.kind = kind,
                                     .step = event_->step,
                                     .host = event_->host,
                                     .label = std::move(label),
                                     .from = from,
                                     .to = event_->at,
                                     .tone = of_event(tone)});
    }

    Report report_;
    const runtime::Event* event_ = nullptr;
    std::map<std::string, Stretch> open_;          ///< by step and host
    std::map<std::string, Time> under_way_;        ///< steps, by number: since when, in this part of the run
    std::map<std::string, std::size_t> begun_in_;  ///< steps, by number: the last part of the run in which they were
};

}  // namespace

Report gather(const runtime::RunSummary& run, const std::vector<runtime::Event>& events, Expected earlier) {
    Gatherer gatherer(run, std::move(earlier));
    for (const runtime::Event& event : events) gatherer.take(event);
    return gatherer.finished();
}

}  // namespace cli::report
