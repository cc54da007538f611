// What the parser knows while it reads one text: the tree so far, what is open, what was wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lang/syntax/ast.hpp"
#include "lang/syntax/tree.hpp"
#include "lang/text/diagnostic.hpp"

namespace lang::parsing {

constexpr std::size_t most_bytes = std::size_t{4} << 20;  ///< of one text
constexpr int deepest = 100;                              ///< levels of nesting
constexpr int highest_tree = 500;                         ///< levels of the syntax tree, operators in a row among them
constexpr std::size_t most_reported = 100;                ///< diagnostics that are shown
constexpr std::size_t most_mistakes = 1000;               ///< where the parser gives up

/// What was wanted where a rule did not match, as far as it matters for recognising what was meant instead.
enum class Wanted {
    Other,
    Name,
    Text,
    Type,
    Block,
    EndOfStatement,
    Statement,
    Value,
    Closing,
    Colon,
    Equals,
    Attempts,    ///< how often, and after what time
    Parameters,  ///< in parentheses
    EntryKey,
    EntryValue,
};

/// What a rule of the grammar says where it does not match. A sentence under the general code follows "expected".
struct Message {
    std::string_view sentence;
    Wanted wanted = Wanted::Other;
    std::string_view code = "E0101";
};

/// A `(`, `[`, `{` or text that has begun.
struct Bracket {
    std::uint32_t at;
    char open;  ///< '(', '[', '{' or '"'
    bool in_text;
};

/// Thrown where the text does not fit the grammar, caught where the parser can go on.
struct SyntaxError {
    Diagnostic diagnostic;
    std::uint32_t resume;        ///< where looking for the end of the statement begins
    bool lexical_only = false;   ///< too deep: what follows is skipped, not read
    bool missing_brace = false;  ///< a block was expected here
    bool text_ends = false;      ///< there was nothing more to read
};

/// Thrown where there are too many mistakes to go on.
struct TooManyErrors {};

struct State {
    State(std::string_view source, std::uint32_t file_number) : text(source), file(file_number) {}

    struct Mark {
        Tree::Mark tree;
        std::size_t brackets;
        int depth;
    };
    Mark mark() const { return {tree.mark(), brackets.size(), depth}; }
    void reset(const Mark& mark) {
        tree.reset(mark.tree);
        brackets.resize(mark.brackets);
        depth = mark.depth;
    }

    /// Do line ends count as blanks here?
    bool lines_are_blank() const {
        return !brackets.empty() && brackets.back().open != '{' && brackets.back().open != '"' && !brackets.back().in_text;
    }
    void open_bracket(char open, std::uint32_t at) {
        const bool in_text = open == '"' || (!brackets.empty() && brackets.back().in_text);
        brackets.push_back({at, open, in_text});
    }

    Span span(std::size_t begin, std::size_t end) const {
        return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), file};
    }
    void comment(std::size_t begin, std::size_t end);
    /// Keeps the finding; throws TooManyErrors where there were too many.
    void report(Diagnostic diagnostic);

    // What to say (hints/mistake.cpp): a rule was expected at `at`; this is too deep; the innermost block is not closed; the
    // `}` at `at` closes nothing.
    SyntaxError mistake(const Message& message, std::size_t at) const;
    SyntaxError too_deep(std::size_t at) const;
    Diagnostic unclosed_block_at(std::size_t at) const;
    Diagnostic stray_brace(std::size_t at) const;

    std::string_view text;
    std::uint32_t file;
    Tree tree;
    std::vector<Bracket> brackets;
    int depth = 0;
    std::vector<ast::Comment> comments;
    Diagnostics found;
    std::uint32_t gap_begin = 0, gap_end = 0;  ///< the blanks that were skipped last
    std::uint32_t statement = 0;               ///< where the innermost statement or entry begins
    bool said_unclosed = false;                ///< that a block is not closed is said once
    bool gave_up = false;                      ///< there were too many mistakes to read on
    std::size_t mistakes_at_end = 0;           ///< how many of those found are only that the text ends too early
    std::uint32_t missing_brace_at = ~0U;      ///< where a block was taken to be closed that was not
    int missing_openings = 0;                  ///< blocks whose `{` was missed: their `}` is no further mistake
};

// -------------------------------------------------------------- letters

inline bool is_name_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The length of the name at the beginning of `text`, 0 where there is none: `[a-z][A-Za-z0-9_]*("-"[A-Za-z0-9_]+)*`.
std::size_t word_length(std::string_view text);

/// Words that are no names where a value or a statement may stand.
bool is_reserved(std::string_view word);
/// `within every each holding showing else undo leave done_when`: a line that begins so continues the statement before it.
bool is_clause_word(std::string_view word);
bool begins_statement(std::string_view word);
bool begins_declaration(std::string_view word);
/// Declarations whose braces hold no statements.
bool begins_record(std::string_view word);
/// What a statement or declaration may begin with, for suggestions.
std::vector<std::string> statement_words();
/// What goes on with a statement: "within", …
std::vector<std::string> clause_words();

// -------------------------------------------------------------- the phases around the grammar

// Control characters and bytes that are no UTF-8 (recovery/bytes.cpp): told once a line, and where the grammar meets one.
void check_bytes(State& state);
bool is_stray_byte(std::string_view text, std::size_t at);
Diagnostic stray_byte(const State& state, std::size_t at);

/// Warnings of characters in texts and comments that nobody sees (recovery/unseen.cpp).
Diagnostics unseen_characters(const State& state);

/// What another kind of file it is that does not read as a procedure: "a YAML file"; empty where that cannot be told
/// (recovery/other_file.cpp).
std::string_view other_kind_of_file(std::string_view text);

/// Where the statement ends that was given up at `at`, or its next `{` where `stop_at_brace` (recovery/skip.cpp). `open` are the
/// brackets that were open there.
struct Stop {
    std::uint32_t at = 0;
    bool brace = false;
};
Stop skip_statement(std::string_view text, std::uint32_t at, const std::vector<Bracket>& open, std::size_t first_open, bool stop_at_brace);

/// Behind the closing quote of the text that begins at `at`; npos where its line ends before.
std::size_t skip_text(std::string_view text, std::size_t at);

/// The innermost node that would become more than `highest_tree` levels; null where there is none (recovery/depth.cpp).
const Node* find_too_high(const Tree& tree);

/// The syntax trees of the items in the tree; those that are not as they should be are reported and left out.
std::vector<ast::Item> convert_items(const State& state, Diagnostics& diagnostics);
ast::ExprPtr convert_expression(const State& state, Diagnostics& diagnostics);

}  // namespace lang::parsing
