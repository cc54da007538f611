// Bytes that no program has: control characters, and what is no UTF-8.
#include <fmt/format.h>

#include "lang/parse_state.hpp"

namespace lang::parsing {

namespace {

/// The length of the UTF-8 character at the beginning of `text`, 0 where there is none.
std::size_t character(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead < 0xE0) return follows(1) ? 2 : 0;
    if (lead >= 0xE0 && lead < 0xF0) {
        if (!follows(1) || !follows(2)) return 0;
        const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
        return overlong || surrogate ? 0 : 3;
    }
    if (lead >= 0xF0 && lead < 0xF5) {
        if (!follows(1) || !follows(2) || !follows(3)) return 0;
        const bool overlong = lead == 0xF0 && byte(1) < 0x90;
        const bool beyond = lead == 0xF4 && byte(1) >= 0x90;
        return overlong || beyond ? 0 : 4;
    }
    return 0;
}

bool is_control(std::string_view text, std::size_t at) {
    const char c = text[at];
    if (c == '\r') return at + 1 == text.size() || text[at + 1] != '\n';
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') || c == 0x7F;
}

Diagnostic stray_byte(const State& state, std::size_t at) {
    Diagnostic diagnostic;
    diagnostic.code = "E0112";
    diagnostic.span = state.span(at, at + 1);
    const auto byte = static_cast<unsigned char>(state.text[at]);
    if (byte < 0x80) {
        diagnostic.message = fmt::format("a control character (byte 0x{:02X}) does not belong into a program", byte);
        diagnostic.help = byte == 0 ? "is this a text file? UTF-16 is not read: save it as UTF-8"
                                    : "take it out; in a text, `\\n` and `\\t` are written so";
    } else {
        diagnostic.message = fmt::format("byte 0x{:02X} is no UTF-8", byte);
        diagnostic.help = "save the file as UTF-8";
    }
    return diagnostic;
}

}  // namespace

void check_bytes(State& state) {
    const std::string_view text = state.text;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = character(text.substr(at));
        if (length == 0 || is_control(text, at)) {
            state.report(stray_byte(state, at));
            at = std::min(text.find('\n', at), text.size());
        } else {
            at += length;
        }
    }
}

}  // namespace lang::parsing
