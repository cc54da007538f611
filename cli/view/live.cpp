#include "cli/view/live.hpp"

#include "cli/view/live/render.hpp"

namespace cli {

namespace event = runtime::event;

namespace {

using namespace std::chrono_literals;

/// Often enough for a clock that ticks, seldom enough to be calm.
constexpr auto pause = 100ms;

}  // namespace

LiveView::LiveView(Screen& screen, Detail detail, live::Board board, runtime::Scheduler& scheduler)
    : screen_(screen), protocol_(screen, {.detail = detail, .progress = false}), scheduler_(scheduler), board_(std::move(board)) {}

LiveView::~LiveView() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    ended_.notify_all();
    if (drawer_.joinable()) drawer_.join();
    screen_.panel({});
}

void LiveView::on(const runtime::Event& event) {
    const std::lock_guard lock(mutex_);
    board_.take(event);
    if (std::holds_alternative<event::RunEnded>(event.body)) {
        over_ = true;
        screen_.panel({});
    }
    // The question stands in the prompt, or on the board, until it is answered; then both are one entry of the protocol.
    if (std::holds_alternative<event::Asked>(event.body)) return;
    if (const auto* answered = std::get_if<event::Answered>(&event.body)) {
        protocol_.on({.at = event.at, .step = event.step, .host = event.host, .body = event::Asked{answered->question}});
    }
    protocol_.on(event);
    if (!over_ && !drawer_.joinable()) drawer_ = std::thread([this] { keep_drawing(); });
}

void LiveView::keep_drawing() {
    std::unique_lock lock(mutex_);
    while (!over_) {
        draw();
        ended_.wait_for(lock, pause, [&] { return over_; });
    }
}

void LiveView::draw() {
    const live::Size terminal{.columns = screen_.width(), .rows = screen_.height()};
    std::vector<std::string> lines;
    for (const live::Row& row :
         live::render(board_, {.columns = terminal.columns - 1, .rows = live::share_of(terminal)}, scheduler_.now())) {
        std::string& line = lines.emplace_back();
        for (const live::Span& span : row) line += screen_.paint(span.colour, span.text);
    }
    screen_.panel(std::move(lines));
}

}  // namespace cli
