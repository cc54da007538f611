#include "lang/syntax/hints/mistake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "lang/text/utf8.hpp"

namespace lang::parsing {

namespace {

/// What is looked at around a mistake: on a line of megabytes, everything would take too long.
constexpr std::size_t longest_token = 1000;

std::size_t line_end(std::string_view text, std::size_t at) { return std::min(text.find('\n', at), text.size()); }

std::string_view without_blanks_behind(std::string_view text) {
    const std::size_t last = text.find_last_not_of(" \t\r");
    return text.substr(0, last + 1);  // npos + 1 is 0
}

/// What stands there, in the reader's words.
std::string in_words(const ErrorSite& spot) {
    if (spot.text_ends) return "the end of the file";
    if (spot.line_ends) return "the end of the line";
    if (spot.first() == '"') return "a text";
    constexpr std::size_t longest = 40;
    return fmt::format("`{}`", spot.token.size() > longest ? std::string(spot.token.substr(0, longest)) + "…" : spot.token);
}

/// Where the next line with something on it begins.
std::size_t next_line(const ErrorSite& spot) {
    return std::min(spot.text().find_first_not_of(" \t\r\n", line_end(spot.text(), spot.at)), spot.text().size());
}

ErrorSite spot_at(const State& state, const Message& message, std::size_t at) {
    ErrorSite spot{state, message};
    const bool after_gap = at == state.gap_end;
    spot.last_end = after_gap ? state.gap_begin : at;
    const std::string_view gap = state.text.substr(spot.last_end, at - spot.last_end);
    const std::string_view here = state.text.substr(at);
    const bool crossed = gap.find('\n') != std::string_view::npos;
    const bool at_line_end = here.empty() || here.front() == '\n' || here.starts_with("\r\n") || here.front() == '#';
    spot.text_ends = here.empty();
    spot.line_ends = at_line_end || (crossed && spot.last_end > state.statement);
    if (spot.line_ends && spot.last_end > state.statement) at = spot.last_end;
    if (!spot.line_ends) spot.token = token_at(here);
    spot.at = at;
    spot.end = at + spot.token.size();
    return spot;
}

/// After an operator at the end of a line, the next line was meant to belong to it.
bool goes_on_in_next_line(const ErrorSite& spot) {
    if (!spot.dangles_after_operator()) return false;
    const std::string_view next = spot.text().substr(next_line(spot));
    const std::string_view word = next.substr(0, word_length(next));
    return !next.empty() && next.front() != '}' && !begins_statement(word) && !begins_declaration(word);
}

/// How far the line that holds `at` is moved to the right.
std::size_t indentation(std::string_view text, std::size_t at) {
    const std::size_t begin = text.substr(0, at).rfind('\n') + 1;
    return std::min(text.find_first_not_of(" \t", begin), text.size()) - begin;
}

bool is_first_in_line(std::string_view text, std::size_t at) {
    const std::size_t begin = text.substr(0, at).rfind('\n') + 1;
    return text.substr(begin, at - begin).find_first_not_of(" \t") == std::string_view::npos;
}

/// Some `}` is missing: the `{` that most likely lacks it is one whose `}` stands further to the left than its own line.
std::optional<std::size_t> ill_indented_block(std::string_view text) {
    std::vector<std::size_t> open;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '"') {
            at = std::min(skip_text(text, at), line_end(text, at));
            continue;
        }
        if (c == '#') {
            at = line_end(text, at);
            continue;
        }
        if (c == '{') open.push_back(at);
        if (c == '}' && !open.empty()) {
            if (is_first_in_line(text, at) && indentation(text, at) < indentation(text, open.back())) return open.back();
            open.pop_back();
        }
        ++at;
    }
    return std::nullopt;
}

}  // namespace

std::string_view token_at(std::string_view text) {
    if (text.empty()) return text;
    text = text.substr(0, longest_token);
    const char c = text.front();
    std::size_t length = 1;
    if (c == '"') {
        length = std::min(skip_text(text, 0), line_end(text, 0));
    } else if (is_name_letter(c)) {
        const auto belongs = [&](std::size_t i) {
            if (is_name_letter(text[i])) return true;
            return (text[i] == '-' || (text[i] == '.' && is_digit(c))) && i + 1 < text.size() && is_name_letter(text[i + 1]);
        };
        while (length < text.size() && belongs(length)) ++length;
    } else if (static_cast<unsigned char>(c) >= 0x80) {
        length = std::max<std::size_t>(1, character_length(text));
    } else {
        for (const std::string_view two : {"==", "!=", "<=", ">=", "=<", "<>", "&&", "||", "//", "/*", "=>", "->", ":=", "+="}) {
            if (text.starts_with(two)) length = 2;
        }
    }
    return text.substr(0, length);
}

