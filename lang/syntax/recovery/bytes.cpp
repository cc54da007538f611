// Bytes that no program has: control characters, and what is not UTF-8.
#include <fmt/format.h>

#include "lang/syntax/state.hpp"
#include "lang/text/utf8.hpp"

namespace lang::parsing {

namespace {

bool is_control(std::string_view text, std::size_t at) {
    const char c = text[at];
    if (c == '\r') return at + 1 == text.size() || text[at + 1] != '\n';
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') || c == 0x7F;
}

}  // namespace

bool is_stray_byte(std::string_view text, std::size_t at) {
    return at < text.size() && (character_length(text.substr(at)) == 0 || is_control(text, at));
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
        diagnostic.message = fmt::format("byte 0x{:02X} is not UTF-8", byte);
        diagnostic.help = "save the file as UTF-8";
    }
    return diagnostic;
}

void check_bytes(State& state) {
    const std::string_view text = state.text;
    for (std::size_t at = 0; at < text.size();) {
        if (is_stray_byte(text, at)) {
            state.report(stray_byte(state, at));
            at = std::min(text.find('\n', at), text.size());
        } else {
            at += character_length(text.substr(at));
        }
    }
}

}  // namespace lang::parsing
