#include "runtime/encoding/unicode.hpp"

#include <bit>
#include <cstdint>

namespace runtime {

namespace {

constexpr char32_t replacement = 0xFFFD;

unsigned byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }
bool high_surrogate(char32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool low_surrogate(char32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

}  // namespace

std::optional<char32_t> take_utf8(std::string_view& bytes) {
    constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned first = byte_at(bytes, 0);
    const auto length = static_cast<std::size_t>(first < 0x80 ? 1 : std::countl_one(static_cast<std::uint8_t>(first)));
    const bool plausible = first < 0x80 || (length >= 2 && length <= 4 && length <= bytes.size());
    char32_t character = first < 0x80 ? first : plausible ? first & (0x7Fu >> length) : 0;
    for (std::size_t i = 1; plausible && i < length; ++i) {
        if (byte_at(bytes, i) >> 6 != 2) {
            bytes.remove_prefix(1);
            return std::nullopt;
        }
        character = character << 6 | (byte_at(bytes, i) & 0x3F);
    }
    const bool good =
        plausible && character >= smallest[length] && character <= 0x10FFFF && !high_surrogate(character) && !low_surrogate(character);
    bytes.remove_prefix(good ? length : 1);
    return good ? std::optional(character) : std::nullopt;
}

void append_utf8(std::string& text, char32_t character) {
    const auto tail = [&](int shift) { text += static_cast<char>(0x80 | (character >> shift & 0x3F)); };
    if (character < 0x80) {
        text += static_cast<char>(character);
    } else if (character < 0x800) {
        text += static_cast<char>(0xC0 | character >> 6);
        tail(0);
    } else if (character < 0x10000) {
        text += static_cast<char>(0xE0 | character >> 12);
        tail(6), tail(0);
    } else {
        text += static_cast<char>(0xF0 | character >> 18);
        tail(12), tail(6), tail(0);
    }
}

std::optional<std::string> utf8_to_utf16le(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size() * 2);
    const auto unit = [&](char32_t value) {
        bytes += static_cast<char>(value & 0xFF);
        bytes += static_cast<char>(value >> 8);
    };
    while (!text.empty()) {
        const auto character = take_utf8(text);
        if (!character) return std::nullopt;
        if (*character < 0x10000) {
            unit(*character);
        } else {
            unit(0xD800 + ((*character - 0x10000) >> 10));
            unit(0xDC00 + ((*character - 0x10000) & 0x3FF));
        }
    }
    return bytes;
}

std::string utf16le_to_utf8(std::string_view bytes) {
    std::string text;
    const auto unit = [&](std::size_t at) { return static_cast<char32_t>(byte_at(bytes, at) | byte_at(bytes, at + 1) << 8); };
    std::size_t at = 0;
    for (; at + 1 < bytes.size(); at += 2) {
        const char32_t first = unit(at);
        if (high_surrogate(first) && at + 3 < bytes.size() && low_surrogate(unit(at + 2))) {
            append_utf8(text, 0x10000 + ((first - 0xD800) << 10) + (unit(at + 2) - 0xDC00));
            at += 2;
        } else {
            append_utf8(text, high_surrogate(first) || low_surrogate(first) ? replacement : first);
        }
    }
    if (at < bytes.size()) append_utf8(text, replacement);
    return text;
}

}  // namespace runtime
