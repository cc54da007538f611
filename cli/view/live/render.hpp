// Draws a board as the lines of a terminal: a pure function, so that a test needs no terminal.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal/screen.hpp"
#include "cli/view/live/board.hpp"

namespace cli::live {

struct Span {
    Colour colour = Colour::Plain;
    std::string text;
};
/// One line, no wider than was asked for.
using Row = std::vector<Span>;

struct Size {
    std::size_t columns = 80, rows = 24;
};

/// How many lines of a terminal the board may take: the rest belongs to the protocol that scrolls above it.
std::size_t share_of(Size terminal);

/// At most `size.rows` rows. Where they are few, steps that are not running are told together, then hosts.
std::vector<Row> render(const Board&, Size size, Time now);

}  // namespace cli::live
