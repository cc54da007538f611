#include "cli/view/protocol.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>

#include "cli/operator/interrupts.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/width.hpp"
#include "cli/terminal/words.hpp"
#include "cli/view/left_behind.hpp"
#include "cli/view/silent.hpp"
#include "cli/view/told.hpp"

namespace cli {

namespace event = runtime::event;
using runtime::Event;

/// One function a kind of event.
struct View::LineWriter {
    View& view;
    const Event& event;

    std::string paint(Colour colour, std::string_view text) const { return view.screen_.paint(colour, text); }
    bool verbose() const { return view.options_.detail == Detail::Verbose; }
    void line(const std::string& text) const { view.line(event, text); }
    void more(const std::string& text) const { view.more(text); }

    void operator()(const event::RunStarted& e) const {
        view.started_ = event.at;
        view.steps_ = e.steps;
        std::string head = paint(Colour::Bold, e.procedure);
        if (!e.site.empty()) head += fmt::format(" on site \"{}\"", e.site);
        if (e.simulated) head += paint(Colour::Yellow, " (simulated: no real host is contacted)");
        view.screen_.line(head);
        std::string parameters;
        for (const event::Named& p : e.parameters) parameters += fmt::format("{}{}={}", parameters.empty() ? "" : "  ", p.name, p.value);
        view.screen_.line(fmt::format("{}{}{}, started {} by {} on {}", parameters, parameters.empty() ? "" : "  ",
                                      plural(static_cast<std::int64_t>(e.steps), "step"), date_and_time(event.at), e.operator_name,
                                      e.machine));
    }
    void operator()(const event::RunResumed& e) const {
        view.screen_.line("");
        view.screen_.line(paint(Colour::Bold, fmt::format("{} (part {})", e.undos > 0 ? "undo" : "resumed", e.part)) +
                          fmt::format(", {} by {} on {}", date_and_time(event.at), e.operator_name, e.machine));
    }
    void operator()(const event::DoneBefore& e) const {
        if (e.key.empty()) {
            view.screen_.line(paint(Colour::Dim, fmt::format("{}  Step {}  {}: done before, at {}", clock(event.at), event.step,
                                                             visible(e.what), clock(e.when))));
        } else {
            line(paint(Colour::Dim, fmt::format("{}  done before, at {}", visible(e.what), clock(e.when))));
        }
    }
    void operator()(const event::PassedOver& e) const {
        view.screen_.line(paint(Colour::Yellow, visible(fmt::format("{}  Step {}  {}: passed over by --from ({})", clock(event.at),
                                                                    event.step, e.title, e.by))));
    }
    void operator()(const event::StepStarted& e) const {
        view.last_progress_.clear();
        const std::string attempt = e.attempt > 1 ? fmt::format(" (attempt {})", e.attempt) : "";
        const std::size_t depth = static_cast<std::size_t>(std::count(event.step.begin(), event.step.end(), '.'));
        if (depth == 0) view.screen_.line("");
        view.screen_.line(paint(Colour::Bold, fmt::format("{}  {}Step {}  {}{}", clock(event.at), std::string(2 * depth, ' '), event.step,
                                                          visible(e.title), attempt)));
    }
    void operator()(const event::StepEnded& e) const {
        view.screen_.line(paint(e.done ? Colour::Green : Colour::Red, fmt::format("{}  step {} {} after {}", clock(event.at), event.step,
                                                                                  e.done ? "done" : "NOT done", rounded(e.took))));
    }
    void operator()(const event::Intent& e) const {
        if (e.command.empty()) return;
        if (view.options_.progress) view.screen_.status(visible(fmt::format("          {}: {}", event.host, e.call)));
    }
    void operator()(const event::ActionEnded& e) const {
        using runtime::Effect;
        const bool good = e.effect == Effect::Changed || e.effect == Effect::Unchanged || e.effect == Effect::SignedOff;
        const Colour colour = e.effect == Effect::Unchanged      ? Colour::Dim
                              : good                             ? Colour::Green
                              : e.effect == Effect::NotSimulated ? Colour::Yellow
                                                                 : Colour::Red;
        std::string text = fmt::format("{}  {}", visible(e.call), paint(colour, runtime::name(e.effect)));
        if (e.effect == Effect::Changed && !e.verified) text += paint(Colour::Yellow, " (not verified)");
        if (e.took >= std::chrono::milliseconds(100)) text += fmt::format(" ({})", rounded(e.took));
        line(text);
    }
    void operator()(const event::ActionProgress& e) const {
        const std::string under_way = fmt::format("under way for {} of {}", rounded(e.elapsed), rounded(e.within));
        view.progress(event, fmt::format("{}: {}  {}", e.call, e.seen, under_way), e.call + e.seen);
    }
    void operator()(const event::CommandEnded& e) const {
        if (!verbose()) return;
        line(paint(Colour::Dim, fmt::format("$ {}  → {} ({})", visible(e.command), visible(e.ending), rounded(e.took))));
    }
    void operator()(const event::CommandOutput&) const {}
    void operator()(const event::WaitStarted& e) const {
        line(fmt::format("waiting until {}  (at most {})", visible(e.condition), rounded(e.within)));
    }
    void operator()(const event::WaitProgress& e) const {
        std::string text = e.held ? held_for(e) : e.seen;
        if (e.percent) {
            text = bar(*e.percent) + "  " + text;
        } else if (!e.showing.empty()) {
            text = e.showing + "  " + text;
        }
        view.progress(event, fmt::format("{}  waited {} of {}", text, rounded(e.elapsed), rounded(e.within)), text);
    }
    void operator()(const event::WaitEnded& e) const {
        const std::string looks = plural(e.probes, "check") + (e.unknown > 0 ? fmt::format(", {} unknown", e.unknown) : "");
        line(fmt::format("{} after {} ({})", e.reached ? paint(Colour::Green, "reached") : paint(Colour::Red, "NOT reached"),
                         rounded(e.took), looks));
    }
    void operator()(const event::Required& e) const {
        if (!e.holds || verbose()) {
            const std::string outcome = e.holds     ? paint(Colour::Green, "holds")
                                        : e.unknown ? paint(Colour::Red, "could NOT be told")
                                                    : paint(Colour::Red, "does NOT hold");
            line(fmt::format("require {}  {}", visible(e.condition), outcome));
        }
    }
    void operator()(const event::Chosen& e) const {
        if (verbose()) line(fmt::format("if {}  {}", visible(e.condition), e.yes ? "yes" : "no"));
    }
    void operator()(const event::Asked& e) const { line(fmt::format("{} {}", paint(Colour::Cyan, "sign-off:"), visible(e.question))); }
    void operator()(const event::Answered& e) const {
        line(fmt::format("  {} ({})", paint(Colour::Green, visible(e.answer)), visible(e.by)));
    }
    void operator()(const event::Decided& e) const {
        line(fmt::format("decided by {}: {}{}", visible(e.by), paint(Colour::Yellow, e.choice),
                         e.reason.empty() ? "" : " (" + visible(e.reason) + ")"));
    }
    void operator()(const event::SignedOff& e) const {
        line(fmt::format("  {} {} ({})", paint(Colour::Green, e.person == 1 ? "signed off:" : "and by a second person:"), visible(e.stake),
                         visible(e.by)));
    }
    void operator()(const event::Marked& e) const { line(paint(Colour::Bold, visible(e.what))); }
    void operator()(const event::Noted& e) const {
        bool first = true;
        for (const std::string& part : lines_of(visible(e.text))) {
            first ? line("note: " + part) : more(part);
            first = false;
        }
    }
    void operator()(const event::Bound& e) const {
        if (e.kept || verbose())
            line(fmt::format("{} {} = {}", e.kept ? "kept" : "let", visible(e.name), live::fitted(visible(e.value), 120)));
    }
    void operator()(const event::UndoPending&) const {}
    void operator()(const event::UndoStarted& e) const { line(fmt::format("undo: {}", visible(e.undo))); }
    void operator()(const event::UndoEnded& e) const {
        line(e.done ? paint(Colour::Green, "undone") : paint(Colour::Red, "NOT undone: " + visible(e.why)));
    }
    void operator()(const event::Committed& e) const {
        line(fmt::format("commit: {} ({} settled)", visible(e.reason), plural(e.undos, "undo")));
    }
    void operator()(const event::Left& e) const { line(paint(Colour::Dim, visible(fmt::format("left {}: {}", e.until, e.call)))); }
    void operator()(const event::Skipped& e) const {
        line(paint(Colour::Yellow, visible(fmt::format("SKIPPED {}: {}", e.what, e.reason))));
    }
    void operator()(const event::GapMet& e) const {
        line(paint(Colour::Yellow, visible(fmt::format("GAP {} ({}): {}", e.what, e.place, e.why))));
    }
    void operator()(const event::LockSought&) const {}
    void operator()(const event::LockTaken& e) const {
        const std::string again = e.again.empty() ? "" : fmt::format("; this run's own lock was still on {}", fmt::join(e.again, ", "));
        const std::string without = e.without.empty() ? "" : fmt::format("; without {}", fmt::join(e.without, ", "));
        const std::string text = visible(fmt::format("locked on {}{}{}", fmt::join(e.hosts, ", "), again, without));
        line(paint(e.without.empty() ? Colour::Dim : Colour::Yellow, text));
        if (e.other_run) line(paint(Colour::Yellow, visible("another run has been here since: " + e.before)));
        list(
            "machines that cannot be told that an earlier run may send no more (there it is kept back by the lock alone, at most 5 s "
            "after):",
            e.not_told);
    }
    void operator()(const event::LockLost& e) const { line(paint(Colour::Red, "LOCK LOST: " + visible(e.why))); }
    void operator()(const event::LockYielded& e) const { line(visible("the lock is given back here before " + e.call)); }
    void operator()(const event::LockReleased& e) const {
        list("the lock is still there, for this could not be asked (when it answers: procrun lock release):", e.kept);
    }
    void operator()(const event::SilentAtStart& e) const {
        const SilentMachines silent(e);
        list(paint(Colour::Yellow, fmt::format("{}:", SilentMachines::needed_title)), silent.needed);
        list(fmt::format("{}:", SilentMachines::expected_title), silent.expected);
        if (!silent.without.empty()) line(paint(Colour::Yellow, visible(silent.without)));
    }
    void operator()(const event::FoundAtStart& e) const {
        if (!verbose()) return;
        for (const event::Item& item : e.items) line(paint(Colour::Dim, visible("at the start: " + item.text)));
        for (const std::string& why : e.unknown)
            line(paint(Colour::Yellow, visible(fmt::format("{}: {} is not known: {}", e.module, e.residue, why))));
    }
    void operator()(const event::LeftBehind& e) const { view.left_behind_ = e; }
    void operator()(const event::Failed& e) const {
        bool first = true;
        for (const std::string& part : lines_of(visible(e.message))) {
            first ? line(paint(Colour::Red, "FAILED: " + part)) : more(part);
            first = false;
        }
    }
    void operator()(const event::Interrupted& e) const {
        const std::string by(Interrupts::newest());
        const bool again = view.interrupted_ == by;
        view.interrupted_ = by;
        view.screen_.line(paint(
            Colour::Yellow, e.level == 1 ? by + ": nothing new is started; what runs may finish. Once more: stop waiting for it."
                                         : by + (again ? " again" : "") + ": not waiting any longer. What was sent may still be running."));
    }
    void operator()(const event::Rehearsed& e) const { view.rehearsed_ = e; }
    void operator()(const event::RunEnded& e) const {
        using runtime::End;
        view.screen_.line("");
        if (view.undoing_) return undo_ended(*view.undoing_, e);
        const bool good = e.end == End::Completed;
        const auto gaps = static_cast<std::int64_t>(view.rehearsed_.gaps.size());
        view.screen_.line(
            paint(good                               ? Colour::Green
                  : e.end == End::CompletedWithSkips ? Colour::Yellow
                                                     : Colour::Red,
                  fmt::format("{}{} after {}", e.end == End::CompletedWithSkips ? completed_with(e) : runtime::name(e.end),
                              e.end == End::Aborted && !view.interrupted_.empty() ? " by " + view.interrupted_ : "", rounded(e.took))) +
            fmt::format(": {} changed, {} unchanged, {}", e.changed, e.unchanged, plural(e.signed_off, "sign-off")) +
            (gaps == 0 ? std::string() : ", " + plural(gaps, "gap")));
        if (e.unverified > 0) {
            view.screen_.line(paint(Colour::Yellow, fmt::format("{} not verified: only the command's exit status spoke for them",
                                                                plural(e.unverified, "action"))));
        }
        list("skipped:", e.skipped);
        list("gaps: passed over, as the simulated site has no model of what they depend on; neither done nor seen to hold:",
             view.rehearsed_.gaps);
        list("the site file would have to say:", view.rehearsed_.mends);
        list("told by replies of the site file, and by no model:", view.rehearsed_.rested_on);
        list("undone:", e.undone);
        list("pending undos (not run):", e.pending_undos);
        const bool is_over = e.end == End::Completed || e.end == End::CompletedWithSkips;
        const std::string_view by = view.part_ > 1 ? "this part of the run" : "the run";
        if (!is_over) list(fmt::format("changed by {}, not undone, and no undo is pending:", by), view.changes_.without_undo());
        list("left behind on purpose:", e.left);
        if (view.left_behind_) left_behind(*view.left_behind_);
    }
    const char* completed_with(const event::RunEnded& e) const {
        if (view.rehearsed_.gaps.empty()) return "completed with skips";
        return e.skipped.empty() ? "completed with gaps" : "completed with skips and gaps";
    }
    /// Of `procrun undo`: what became of the run is no news.
    void undo_ended(const View::Undoing& undoing, const event::RunEnded& e) const {
        const Colour colour = undoing.undone == undoing.undos ? Colour::Green : Colour::Red;
        view.screen_.line(paint(colour, fmt::format("undone: {} of {}", undoing.undone, undoing.undos)) +
                          fmt::format("; run {} remains {}", undoing.run, runtime::name(e.end)));
        list("pending undos:", e.pending_undos);
        list("left behind on purpose:", e.left);
        if (view.left_behind_) left_behind(*view.left_behind_);
    }
    void left_behind(const event::LeftBehind& left) const {
        for (const LeftBehindPart& part : parts_of(left)) {
            using Weight = LeftBehindPart::Weight;
            const Colour colour = part.weight == Weight::Alarm   ? Colour::Red
                                  : part.weight == Weight::Doubt ? Colour::Yellow
                                                                 : Colour::Plain;
            list(paint(colour, part.title + ":"), part.items);
        }
        view.screen_.line(visible(in_short(left)));
    }
    void list(const std::string& title, const std::vector<std::string>& items) const {
        if (items.empty()) return;
        view.screen_.line(title);
        for (const std::string& item : items) view.screen_.line("  - " + visible(item));
    }
};

void View::line(const Event& event, const std::string& text) {
    const std::string host = event.host.empty() ? "" : screen_.paint(Colour::Cyan, event.host) + "  ";
    screen_.line(fmt::format("{}    {}{}{}", clock(event.at), host, event.typed ? at_the_prompt : "", text));
}

void View::more(const std::string& text) { screen_.line("            " + text); }

void View::progress(const Event& event, const std::string& text, const std::string& what) {
    if (!options_.progress) return;
    const std::string where = event.host.empty() ? std::string() : event.host + "  ";
    screen_.status(visible(fmt::format("{}    {}{}", clock(event.at), where, text)));
    if (screen_.is_live()) return;
    Said& said = last_progress_[event.step + '\n' + event.host];
    using namespace std::chrono_literals;
    const bool news = said.text != what && event.at - said.at >= 10s;
    if (!news && event.at - said.at < 5min) return;
    if (said.at != runtime::Time{}) line(event, "… " + visible(text));
    said = {.at = event.at, .text = what};
}

bool View::shows(const Event& event) const {
    if (options_.detail != Detail::Quiet) return true;
    if (const auto* undo = std::get_if<event::UndoEnded>(&event.body)) return !undo->done;
    if (const auto* released = std::get_if<event::LockReleased>(&event.body)) return !released->kept.empty();
    return std::holds_alternative<event::Failed>(event.body) || std::holds_alternative<event::Asked>(event.body) ||
           std::holds_alternative<event::Answered>(event.body) || std::holds_alternative<event::Decided>(event.body) ||
           std::holds_alternative<event::LockLost>(event.body) || std::holds_alternative<event::SilentAtStart>(event.body) ||
           std::holds_alternative<event::Skipped>(event.body) || std::holds_alternative<event::GapMet>(event.body) ||
           std::holds_alternative<event::Rehearsed>(event.body) || std::holds_alternative<event::Interrupted>(event.body) ||
           std::holds_alternative<event::SignedOff>(event.body) || std::holds_alternative<event::LeftBehind>(event.body) ||
           std::holds_alternative<event::RunEnded>(event.body);
}

void View::count(const Event& event) {
    changes_.read(event);
    if (const auto* resumed = std::get_if<event::RunResumed>(&event.body)) {
        undoing_.reset();
        part_ = resumed->part;
        if (resumed->undos > 0) undoing_ = {.run = resumed->run, .undos = resumed->undos};
    }
    const auto* undo = std::get_if<event::UndoEnded>(&event.body);
    if (undo != nullptr && undoing_) undoing_->undone += undo->done;
}

void View::remember(const std::vector<Event>& earlier) {
    for (const Event& event : earlier) changes_.read(event);
}

void View::on(const Event& event) {
    count(event);
    if (shows(event)) std::visit(LineWriter{*this, event}, event.body);
}

void JsonView::on(const Event& event) { write_at_once(stdout, runtime::to_json(event) + '\n'); }

}  // namespace cli
