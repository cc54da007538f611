#include "lang/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <iterator>

namespace lang {

namespace {

unsigned byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

bool continues(std::string_view text, std::size_t i) { return i < text.size() && (byte_at(text, i) & 0xC0) == 0x80; }

/// Of a whole character.
std::uint32_t code_point(std::string_view character) {
    if (character.size() == 1) return byte_at(character, 0);
    std::uint32_t code = byte_at(character, 0) & (0xFFU >> (character.size() + 1));
    for (std::size_t i = 1; i < character.size(); ++i) code = code << 6U | (byte_at(character, i) & 0x3FU);
    return code;
}

/// What hides what a line really says: it moves the cursor, ends the line, turns the direction of writing, or is there and cannot be seen.
/// After Unicode 15.0: the general categories Cc, Cf, Zl and Zp, and what has the property Default_Ignorable_Code_Point, but for the
/// selectors of how a sign is drawn (U+FE0E, U+FE0F), which stand behind many a sign that is meant to be seen.
bool is_hidden(std::string_view character) {
    struct Range {
        std::uint32_t first, last;
    };
    static constexpr Range ranges[] = {
        {0x00, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},       {0x34F, 0x34F},     {0x600, 0x605},     {0x61C, 0x61C},
        {0x6DD, 0x6DD},     {0x70F, 0x70F},     {0x890, 0x891},     {0x8E2, 0x8E2},     {0x115F, 0x1160},   {0x17B4, 0x17B5},
        {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},   {0x3164, 0x3164},   {0xFE00, 0xFE0D},
        {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0x110BD, 0x110BD}, {0x110CD, 0x110CD}, {0x13430, 0x1343F},
        {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
    };
    const std::uint32_t code = code_point(character);
    return std::any_of(std::begin(ranges), std::end(ranges), [&](const Range& range) { return code >= range.first && code <= range.last; });
}

}  // namespace

std::size_t character_length(std::string_view text) {
    if (text.empty()) return 0;
    const unsigned lead = byte_at(text, 0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead < 0xE0) return continues(text, 1) ? 2 : 0;
    if (lead >= 0xE0 && lead < 0xF0) {
        if (!continues(text, 1) || !continues(text, 2)) return 0;
        const bool overlong = lead == 0xE0 && byte_at(text, 1) < 0xA0;
        const bool surrogate = lead == 0xED && byte_at(text, 1) >= 0xA0;
        return overlong || surrogate ? 0 : 3;
    }
    if (lead >= 0xF0 && lead < 0xF5) {
        if (!continues(text, 1) || !continues(text, 2) || !continues(text, 3)) return 0;
        const bool overlong = lead == 0xF0 && byte_at(text, 1) < 0x90;
        const bool beyond = lead == 0xF4 && byte_at(text, 1) >= 0x90;
        return overlong || beyond ? 0 : 4;
    }
    return 0;
}

Look look_of(std::string_view character) {
    if (is_hidden(character)) return Look::Hidden;
    const std::uint32_t code = code_point(character);
    const bool is_blank = code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x202F || code == 0x205F ||
                          code == 0x3000 || code == 0x2800;
    return is_blank ? Look::Blank : Look::Seen;
}

std::string code_point_name(std::string_view character) { return fmt::format("U+{:04X}", code_point(character)); }

void append_printable(std::string& out, std::string_view& text) {
    assert(!text.empty());
    const std::size_t length = character_length(text);
    if (length == 0) {
        // The bytes that belong to the broken character become one '?', as an editor counts it.
        out += '?';
        text.remove_prefix(1);
        while (!text.empty() && (byte_at(text, 0) & 0xC0) == 0x80) text.remove_prefix(1);
        return;
    }
    const std::string_view character = text.substr(0, length);
    if (character == "\t") {
        out += ' ';
    } else if (is_hidden(character)) {
        out += '?';
    } else {
        out += character;
    }
    text.remove_prefix(length);
}

std::string printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        if (text.front() == '\n') {
            out += '\n';
            text.remove_prefix(1);
        } else {
            append_printable(out, text);
        }
    }
    return out;
}

}  // namespace lang
