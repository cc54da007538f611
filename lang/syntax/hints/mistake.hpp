// A place where the text does not fit the grammar, as those see it who explain it.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "lang/syntax/state.hpp"

namespace lang::parsing {

struct ErrorSite {
    const State& state;
    const Message& message;
    std::size_t at = 0;        ///< where the token begins that does not fit
    std::size_t end = 0;       ///< where it ends
    std::size_t last_end = 0;  ///< where the token before it ends
    std::string_view token;    ///< empty where the line ends
    bool line_ends = false;    ///< nothing more stands on the line
    bool text_ends = false;

    std::string_view text() const { return state.text; }
    bool wants(Wanted wanted) const { return message.wanted == wanted; }
    char first() const { return token.empty() ? '\0' : token.front(); }
    /// The first word of the statement: "require".
    std::string_view opening_word() const { return text().substr(state.statement, word_length(text().substr(state.statement))); }
    /// What was read of the statement so far.
    std::string_view so_far() const { return text().substr(state.statement, last_end > state.statement ? last_end - state.statement : 0); }
    /// From the token to the end of its line, without a comment, a `{` and blanks at the end.
    std::string_view rest_of_line() const;
    /// The token behind this one on the same line; empty where there is none.
    std::string_view next_token() const;
    bool in_record() const;
    /// `require a and`, and nothing more on the line.
    bool dangles_after_operator() const;
};

// These recognise what someone may have meant who does not know the language well, or whose finger slipped. They fill in
// help and, where they know better, message and code. False: it was nothing that they know.
bool recognise_habit(const ErrorSite& spot, Diagnostic& diagnostic);      // habits.cpp
bool recognise_token(const ErrorSite& spot, Diagnostic& diagnostic);      // token.cpp
bool recognise_block(const ErrorSite& spot, Diagnostic& diagnostic);      // blocks.cpp
bool recognise_statement(const ErrorSite& spot, Diagnostic& diagnostic);  // line.cpp

/// What is written, and what is meant by it.
struct Meaning {
    std::string_view written, meant;
};
/// What is meant; empty where the table does not say.
template <std::size_t N>
std::string_view look_up(const std::array<Meaning, N>& table, std::string_view written) {
    const auto it = std::find_if(table.begin(), table.end(), [&](const Meaning& row) { return row.written == written; });
    return it == table.end() ? std::string_view() : it->meant;
}

inline void change(Diagnostic& diagnostic, std::string_view code, std::string message) {
    diagnostic.code = code;
    diagnostic.message = std::move(message);
}

/// The token at the beginning of `text`: a name or number with what clings to it, an operator, a whole text, one character.
std::string_view token_at(std::string_view text);

}  // namespace lang::parsing
