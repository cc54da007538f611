// Characters in bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lang {

/// The number of bytes of the UTF-8 character at the beginning of `text`; 0 where there is none (an overlong form, a
/// surrogate, a stray byte, the end).
std::size_t character_length(std::string_view text);

/// How one character looks: as itself, as a blank that is none (no-break, thin, wide …), or not at all.
enum class Look { Seen, Blank, Hidden };
Look look_of(std::string_view character);

/// "U+00A0"
std::string code_point_name(std::string_view character);

/// As it may be printed on one line of a terminal: what is not UTF-8, controls and marks that turn the direction of writing
/// become '?', a tab becomes a blank. Takes one character off the front of `text` and appends it to `out`.
void append_printable(std::string& out, std::string_view& text);

/// The whole text so; its line ends stay.
std::string printable(std::string_view text);

}  // namespace lang
