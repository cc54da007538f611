// How many columns a text takes at a terminal, and texts made to fit.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cli::live {

/// Columns of a text in UTF-8 without control characters: combining marks take none, East Asian wide characters and emoji two.
std::size_t columns(std::string_view text);

/// At most `width` columns; what was cut off is told by a last "…".
std::string fitted(std::string_view text, std::size_t width);

/// As `fitted`, but the end of the text stays.
std::string fitted_end(std::string_view text, std::size_t width);

/// Filled up with blanks to `width` columns.
std::string padded(std::string text, std::size_t width);

}  // namespace cli::live
