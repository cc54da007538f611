#include "cli/view/live/board.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/terminal/words.hpp"
#include "cli/view/told.hpp"
#include "lang/text/utf8.hpp"

namespace cli::live {

namespace event = runtime::event;

namespace {

/// One line of it: what a host or a procedure says may have many.
std::string one_line(std::string_view text) {
    std::string line = lang::printable(text.substr(0, text.find('\n')));
    return line;
}

/// "3" and "3.1" are in step 3.
bool is_in(const std::string& step, const std::string& number) {
    return step == number || (step.starts_with(number) && step[number.size()] == '.');
}

}  // namespace

std::size_t BoardStep::depth() const { return static_cast<std::size_t>(std::count(number.begin(), number.end(), '.')); }

Board::Board(const RunName& run, const std::vector<OutlineStep>& outline, const Expected& earlier)
    : procedure(one_line(run.procedure)), site(one_line(run.site)), simulated(run.simulated), expected(earlier.whole) {
    for (const OutlineStep& step : outline) {
        BoardStep line;
        line.number = step.number;
        line.title = one_line(step.title);
        line.expected = earlier.step(step.number, step.title);
        steps.push_back(std::move(line));
    }
}

BoardStep* Board::find(const std::string& number) {
    const auto it = std::find_if(steps.begin(), steps.end(), [&](const BoardStep& step) { return step.number == number; });
    return it == steps.end() ? nullptr : &*it;
}

Doing& Board::on(const runtime::Event& event) {
    const auto same = [&](const Doing& one) { return one.step == event.step && one.host == event.host; };
    const auto it = std::find_if(doing.begin(), doing.end(), same);
    if (it != doing.end()) return *it;
    Doing one;
    one.step = event.step;
    one.host = event.host;
    one.since = event.at;
    return doing.emplace_back(std::move(one));
}

void Board::over(const runtime::Event& event) {
    std::erase_if(doing, [&](const Doing& one) { return one.step == event.step && one.host == event.host; });
}

struct Board::Taker {
    Board& board;
    const runtime::Event& event;

    Doing& begin(std::string what, Duration within) const {
        board.over(event);
        Doing& one = board.on(event);
        one.what = std::move(what);
        one.within = within;
        return one;
    }

    void operator()(const event::RunStarted&) const { board.started = event.at; }
    void operator()(const event::RunResumed&) const { board.started = event.at; }
    void operator()(const event::StepStarted& e) const {
        BoardStep* step = board.find(event.step);
        if (step == nullptr) return;
        step->title = one_line(e.title);
        step->state = BoardStep::State::Running;
        step->started = event.at;
        step->attempt = e.attempt;
    }
    void operator()(const event::StepEnded& e) const {
        std::erase_if(board.doing, [&](const Doing& one) { return is_in(one.step, event.step); });
        BoardStep* step = board.find(event.step);
        if (step == nullptr) return;
        using State = BoardStep::State;
        step->state = !e.done ? State::Failed : step->skipped ? State::DoneWithSkips : State::Done;
        step->took = e.took;
    }
    void operator()(const event::DoneBefore& e) const {
        BoardStep* step = e.key.empty() ? board.find(event.step) : nullptr;
        if (step != nullptr) step->state = BoardStep::State::DoneBefore;
    }
    void operator()(const event::PassedOver&) const {
        if (BoardStep* step = board.find(event.step)) step->state = BoardStep::State::PassedOver;
    }
    void operator()(const event::Skipped&) const {
        if (BoardStep* step = board.find(event.step)) step->skipped = true;
    }
    void operator()(const event::GapMet&) const {
        board.over(event);
        if (BoardStep* step = board.find(event.step)) step->skipped = true;
    }
    void operator()(const event::Intent& e) const { begin(one_line(e.call), {}); }
    void operator()(const event::ActionProgress& e) const {
        Doing& one = board.on(event);
        one.what = one_line(e.call);
        one.seen = one_line(e.seen);
        one.since = event.at - e.elapsed;
        one.within = e.within;
        one.output.clear();
    }
    void operator()(const event::ActionEnded&) const { board.over(event); }
    void operator()(const event::CommandOutput& e) const { board.on(event).output = one_line(e.line); }
    void operator()(const event::CommandEnded&) const {
        const auto same = [&](const Doing& one) { return one.step == event.step && one.host == event.host; };
        for (Doing& one : board.doing) {
            if (same(one)) one.output.clear();
        }
        // A query is not told when it begins: what only its output had put here goes with it.
        std::erase_if(board.doing, [&](const Doing& one) { return same(one) && one.what.empty(); });
    }
    void operator()(const event::WaitStarted& e) const { begin("until " + one_line(e.condition), e.within); }
    void operator()(const event::WaitProgress& e) const {
        Doing& one = board.on(event);
        one.what = "until " + one_line(e.condition);
        one.since = event.at - e.elapsed;
        one.within = e.within;
        one.percent = e.percent;
        one.seen = e.held ? held_for(e) : one_line(e.seen);
        if (!e.percent && !e.showing.empty()) one.seen = one_line(e.showing) + "  " + one.seen;
    }
    void operator()(const event::WaitEnded&) const { board.over(event); }
    void operator()(const event::Asked& e) const { begin("sign-off: " + one_line(e.question), {}); }
    void operator()(const event::SignedOff&) const { board.over(event); }
    void operator()(const event::Answered&) const { board.over(event); }
    void operator()(const event::UndoStarted& e) const { begin("undo: " + one_line(e.undo), {}); }
    void operator()(const event::UndoEnded&) const { board.over(event); }
    void operator()(const event::Failed&) const { board.over(event); }
    void operator()(const event::Interrupted& e) const { board.interrupted = e.level; }
    void operator()(const event::RunEnded&) const { board.doing.clear(); }

    // What only stays in the protocol.
    void operator()(const event::Required&) const {}
    void operator()(const event::Rehearsed&) const {}
    void operator()(const event::Chosen&) const {}
    void operator()(const event::Decided&) const {}
    void operator()(const event::Noted&) const {}
    void operator()(const event::Marked&) const {}
    void operator()(const event::SilentAtStart&) const {}
    void operator()(const event::FoundAtStart&) const {}
    void operator()(const event::LeftBehind&) const {}
    void operator()(const event::Bound&) const {}
    void operator()(const event::UndoPending&) const {}
    void operator()(const event::Committed&) const {}
    void operator()(const event::Left&) const {}
    void operator()(const event::LockSought&) const {}
    void operator()(const event::LockTaken&) const {}
    void operator()(const event::LockLost&) const {}
    void operator()(const event::LockYielded&) const {}
    void operator()(const event::LockReleased&) const {}
};

void Board::take(const runtime::Event& event) { std::visit(Taker{*this, event}, event.body); }

}  // namespace cli::live
