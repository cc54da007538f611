#include "lang/text/utf8.hpp"

#include <cassert>

namespace lang {

namespace {

unsigned byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

bool continues(std::string_view text, std::size_t i) { return i < text.size() && (byte_at(text, i) & 0xC0) == 0x80; }

/// Controls, line separators, and the marks that hide what a line really says.
bool is_hidden(std::string_view character) {
    const unsigned first = byte_at(character, 0);
    if (character.size() == 1) return first < 0x20 || first == 0x7F;
    if (character.size() == 2) return first == 0xC2 && byte_at(character, 1) < 0xA0;  // U+0080 … U+009F
    if (character.size() != 3 || first != 0xE2) return false;
    const unsigned second = byte_at(character, 1), third = byte_at(character, 2);
    const bool general = second == 0x80 && ((third >= 0x8B && third <= 0x8F) || (third >= 0xA8 && third <= 0xAE));  // U+200B…, U+2028…
    const bool isolates = second == 0x81 && third >= 0xA0 && third <= 0xAF;                                         // U+2060 …
    return general || isolates;
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
