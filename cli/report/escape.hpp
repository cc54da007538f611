// Texts that others wrote, made harmless for the page that they stand in.
#pragma once

#include <string>
#include <string_view>

namespace cli::report {

/// For HTML, SVG and XML, in text and in quoted attributes. Control characters, which XML does not allow, become '?'.
std::string markup(std::string_view text);

/// For running text and table cells of Markdown: nothing in it means anything, and it stays on one line.
std::string markdown(std::string_view text);

/// The most of `c` that stand side by side.
std::size_t longest_run(std::string_view text, char c);

/// A block of code in Markdown whose fence is longer than any in the text.
std::string fenced(std::string_view text);

/// Beyond it an output is for the journal, not for a page.
constexpr std::size_t longest_output = std::size_t{64} << 10;

/// At most `limit` bytes, cut at the end of a character, with a word about what is missing.
std::string bounded(std::string_view text, std::size_t limit);

}  // namespace cli::report
