#include "cli/view/live/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/terminal/width.hpp"
#include "cli/terminal/words.hpp"

namespace cli::live {

namespace {

using State = BoardStep::State;

/// Whole seconds: what is drawn several times a second should not flicker in its last digit.
std::string seconds(Duration duration) {
    return lang::show(std::chrono::floor<std::chrono::seconds>(std::max(duration, Duration::zero())));
}

/// What was expected is no more exact than this.
std::string about(Duration duration) {
    using namespace std::chrono_literals;
    if (duration < 1min) return "about " + lang::show(std::chrono::ceil<std::chrono::seconds>(duration));
    return "about " + lang::show(std::chrono::round<std::chrono::minutes>(duration));
}

/// Text at the left, cut where it must be, and a time at the right where there is room for both.
Row with_time(std::vector<Span> left, const std::string& time, Colour time_colour, std::size_t width) {
    constexpr std::size_t least = 24;  // of the text, before it is worth less than the time
    const bool both = !time.empty() && width >= least + columns(time) + 2;
    std::size_t room = both ? width - columns(time) - 2 : width;
    Row row;
    for (Span& span : left) {
        span.text = fitted(span.text, room);
        room -= columns(span.text);
        row.push_back(std::move(span));
    }
    if (both) row.push_back({time_colour, std::string(room + 2, ' ') + time});
    return row;
}

struct Look {
    const char* sign;
    Colour colour;
};

Look look_of(State state) {
    switch (state) {
        case State::Waiting:
            return {"·", Colour::Dim};
        case State::Running:
            return {"▸", Colour::Bold};
        case State::Done:
            return {"✓", Colour::Green};
        case State::DoneWithSkips:
            return {"✓", Colour::Yellow};
        case State::DoneBefore:
            return {"✓", Colour::Dim};
        case State::PassedOver:
            return {"–", Colour::Yellow};
        case State::Failed:
            return {"✗", Colour::Red};
    }
    return {"", Colour::Plain};
}

std::string time_of(const BoardStep& step, Time now) {
    switch (step.state) {
        case State::Waiting:
            return step.expected && *step.expected >= std::chrono::seconds(1) ? about(*step.expected) : "";
        case State::Running:
            return seconds(now - step.started) + (step.expected ? " of " + about(*step.expected) : "");
        case State::DoneBefore:
            return "done before";
        case State::PassedOver:
            return "passed over";
        default:
            return seconds(step.took);
    }
}

Row step_row(const BoardStep& step, std::size_t width, Time now) {
    const Look look = look_of(step.state);
    const std::string attempt = step.attempt > 1 ? fmt::format(" (attempt {})", step.attempt) : "";
    const std::string skips = step.state == State::DoneWithSkips ? " (with skips)" : "";
    const bool stands_out = step.state == State::Running || step.state == State::Failed;
    return with_time({{look.colour, fmt::format(" {}{} {:<4} ", std::string(2 * step.depth(), ' '), look.sign, step.number)},
                      {stands_out                     ? look.colour
                       : step.state == State::Waiting ? Colour::Dim
                                                      : Colour::Plain,
                       step.title + attempt + skips}},
                     time_of(step, now), Colour::Dim, width);
}

/// Several steps that are done, or that wait, in one row.
Row together(const BoardStep* first, const BoardStep* last, std::size_t width) {
    const auto n = std::distance(first, last) + 1;
    const bool waiting = std::all_of(first, last + 1, [](const BoardStep& step) { return step.state == State::Waiting; });
    Duration time{};
    bool known = true;
    for (const BoardStep* step = first; step <= last; ++step) {
        if (step->depth() > first->depth()) continue;  // it is in the time of the one that it is in
        known = known && (!waiting || step->expected);
        time += waiting ? step->expected.value_or(Duration{}) : step->took;
    }
    const Look look = look_of(waiting ? State::Waiting : State::Done);
    const std::string numbers = n == 1 ? first->number : fmt::format("{}–{}", first->number, last->number);
    const std::string what = waiting ? fmt::format("{} to come", plural(n, "step")) : fmt::format("{} ended", plural(n, "step"));
    const std::string shown = !known || time == Duration{} ? "" : waiting ? about(time) : seconds(time);
    return with_time({{look.colour, fmt::format(" {} {:<4} ", look.sign, numbers)}, {Colour::Dim, what}}, shown, Colour::Dim, width);
}

std::vector<Row> doing_rows(const Doing& one, std::size_t host_width, std::size_t width, Time now, bool with_output) {
    constexpr std::size_t indent = 9;
    std::string time = seconds(now - one.since);
    if (one.within > Duration::zero()) time += " of " + seconds(one.within);
    std::string seen = one.seen;
    if (one.percent) seen = bar(*one.percent, width >= 60 ? 20 : 8) + (seen.empty() ? "" : "  " + seen);
    std::vector<Span> left{{Colour::Plain, std::string(indent, ' ')}};
    if (host_width > 0) left.push_back({Colour::Cyan, padded(fitted(one.host, host_width), host_width) + "  "});
    // A bar is what a person looks for: it comes before the words.
    if (one.percent) {
        left.push_back({Colour::Plain, seen});
    } else {
        left.push_back({Colour::Plain, one.what});
        if (!seen.empty()) left.push_back({Colour::Dim, "  " + seen});
    }
    std::vector<Row> rows{with_time(std::move(left), time, Colour::Dim, width)};
    if (with_output && !one.output.empty()) {
        rows.push_back({{Colour::Dim, fitted(std::string(indent + 2, ' ') + "│ " + one.output, width)}});
    }
    return rows;
}

Row header(const Board& board, std::size_t width, Time now) {
    const auto done = std::count_if(board.steps.begin(), board.steps.end(), [](const BoardStep& step) {
        return step.state != State::Waiting && step.state != State::Running && step.state != State::Failed;
    });
    const std::string steps = fmt::format("  {} of {}", done, plural(static_cast<std::int64_t>(board.steps.size()), "step"));
    std::string time = seconds(now - board.started);
    if (board.expected) time += " of " + about(*board.expected);
    std::vector<Span> left{{Colour::Dim, "── "}, {Colour::Bold, board.procedure}, {Colour::Dim, steps}};
    if (board.simulated) left.push_back({Colour::Yellow, "  simulated"});
    if (board.interrupted > 0) {
        left.push_back({Colour::Yellow, board.interrupted == 1 ? "  interrupted: what runs may finish" : "  interrupted: not waiting"});
    }
    return with_time(std::move(left), time, Colour::Bold, width);
}

/// All in one line: for a terminal that has no room for more.
Row only_row(const Board& board, std::size_t width, Time now) {
    std::string text = fmt::format("{} ", seconds(now - board.started));
    const auto running = std::find_if(board.steps.rbegin(), board.steps.rend(), [](const BoardStep& s) { return !s.quiet(); });
    if (running != board.steps.rend()) text += fmt::format("▸ {} {}", running->number, running->title);
    if (!board.doing.empty()) {
        const Doing& last = board.doing.back();
        text += fmt::format(" · {}{}", last.host.empty() ? "" : last.host + " ", last.percent ? bar(*last.percent, 8) : last.what);
    }
    return {{Colour::Dim, fitted(text, width)}};
}

/// A row of steps side by side in the list that are not running.
struct Quiet {
    std::size_t first, count;
    std::size_t rows = 0;  ///< that it got
    bool behind = false;   ///< does something running come before it?
};

/// Gives the free rows to the quiet stretches in turn, the one that comes next first.
void share_out(std::vector<Quiet>& stretches, std::size_t free) {
    std::vector<Quiet*> order;
    for (Quiet& stretch : stretches) order.push_back(&stretch);
    std::stable_sort(order.begin(), order.end(), [](const Quiet* a, const Quiet* b) { return a->behind > b->behind; });
    for (bool gave = true; gave && free > 0;) {
        gave = false;
        for (Quiet* stretch : order) {
            if (free == 0 || stretch->rows == stretch->count) continue;
            ++stretch->rows;
            --free;
            gave = true;
        }
    }
}

class Drawing {
  public:
    Drawing(const Board& board, Size size, Time now) : board_(board), size_(size), now_(now) {
        for (const Doing& one : board.doing) host_width_ = std::max(host_width_, columns(one.host));
        host_width_ = std::min(host_width_, std::min<std::size_t>(16, size.columns / 3));
    }