std::string_view ErrorSite::rest_of_line() const {
    const std::string_view near = text().substr(at, longest_token);
    std::string_view rest = near.substr(0, line_end(near, 0));
    rest = without_blanks_behind(rest.substr(0, rest.find('#')));
    if (rest.ends_with('{')) rest = without_blanks_behind(rest.substr(0, rest.size() - 1));
    return rest;
}

std::string_view ErrorSite::next_token() const {
    const std::size_t next = std::min(text().find_first_not_of(" \t", end), text().size());
    return next < text().size() && text()[next] != '\n' && text()[next] != '\r' ? token_at(text().substr(next)) : std::string_view();
}

bool ErrorSite::dangles_after_operator() const {
    if (!wants(Wanted::Value) || !line_ends) return false;
    const std::string_view before = so_far();
    constexpr std::array<std::string_view, 9> operators{" and", " or", "==", "!=", "<=", ">=", " <", " >", " +"};
    return std::any_of(operators.begin(), operators.end(), [&](std::string_view op) { return before.ends_with(op); });
}

bool ErrorSite::in_record() const { return wants(Wanted::EntryKey) || wants(Wanted::EntryValue); }

SyntaxError State::mistake(const Message& message, std::size_t at) const {
    const ErrorSite spot = spot_at(*this, message, at);
    SyntaxError mistake{{}, static_cast<std::uint32_t>(spot.at)};
    mistake.missing_brace = message.wanted == Wanted::Block;
    mistake.text_ends = spot.text_ends;
    Diagnostic& diagnostic = mistake.diagnostic;
    if (is_stray_byte(text, spot.at)) {
        diagnostic = stray_byte(*this, spot.at);
        return mistake;
    }
    diagnostic.code = message.code;
    diagnostic.span = span(spot.at, spot.end);
    diagnostic.message =
        message.code == "E0101" ? fmt::format("expected {}, found {}", message.sentence, in_words(spot)) : message.sentence;
    // Who looks at more is asked earlier.
    (void)(recognise_habit(spot, diagnostic) || recognise_block(spot, diagnostic) || recognise_token(spot, diagnostic) ||
           recognise_statement(spot, diagnostic));
    if (diagnostic.code == "E0102") {
        mistake.resume = diagnostic.span.begin;  // what it swallowed is looked at again
        mistake.text_ends = false;               // no further line could mend it
    }
    // `for i in {1..3} { … }`: what stands between these braces are no statements.
    if (spot.token == "{" && spot.wants(Wanted::Value)) {
        const std::size_t closing = std::string_view(text).substr(0, line_end(text, spot.at)).find('}', spot.at);
        if (closing != std::string_view::npos) mistake.resume = static_cast<std::uint32_t>(closing + 1);
    }
    if (goes_on_in_next_line(spot)) mistake.resume = static_cast<std::uint32_t>(next_line(spot));
    return mistake;
}

SyntaxError State::too_deep(std::size_t at) const {
    SyntaxError mistake{{}, static_cast<std::uint32_t>(at)};
    mistake.lexical_only = true;
    mistake.diagnostic.code = "E0114";
    mistake.diagnostic.span = span(at, at + 1);
    mistake.diagnostic.message = fmt::format("this is nested more than {} levels deep", deepest);
    mistake.diagnostic.help = "give parts of it a name with `let` or `define`";
    return mistake;
}

Diagnostic State::unclosed_block_at(std::size_t at) const {
    const std::uint32_t opening = brackets.back().at;
    Diagnostic diagnostic;
    diagnostic.code = "E0104";
    diagnostic.span = span(opening, opening + 1);
    diagnostic.message = "this `{` is not closed: its `}` is missing";
    if (at < text.size()) {
        diagnostic.related.push_back({span(at, at + token_at(text.substr(at)).size()), "the next declaration begins here"});
    } else if (const auto likely = ill_indented_block(text); likely && *likely != opening) {
        diagnostic.related.push_back({span(*likely, *likely + 1), "by the indentation, it is this one that lacks its `}`"});
    }
    return diagnostic;
}

Diagnostic State::stray_brace(std::size_t at) const {
    Diagnostic diagnostic;
    diagnostic.code = "E0117";
    diagnostic.span = span(at, at + 1);
    diagnostic.message = "unmatched `}`";
    diagnostic.help = "take it out; or is the `{` of a block before it missing?";
    return diagnostic;
}

}  // namespace lang::parsing
