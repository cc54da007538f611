// What to say about a mistake: what was expected, what stands there, and what a beginner may have meant.
#include <fmt/format.h>

#include "lang/parse_state.hpp"

namespace lang::parsing {

namespace {

/// One token as the reader sees it, from the place of a mistake.
struct Found {
    std::size_t end;
    std::string words;  ///< "`foo`", "the end of the line"
};

Found found_at(std::string_view text, std::size_t at) {
    if (at >= text.size()) return {at, "the end of the file"};
    const std::string_view here = text.substr(at);
    const char c = here.front();
    if (c == '\n' || here.starts_with("\r\n") || c == '#') return {at, "the end of the line"};
    if (c == '"') return {std::min(skip_text(text, at), std::min(text.find('\n', at), text.size())), "a text"};
    std::size_t length = 1;
    if (is_name_letter(c)) {
        while (length < here.size() && (is_name_letter(here[length]) || here[length] == '-')) ++length;
    } else if (static_cast<unsigned char>(c) >= 0x80) {
        while (length < here.size() && (static_cast<unsigned char>(here[length]) & 0xC0) == 0x80) ++length;
    } else if (here.starts_with("==") || here.starts_with("!=") || here.starts_with("<=") || here.starts_with(">=") ||
               here.starts_with("&&") || here.starts_with("||")) {
        length = 2;
    }
    constexpr std::size_t longest = 40;
    return {at + length, fmt::format("`{}`", here.substr(0, std::min(length, longest)))};
}

}  // namespace

Mistake State::mistake(const Message& message, std::size_t at) const {
    Mistake mistake{{}, static_cast<std::uint32_t>(at)};
    const Found found = found_at(text, at);
    mistake.diagnostic.code = message.code;
    mistake.diagnostic.span = span(at, found.end);
    mistake.diagnostic.message =
        message.code == "E0101" ? fmt::format("expected {}, found {}", message.sentence, found.words) : message.sentence;
    return mistake;
}

Mistake State::too_deep(std::size_t at) const {
    Mistake mistake = this->mistake({"this is nested more than 100 levels deep", "E0114"}, at);
    mistake.lexical_only = true;
    return mistake;
}

}  // namespace lang::parsing
