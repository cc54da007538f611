#include "lang/format/tokens.hpp"

#include <algorithm>

#include "lang/format/roles.hpp"
#include "lang/syntax/state.hpp"

namespace lang::formatting {

namespace {

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

std::size_t number_length(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size() && (parsing::is_name_letter(text[i]) || (text[i] == '.' && i + 1 < text.size() &&
                                                                    parsing::is_digit(text[i + 1]) && parsing::is_digit(text[i - 1])))) {
        ++i;
    }
    return i;
}

std::size_t mark_length(std::string_view text) {
    const bool is_comparison = text.size() > 1 && text[1] == '=' && std::string_view("=!<>").find(text[0]) != std::string_view::npos;
    return is_comparison ? 2 : 1;
}

Token token_at(std::string_view text, std::size_t at) {
    const std::string_view here = text.substr(at);
    const char c = here.front();
    if (c == '#') {
        std::string_view comment = here.substr(0, here.find('\n'));
        comment.remove_suffix(comment.size() - 1 - comment.find_last_not_of(" \t\r"));
        return {Token::Kind::Comment, comment};
    }
    if (c == '"') return {Token::Kind::Text, text.substr(at, parsing::skip_text(text, at) - at)};
    if (parsing::is_digit(c)) return {Token::Kind::Number, here.substr(0, number_length(here))};
    if (const std::size_t length = parsing::word_length(here); length > 0) return {Token::Kind::Word, here.substr(0, length)};
    if (parsing::is_name_letter(c)) {  // a member of an enumeration: no hyphens
        return {Token::Kind::Word, std::string_view(here.begin(), std::find_if_not(here.begin(), here.end(), parsing::is_name_letter))};
    }
    return {Token::Kind::Mark, here.substr(0, mark_length(here))};
}

}  // namespace

std::size_t Token::width() const { return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character)); }

Tokens read_tokens(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    Tokens tokens;
    GrammarOfTokens grammar(tokens);
    int line_ends = 0;
    bool blanks = false;
    for (std::size_t at = 0; at < text.size();) {
        if (const char c = text[at]; c == '\n' || c == ' ' || c == '\t' || c == '\r') {
            line_ends = std::min(line_ends + (c == '\n' ? 1 : 0), 2);
            blanks = true;
            ++at;
            continue;
        }
        Token token = token_at(text, at);
        token.line_ends = line_ends;
        at += token.text.size();
        tokens.push_back(token);
        grammar.look_at_last(blanks);
        line_ends = 0;
        blanks = false;
    }
    return tokens;
}

bool has_line_end(const Tokens& tokens, std::size_t first, std::size_t last) {
    for (std::size_t i = first + 1; i <= last; ++i) {
        if (tokens[i].line_ends > 0) return true;
    }
    return false;
}

}  // namespace lang::formatting