    std::vector<Row> all() {
        rows_.push_back(header(board_, size_.columns, now_));
        const std::size_t running = static_cast<std::size_t>(
            std::count_if(board_.steps.begin(), board_.steps.end(), [](const BoardStep& step) { return !step.quiet(); }));
        std::size_t left = size_.rows - 1;
        left -= std::min(left, running);
        const std::size_t lines = board_.doing.size();
        // The neighbours of what runs are worth more than the tenth host.
        std::vector<Quiet> stretches = quiet_stretches();
        const std::size_t context = std::min<std::size_t>(stretches.size(), left);
        doings_ = std::min(lines, left - context);
        left -= doings_;
        const auto outputs = static_cast<std::size_t>(
            std::count_if(board_.doing.begin(), board_.doing.end(), [](const Doing& one) { return !one.output.empty(); }));
        with_output_ = doings_ == lines && outputs + context <= left;
        if (with_output_) left -= outputs;
        share_out(stretches, left);
        draw(stretches);
        if (rows_.size() > size_.rows) rows_.resize(size_.rows);
        return std::move(rows_);
    }

  private:
    std::vector<Quiet> quiet_stretches() const {
        std::vector<Quiet> stretches;
        bool behind = false;
        for (std::size_t i = 0; i < board_.steps.size(); ++i) {
            if (!board_.steps[i].quiet()) {
                behind = true;
            } else if (i > 0 && board_.steps[i - 1].quiet() &&
                       (board_.steps[i - 1].state == State::Waiting) == (board_.steps[i].state == State::Waiting)) {
                ++stretches.back().count;
            } else {
                stretches.push_back({.first = i, .count = 1, .behind = behind || board_.steps[i].state == State::Waiting});
            }
        }
        return stretches;
    }

