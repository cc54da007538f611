// What is going on in a run: the steps and how far each is, and what is being done right now. Made of events, drawn by render.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/run/expected.hpp"
#include "cli/view/live/outline.hpp"
#include "runtime/event/types.hpp"

namespace cli::live {

using runtime::Duration;
using runtime::Time;

struct BoardStep {
    enum class State { Waiting, Running, Done, DoneWithSkips, DoneBefore, PassedOver, Failed };

    std::string number, title;
    State state = State::Waiting;
    Time started{};
    Duration took{};
    int attempt = 1;
    bool skipped = false;              ///< something in it was
    std::optional<Duration> expected;  ///< from earlier runs

    std::size_t depth() const;
    bool quiet() const { return state != State::Running; }
};

/// One thing that is under way, on one host or on none: an action, a wait, a question.
struct Doing {
    std::string step, host;
    std::string what;
    std::string seen;    ///< what keeps it from being over
    std::string output;  ///< the last line of a running command
    Time since{};
    Duration within{};  ///< 0: without a limit that is known
    std::optional<double> percent;
};

struct RunName {
    std::string procedure, site;
    bool simulated = false;
};

struct Board {
    std::string procedure, site;
    bool simulated = false;
    Time started{};  ///< of a resumed run: this part of it
    std::optional<Duration> expected;
    int interrupted = 0;  ///< how many Ctrl-Cs there were
    std::vector<BoardStep> steps;
    std::vector<Doing> doing;  ///< in the order in which they began

    Board() = default;
    Board(const RunName& run, const std::vector<OutlineStep>& outline, const Expected& expected);

    void take(const runtime::Event&);

  private:
    struct Taker;
    BoardStep* find(const std::string& number);
    Doing& on(const runtime::Event&);
    void over(const runtime::Event&);
};

}  // namespace cli::live
