// What is typed during a run: not echoed by the terminal, which would tear the panel, but shown where it belongs.
#pragma once

#include <termios.h>

#include <optional>
#include <string>
#include <string_view>

#include "cli/terminal/completion.hpp"
#include "cli/terminal/screen.hpp"
#include "runtime/scheduler.hpp"

namespace cli {

/// As long as it lives, standard input gives its bytes at once and unseen; Ctrl-C and its like work as ever. Nothing happens where
/// it is not a terminal. May be nested.
class Unechoed {
  public:
    Unechoed();
    ~Unechoed();
    Unechoed(const Unechoed&) = delete;
    Unechoed& operator=(const Unechoed&) = delete;

  private:
    std::optional<termios> before_;
};

enum class Echo { Shown, Hidden };

/// Shows `prompt`, and gives the line that is typed then, or nothing: at the end of the input, when `until` has come, after a Ctrl-C.
/// At a terminal, what was typed before the prompt is no answer to it, and Backspace, Ctrl-U and Ctrl-W do what they do, and Tab as
/// `completer` says.
std::optional<std::string> read_line(Screen&, std::string_view prompt, Echo, runtime::Scheduler&, runtime::Time until, const runtime::Stop&,
                                     const Completer& completer = {});

}  // namespace cli