    void draw(const std::vector<Quiet>& stretches) {
        auto stretch = stretches.begin();
        for (std::size_t i = 0; i < board_.steps.size();) {
            if (board_.steps[i].quiet()) {
                quiet(*stretch);
                i += stretch->count;
                ++stretch;
            } else {
                rows_.push_back(step_row(board_.steps[i], size_.columns, now_));
                doings(board_.steps[i].number);
                ++i;
            }
        }
        doings("");
    }

    void quiet(const Quiet& stretch) {
        if (stretch.rows == 0) return;
        const BoardStep* first = &board_.steps[stretch.first];
        const BoardStep* last = first + stretch.count - 1;
        const std::size_t shown = stretch.rows == stretch.count ? stretch.count : stretch.rows - 1;
        const bool waiting = first->state == State::Waiting;
        // Of what is done the end is shown, of what is to come the beginning.
        if (shown < stretch.count && !waiting) rows_.push_back(together(first, last - shown, size_.columns));
        for (std::size_t k = 0; k < shown; ++k) {
            rows_.push_back(step_row(waiting ? first[k] : *(last - shown + 1 + k), size_.columns, now_));
        }
        if (shown < stretch.count && waiting) rows_.push_back(together(first + shown, last, size_.columns));
    }

    void doings(const std::string& step) {
        for (const Doing& one : board_.doing) {
            if (one.step != step || doings_ == 0) continue;
            --doings_;
            ++drawn_;
            const std::size_t more = board_.doing.size() - drawn_;
            if (doings_ == 0 && more > 0) {
                rows_.push_back({{Colour::Dim, fitted(fmt::format("         and {} more under way", more + 1), size_.columns)}});
                return;
            }
            for (Row& row : doing_rows(one, host_width_, size_.columns, now_, with_output_)) rows_.push_back(std::move(row));
        }
    }

    const Board& board_;
    const Size size_;
    const Time now_;
    std::size_t host_width_ = 0;
    std::size_t doings_ = 0;  ///< rows for hosts that are left
    std::size_t drawn_ = 0;
    bool with_output_ = false;
    std::vector<Row> rows_;
};

}  // namespace

std::size_t share_of(Size terminal) {
    constexpr std::size_t tiny = 10;
    if (terminal.rows < tiny || terminal.columns < 30) return 1;
    return std::min(terminal.rows * 3 / 5, terminal.rows - 5);
}

std::vector<Row> render(const Board& board, Size size, Time now) {
    if (size.rows == 0 || size.columns == 0) return {};
    if (size.rows == 1) return {only_row(board, size.columns, now)};
    return Drawing(board, size, now).all();
}

}  // namespace cli::live
