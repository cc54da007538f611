// The terminal: lines that stay, and one status line below them that comes and goes.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace cli {

/// Control characters become '?', so that nothing a host printed can move the cursor or change the window's title. Lines are kept.
std::string visible(std::string_view text);

enum class Colour { Plain, Bold, Dim, Red, Green, Yellow, Cyan };

class Screen {
  public:
    /// Standard output. Colours and the status line are for a terminal only; NO_COLOR is respected.
    Screen();

    bool is_terminal() const { return terminal_; }
    std::size_t width() const;

    void line(std::string_view text);
    /// Replaces the status line; nothing without a terminal. Cut to the width.
    void status(std::string_view text);
    /// Takes the status line away and writes a prompt, without a line end.
    void prompt(std::string_view text);

    std::string paint(Colour, std::string_view text) const;

  private:
    void erase_status();

    const bool terminal_;
    const bool colours_;
    std::mutex mutex_;
    bool has_status_ = false;
};

}  // namespace cli
