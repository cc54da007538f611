// A program as the formatter sees it: words and marks in their order, each with what it needs to know to set them.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace lang::formatting {

struct Token {
    enum class Kind { Word, Number, Text, Mark, Comment } kind;
    std::string_view text;  ///< as it was written; a comment without the blanks behind it
    int line_ends = 0;      ///< before it: 0, 1, or 2 where there are empty lines

    // What read_tokens() has found out about it.
    std::size_t partner = 0;    ///< of a bracket: the other one
    int level = 0;              ///< how many `{ }` it stands in; a brace stands where its statement does
    int blanks = 0;             ///< before it, where it is not the first on its line
    bool begins = false;        ///< a statement, a declaration, or an entry of a record
    bool clause = false;        ///< `within`, `else`, …: begins what may stand on a line of its own
    bool continues = false;     ///< `else` behind the block of an `if`: stands on the line of its `}`
    bool record = false;        ///< a brace of a host, a cluster or of connection defaults: entries, no statements
    bool text_of_need = false;  ///< what a `param` or a `needs` is, in words: the last column

    bool is(std::string_view word) const { return kind != Kind::Text && kind != Kind::Comment && text == word; }
    bool opens() const { return kind == Kind::Mark && (text == "(" || text == "[" || text == "{"); }
    bool closes() const { return kind == Kind::Mark && (text == ")" || text == "]" || text == "}"); }
    bool is_comment() const { return kind == Kind::Comment; }
    /// A comment on a line of its own.
    bool is_remark() const { return is_comment() && line_ends > 0; }
    /// How many characters.
    std::size_t width() const;
};

using Tokens = std::vector<Token>;

/// `text` has no syntax errors.
Tokens read_tokens(std::string_view text);

/// Is there a line end in (first, last]?
bool has_line_end(const Tokens& tokens, std::size_t first, std::size_t last);

}  // namespace lang::formatting
