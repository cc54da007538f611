// The terminal: lines that stay, and below them a panel that is drawn again and again, with a prompt at its end.
#pragma once

#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// Control characters and what is not UTF-8 become '?', so that nothing a host printed can move the cursor or change the window's
/// title. Lines are kept.
std::string visible(std::string_view text);

/// The same of a text that `Screen::paint` or lang::render has coloured: their codes stay, and nothing else that begins with an escape.
std::string visible_painted(std::string_view text);

enum class Colour { Plain, Bold, Dim, Red, Green, Yellow, Cyan };

/// A terminal that knows more than lines (TERM tells), where NO_COLOR does not ask for none.
bool takes_colours(std::FILE*);

/// What is below the lines that stay is written in one piece, and only where it changed. Callable from any thread.
class Screen {
  public:
    /// Panel and prompt need a terminal that can move its cursor; another one gets the lines that a file gets.
    explicit Screen(std::FILE* to = stdout);
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    bool is_terminal() const { return terminal_; }
    /// Is there a panel?
    bool is_live() const { return live_; }
    bool has_colours() const { return colours_; }
    std::size_t width() const;
    std::size_t height() const;

    void line(std::string_view text);
    /// What stands below the lines, until it is replaced: each painted, and shorter than the width. Nothing without a panel.
    void panel(std::vector<std::string> lines);
    /// A panel of one line, cut to the width, until the next line that stays.
    void status(std::string_view text);

    /// Text in front of what a person types, below the panel; `typed` shows what she has typed, `answered` takes it away. Without a
    /// panel the text is just written, and the terminal itself shows what is typed.
    void prompt(std::string_view text);
    void typed(std::string_view text);
    void answered();
    /// Rings the terminal's bell: somebody is asked.
    void ring();

    std::string paint(Colour, std::string_view text) const;

  private:
    struct Drawn {
        std::string text;
        std::size_t columns = 0;
    };
    std::vector<Drawn> below() const;
    std::string to_top() const;
    void draw(const std::string& staying);
    void write(const std::string& text);

    std::FILE* const to_;
    const bool terminal_;
    const bool colours_;
    const bool live_;
    std::mutex mutex_;
    std::vector<std::string> panel_;
    bool is_status_ = false;
    std::vector<std::string> prompt_;
    std::string typed_;
    std::vector<Drawn> drawn_;  ///< as it stands there now, the cursor at the end of the last line
    std::size_t drawn_width_ = 0;
};

}  // namespace cli
