// UTF-8 and UTF-16LE, as far as command lines and their output need them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace runtime {

/// Takes the first character off `bytes`. Nothing where the bytes there are no UTF-8 (overlong forms and surrogates included): then one
/// byte is taken off.
std::optional<char32_t> take_utf8(std::string_view& bytes);
void append_utf8(std::string& text, char32_t character);

/// Nothing where the text is not UTF-8.
std::optional<std::string> utf8_to_utf16le(std::string_view text);
/// Half a character becomes U+FFFD.
std::string utf16le_to_utf8(std::string_view bytes);

}  // namespace runtime
