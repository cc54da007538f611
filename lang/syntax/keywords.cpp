// Names and the words that the language has taken for itself.
#include <algorithm>
#include <array>

#include "lang/syntax/state.hpp"

namespace lang::parsing {

namespace {

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<std::string_view, 9> clauses{"within", "every", "each", "holding", "showing", "else", "undo", "leave", "done_when"};

constexpr std::array<std::string_view, 16> statements{"step", "on",      "parallel", "for",  "if",   "require", "wait_until", "let",
                                                      "keep", "confirm", "note",     "mark", "fail", "go_on",   "commit",     "on_failure"};

/// Words that begin a declaration and nothing else.
constexpr std::array<std::string_view, 5> declarations{"import", "needs", "param", "define", "invariant"};
/// These are fine names elsewhere: a fact may be called `group`.
constexpr std::array<std::string_view, 12> mild_declarations{"site",   "fact",  "secret", "connect", "host",  "cluster",
                                                             "notify", "group", "lock",   "scene",   "reply", "watch"};

constexpr std::array<std::string_view, 16> operators{"and", "or",  "not", "is",      "unknown", "then", "all",   "any",
                                                     "no",  "one", "in",  "exactly", "where",   "true", "false", "find"};

}  // namespace

std::size_t word_length(std::string_view text) {
    if (text.empty() || text.front() < 'a' || text.front() > 'z') return 0;
    std::size_t i = 1;
    for (;;) {
        while (i < text.size() && is_name_letter(text[i])) ++i;
        if (i + 1 >= text.size() || text[i] != '-' || !is_name_letter(text[i + 1])) return i;
        ++i;
    }
}

bool is_reserved(std::string_view word) {
    return contains(operators, word) || contains(clauses, word) || contains(statements, word) || contains(declarations, word) ||
           word == "ask";
}

bool is_clause_word(std::string_view word) { return contains(clauses, word); }
bool begins_statement(std::string_view word) { return contains(statements, word); }
bool begins_declaration(std::string_view word) { return contains(declarations, word) || contains(mild_declarations, word); }

bool begins_record(std::string_view word) {
    return word == "host" || word == "connect" || word == "cluster" || word == "notify" || word == "watch";
}

std::vector<std::string> statement_words() {
    std::vector<std::string> words(statements.begin(), statements.end());
    words.insert(words.end(), declarations.begin(), declarations.end());
    words.insert(words.end(), mild_declarations.begin(), mild_declarations.end());
    return words;
}

std::vector<std::string> clause_words() { return {clauses.begin(), clauses.end()}; }

void State::comment(std::size_t begin, std::size_t end) {
    if (!comments.empty() && comments.back().span.begin >= begin) return;  // read before, when the grammar looked ahead
    std::size_t last = end;
    if (last > begin && text[last - 1] == '\r') --last;
    const std::size_t line = text.substr(0, begin).rfind('\n') + 1;  // npos + 1 is 0
    const bool own_line = text.substr(line, begin - line).find_first_not_of(" \t") == std::string_view::npos;
    comments.push_back({std::string(text.substr(begin, last - begin)), span(begin, last), own_line});
}

void State::report(Diagnostic diagnostic) {
    found.push_back(std::move(diagnostic));
    if (found.size() >= most_mistakes) throw TooManyErrors{};
}

}  // namespace lang::parsing
