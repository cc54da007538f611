// The view of a run at a terminal: the protocol scrolls, and below it stands the board of what is going on.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "cli/operator/keyboard.hpp"
#include "cli/view/live/board.hpp"
#include "cli/view/protocol.hpp"

namespace cli {

/// Draws the board a few times a second, from the first event to the run's end, and fits it to the window as it is then.
class LiveView : public runtime::Observer {
  public:
    LiveView(Screen&, Detail, live::Board, runtime::Scheduler&);
    ~LiveView() override;
    void on(const runtime::Event&) override;
    void remember(const std::vector<runtime::Event>& earlier) { protocol_.remember(earlier); }

  private:
    void draw();
    void keep_drawing();

    Screen& screen_;
    View protocol_;
    runtime::Scheduler& scheduler_;
    const Unechoed unechoed_;
    std::mutex mutex_;
    live::Board board_;
    bool over_ = false;
    std::condition_variable ended_;
    std::thread drawer_;  ///< lives from the first event on
};

}  // namespace cli
