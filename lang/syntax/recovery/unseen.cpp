// Characters that nobody sees, in texts and comments: a name with one in it is another name, and a mark that turns the direction
// of writing shows another program than the one that runs.
#include <fmt/format.h>

#include <algorithm>

#include "lang/syntax/state.hpp"
#include "lang/text/utf8.hpp"

namespace lang::parsing {

namespace {

/// French has a no-break blank before these, and numbers have one before their unit or between their digits.
bool is_typography(std::string_view before, std::string_view behind) {
    constexpr std::string_view marks = ":;!?%";
    const bool digits = !before.empty() && is_digit(before.back());
    return behind.starts_with("»") || before.ends_with("«") || (!behind.empty() && marks.find(behind.front()) != std::string_view::npos) ||
           (digits && !behind.empty() && (is_digit(behind.front()) || static_cast<unsigned char>(behind.front()) >= 0x80));
}

/// One sign of several, as with emoji.
bool joins_signs(std::string_view character, std::string_view before) {
    return character == "\u200D" && !before.empty() && static_cast<unsigned char>(before.back()) >= 0x80;
}

Diagnostic unseen(const State& state, std::size_t at, std::string_view character, Look look, bool in_comment) {
    Diagnostic diagnostic;
    diagnostic.severity = Severity::Warning;
    diagnostic.code = "W0607";
    diagnostic.span = state.span(at, at + character.size());
    const std::string_view where = in_comment ? "comment" : "text";
    if (look == Look::Blank) {
        diagnostic.message = fmt::format("a blank in this {} is not a plain one ({})", where, code_point_name(character));
        diagnostic.help = "write a plain blank: for a machine this one is another character";
    } else {
        diagnostic.message = fmt::format("an invisible character ({}) stands in this {}", code_point_name(character), where);
        diagnostic.help = "take it out: for a machine a name with it is another name";
    }
    return diagnostic;
}

/// The first one between `begin` and `end`: one finding a text is enough.
void look_through(const State& state, std::size_t begin, std::size_t end, bool in_comment, Diagnostics& found) {
    const std::string_view text = state.text;
    for (std::size_t at = begin; at < end;) {
        const std::string_view character = text.substr(at, std::max<std::size_t>(1, character_length(text.substr(at))));
        const std::string_view before = text.substr(begin, at - begin), behind = text.substr(at + character.size());
        at += character.size();
        if (static_cast<unsigned char>(character.front()) < 0x80) continue;
        const Look look = is_stray_byte(text, at - character.size()) ? Look::Seen : look_of(character);
        if (look == Look::Seen || joins_signs(character, before)) continue;
        if (look == Look::Blank && (in_comment || is_typography(before, behind))) continue;
        found.push_back(unseen(state, at - character.size(), character, look, in_comment));
        return;
    }
}

}  // namespace

Diagnostics unseen_characters(const State& state) {
    constexpr std::size_t most = 20;
    Diagnostics found;
    const std::string_view text = state.text;
    if (std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) return found;
    for (std::size_t at = 0; at < text.size() && found.size() < most;) {
        const std::size_t line_end = std::min(text.find('\n', at), text.size());
        if (text[at] == '"') {
            const std::size_t end = std::min(skip_text(text, at), line_end);
            look_through(state, at + 1, end, false, found);
            at = std::max(end, at + 1);
        } else if (text[at] == '#') {
            look_through(state, at, line_end, true, found);
            at = line_end;
        } else {
            ++at;
        }
    }
    return found;
}

}  // namespace lang::parsing
