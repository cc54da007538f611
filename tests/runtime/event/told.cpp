// Events as lines that are easy to read and to compare.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/runtime/interpret/small_run.hpp"

namespace runtime_tests {

namespace {

using namespace runtime;
using lang::show;

std::string colon(const std::string& text) { return text.empty() ? text : ": " + text; }

const char* name(event::CommandEnded::For purpose) {
    using For = event::CommandEnded::For;
    switch (purpose) {
        case For::Detection:
            return "detect";
        case For::Query:
            return "query";
        case For::Probe:
            return "probe";
        case For::Action:
            return "send";
        case For::Verify:
            return "verify";
        case For::Lock:
            return "lock";
    }
    return "";
}

struct Words {
    std::string operator()(const event::RunStarted& e) const {
        std::string text = fmt::format("run of {} on site {}", e.procedure, e.site);
        for (const auto& parameter : e.parameters) text += fmt::format(", {} = {}", parameter.name, parameter.value);
        return text;
    }
    std::string operator()(const event::RunResumed& e) const {
        if (e.undos > 0) return fmt::format("part {} of the run; {} to undo", e.part, e.undos);
        return fmt::format("part {} of the run; done: {}", e.part, fmt::join(e.finished, ", "));
    }
    std::string operator()(const event::DoneBefore& e) const { return fmt::format("done before: {}", e.what); }
    std::string operator()(const event::PassedOver& e) const { return fmt::format("passed over by {}: {}", e.by, e.title); }
    std::string operator()(const event::StepStarted& e) const {
        return fmt::format("step \"{}\"{}", e.title, e.attempt > 1 ? fmt::format(", attempt {}", e.attempt) : "");
    }
    std::string operator()(const event::StepEnded& e) const {
        return fmt::format("step \"{}\" {} after {}", e.title, e.done ? "done" : "NOT DONE", show(e.took));
    }
    std::string operator()(const event::Intent& e) const { return fmt::format("intent {}{}", e.call, colon(e.command)); }
    std::string operator()(const event::ActionEnded& e) const {
        return fmt::format("{} is {}{} after {}{}", e.call, runtime::name(e.effect), e.verified ? "" : " (not verified)", show(e.took),
                           colon(e.why));
    }
    std::string operator()(const event::ActionProgress& e) const {
        return fmt::format("… {}: {} ({} of {})", e.call, e.seen, show(e.elapsed), show(e.within));
    }
    std::string operator()(const event::CommandEnded& e) const {
        const std::string out = e.out.empty() ? "" : fmt::format(" | {}", e.out.substr(0, e.out.find_last_not_of('\n') + 1));
        return fmt::format("{} $ {} -> {}{}", name(e.purpose), e.command, e.ending, out);
    }
    std::string operator()(const event::CommandOutput& e) const { return fmt::format("prints {}", e.line); }
    std::string operator()(const event::WaitStarted& e) const { return fmt::format("waits within {} for {}", show(e.within), e.condition); }
    std::string operator()(const event::WaitProgress& e) const {
        std::string text = fmt::format("… {} of {}", show(e.elapsed), show(e.within));
        if (!e.seen.empty()) text += ": " + e.seen;
        if (e.held) text += fmt::format(", held for {}", show(*e.held));
        if (!e.showing.empty()) text += fmt::format(", showing {}", e.showing);
        if (e.percent) text += fmt::format(" ({} %)", *e.percent);
        return text;
    }
    std::string operator()(const event::WaitEnded& e) const {
        return fmt::format("{} after {}: {} checks, {} unknown", e.reached ? "reached" : "NOT REACHED", show(e.took), e.probes, e.unknown);
    }
    std::string operator()(const event::Required& e) const {
        return fmt::format("require {}: {}{}", e.condition,
                           e.holds     ? "holds"
                           : e.unknown ? "COULD NOT BE TOLD"
                                       : "DOES NOT HOLD",
                           e.explanation.empty() ? "" : "\n  " + e.explanation);
    }
    std::string operator()(const event::Chosen& e) const { return fmt::format("if {}: {}", e.condition, e.yes ? "yes" : "no"); }
    std::string operator()(const event::Decided& e) const {
        return fmt::format("{} decides about {}: {}{}", e.by, e.about, e.choice, colon(e.reason));
    }
    std::string operator()(const event::UndoStarted& e) const { return fmt::format("undoes {}", e.undo); }
    std::string operator()(const event::UndoEnded& e) const { return fmt::format("{}{}", e.done ? "undone" : "NOT UNDONE", colon(e.why)); }
    std::string operator()(const event::Asked& e) const { return fmt::format("asks: {}", e.question); }
    std::string operator()(const event::Answered& e) const { return fmt::format("{} answers {}: {}", e.by, e.answer, e.question); }
    std::string operator()(const event::SignedOff& e) const {
        return fmt::format("{} signs off as person {}: {} ({})", e.by, e.person, e.call, e.stake);
    }
    std::string operator()(const event::Marked& e) const { return fmt::format("marked: {}", e.what); }
    std::string operator()(const event::Noted& e) const { return fmt::format("note: {}", e.text); }
    std::string operator()(const event::Bound& e) const { return fmt::format("{} {} = {}", e.kept ? "keep" : "let", e.name, e.value); }
    std::string operator()(const event::UndoPending& e) const { return fmt::format("undo of {}: {}", e.call, e.undo); }
    std::string operator()(const event::Committed& e) const { return fmt::format("commit ({} undos): {}", e.undos, e.reason); }
    std::string operator()(const event::Left& e) const { return fmt::format("{} is left {}", e.call, e.until); }
    std::string operator()(const event::Skipped& e) const { return fmt::format("skipped {}: {}", e.what, e.reason); }
    std::string operator()(const event::GapMet& e) const {
        return fmt::format("gap {}: {}{}", e.what, e.why, e.mend.empty() ? "" : fmt::format("; mend: {}", e.mend));
    }
    std::string operator()(const event::Rehearsed& e) const {
        std::string text = fmt::format("rehearsed with {} gaps", e.gaps.size());
        for (const std::string& gap : e.gaps) text += "\n  gap: " + gap;
        for (const std::string& mend : e.mends) text += "\n  mend: " + mend;
        for (const std::string& one : e.rested_on) text += "\n  rests on: " + one;
        return text;
    }
    std::string operator()(const event::LockSought& e) const { return fmt::format("seeks the lock on {}", fmt::join(e.hosts, ", ")); }
    std::string operator()(const event::LockTaken& e) const {
        return fmt::format("has the lock on {}{}{}", fmt::join(e.hosts, ", "),
                           e.again.empty() ? "" : fmt::format(", on {} from before", fmt::join(e.again, ", ")),
                           e.without.empty() ? "" : fmt::format(", without {}", fmt::join(e.without, ", ")));
    }
    std::string operator()(const event::LockLost& e) const { return fmt::format("LOCK LOST: {}", e.why); }
    std::string operator()(const event::LockYielded& e) const { return fmt::format("gives the lock back before {}", e.call); }
    std::string operator()(const event::LockReleased& e) const {
        return fmt::format("gives the lock back on {}{}", fmt::join(e.hosts, ", "),
                           e.kept.empty() ? "" : fmt::format(", NOT on {}", fmt::join(e.kept, ", ")));
    }
    std::string operator()(const event::SilentAtStart& e) const {
        std::string text = "silent at the start:";
        for (const auto& one : e.machines)
            text += fmt::format("\n  {}: {}", one.host, one.needed_by.empty() ? "expected" : "NEEDED BY " + one.needed_by);
        if (!e.without.empty()) text += fmt::format("\n  without {}", fmt::join(e.without, ", "));
        return text;
    }
    std::string operator()(const event::FoundAtStart& e) const {
        std::vector<std::string> items;
        for (const event::Item& item : e.items) items.push_back(item.text);
        std::string text = fmt::format("finds at the start, {}: {}: {}", e.module, e.residue, fmt::join(items, ", "));
        for (const std::string& why : e.unknown) text += "\n  not known: " + why;
        return text;
    }
    std::string operator()(const event::LeftBehind& e) const {
        std::string text = fmt::format("left behind, of {} hosts:", e.compared);
        for (const auto& one : e.announced) text += fmt::format("\n  announced: {}: {}", one.thing.text, one.until);
        for (const event::Thing& one : e.others) text += "\n  NOT ANNOUNCED: " + one.text;
        for (const event::Thing& one : e.still) text += "\n  still: " + one.text;
        for (const std::string& one : e.not_known) text += "\n  not known: " + one;
        for (const event::Thing& one : e.taken_back) text += "\n  taken back: " + one.text;
        if (!e.earlier.empty()) text += "\n  compared with " + e.earlier + " too";
        return text;
    }
    std::string operator()(const event::Failed& e) const { return fmt::format("FAILED {}", e.message); }
    std::string operator()(const event::Interrupted& e) const { return fmt::format("interrupted {}", e.level); }
    std::string operator()(const event::RunEnded& e) const {
        std::string text = fmt::format("run {} (exit {}) after {}: {} changed, {} unchanged", runtime::name(e.end), static_cast<int>(e.end),
                                       show(e.took), e.changed, e.unchanged);
        if (e.unverified > 0) text += fmt::format(", {} unverified", e.unverified);
        if (e.signed_off > 0) text += fmt::format(", {} signed off", e.signed_off);
        for (const std::string& skipped : e.skipped) text += "\n  skipped " + skipped;
        for (const std::string& undo : e.undone) text += "\n  undone: " + undo;
        for (const std::string& undo : e.pending_undos) text += "\n  still to undo: " + undo;
        for (const std::string& left : e.left) text += "\n  left: " + left;
        return text;
    }
};

}  // namespace

std::string told(const Event& event, lang::Time start) {
    constexpr double a_second = 1000;
    const std::string text = std::visit(Words{}, event.body);
    const std::string front =
        fmt::format("{:8.3f} {:<4}{:<2} ", static_cast<double>((event.at - start).count()) / a_second, event.step, event.host);
    std::string line = front;
    for (const char c : text) {
        line += c;
        if (c == '\n') line += std::string(front.size(), ' ');
    }
    return line;
}

}  // namespace runtime_tests
