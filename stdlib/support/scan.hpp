// Small readers of text that no module owns. Any bytes are fine.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/model/value.hpp"

namespace stdlib::support {

/// Without blanks, tabs and line ends on both sides.
std::string_view trimmed(std::string_view);

/// The lines, without their ends; a last line end adds no empty line.
std::vector<std::string_view> lines(std::string_view);

/// Runs of blanks and tabs separate; none is empty.
std::vector<std::string_view> words(std::string_view);

/// At every separator; parts may be empty.
std::vector<std::string_view> split(std::string_view, char separator);

/// The whole text as a decimal number; nothing where it is none, too big, or (float) not finite.
std::optional<std::int64_t> integer(std::string_view);
std::optional<double> real(std::string_view);

/// The first three numbers of a version: {2, 1, 5} of "2.1.5-4.el9"; what is missing or no number is 0.
std::array<std::int64_t, 3> version_numbers(std::string_view);

/// At most `limit` bytes of it, for a message: the first line, trimmed.
std::string_view first_line(std::string_view, std::size_t limit = 200);

/// The same for people: where it was cut, `…` tells so, and what masks secrets finds the beginning of one there
/// (runtime/secret/masker.hpp).
std::string said(std::string_view, std::size_t limit = 200);

/// Unknown, with as much of the output as is worth keeping.
lang::Value unreadable(std::string why, std::string_view output);

/// The text as an int; unknown where it is none: "'abc' is not a number of sessions".
lang::Value integer_value(std::string_view text, std::string_view what);

}  // namespace stdlib::support
