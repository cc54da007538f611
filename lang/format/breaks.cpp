#include "lang/format/breaks.hpp"

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <map>

namespace lang::formatting {

namespace {

bool is_block(const Token& token) { return token.is("{") && !token.record; }

void break_before(Token& token, bool& changed) {
    changed = changed || token.line_ends == 0;
    token.line_ends = std::max(token.line_ends, 1);
}

/// The line ends right inside of a bracket that closes at `last`.
void tidy_bracket(Tokens& tokens, std::size_t last) {
    const std::size_t first = tokens[last].partner;
    Token& behind = tokens[first + 1];
    if (first + 1 == last) {
        tokens[last].line_ends = 0;
    } else if (is_block(tokens[first]) ? has_line_end(tokens, first, last) : behind.line_ends > 0 || behind.is_comment()) {
        if (!behind.is_comment()) behind.line_ends = 1;
        tokens[last].line_ends = 1;
    } else {
        tokens[last].line_ends = tokens[last - 1].is_comment() ? 1 : 0;
    }
}

constexpr int nowhere = std::numeric_limits<int>::max();

/// One line, from its first token to the one behind its last; its comment is not part of it.
class LongLine {
  public:
    LongLine(Tokens& tokens, const Layout& layout, const std::vector<std::size_t>& brackets, std::size_t first, std::size_t last)
        : tokens_(tokens), layout_(layout), brackets_(brackets), first_(first), last_(last) {}

    bool break_up() {
        int clauses = nowhere, blocks = nowhere;
        for (std::size_t i = first_ + 1; i < last_; ++i) {
            if (tokens_[i].clause) clauses = std::min(clauses, tokens_[i].level);
            if (is_one_line_block(i)) blocks = std::min(blocks, tokens_[i].level);
        }
        if (clauses <= blocks && break_before_clauses(clauses)) return true;
        if (blocks != nowhere) return break_blocks(blocks);
        return break_behind_equals() || fill_brackets();
    }

  private:
    std::size_t end_of(std::size_t i) const { return layout_.columns[i] + tokens_[i].width(); }
    bool is_one_line_block(std::size_t i) const { return is_block(tokens_[i]) && tokens_[i].partner < last_ && tokens_[i].partner > i + 1; }

    /// Each on its line; but the times of one wait stay together.
    bool break_before_clauses(int level) {
        bool changed = false, after_time = false;
        for (std::size_t i = first_; i < last_; ++i) {
            if (!tokens_[i].clause || tokens_[i].level != level) continue;
            const bool time = tokens_[i].is("within") || tokens_[i].is("every") || tokens_[i].is("each") || tokens_[i].is("holding");
            if (i > first_ && !(time && after_time)) break_before(tokens_[i], changed);
            after_time = time;
        }
        return changed;
    }

    bool break_blocks(int level) {
        bool changed = false;
        for (std::size_t i = first_; i < last_; ++i) {
            if (tokens_[i].level != level || !is_one_line_block(i)) continue;
            break_before(tokens_[i + 1], changed);
            break_before(tokens_[tokens_[i].partner], changed);
        }
        return changed;
    }

    /// What a `define` means goes below its head.
    bool break_behind_equals() {
        bool changed = false;
        for (std::size_t i = first_; tokens_[first_].is("define") && i + 1 < last_ && !changed; ++i) {
            if (tokens_[i].is("=")) break_before(tokens_[i + 1], changed);
        }
        return changed;
    }

    /// The outermost bracket that can be broken: as much on each line as fits.
    bool fill_brackets() {
        if (tokens_[first_].is("needs")) return false;                  // a verb's name and parameters are one cell of a table
        std::map<std::size_t, std::vector<std::size_t>> commas, words;  // behind which bracket, before which tokens
        for (std::size_t i = first_ + 1; i < last_; ++i) {
            const std::size_t bracket = brackets_[i];
            if (bracket == no_bracket || is_block(tokens_[bracket])) continue;
            const bool entry = tokens_[bracket].record && tokens_[i].begins && i > bracket + 1;
            if (entry || (tokens_[i - 1].is(",") && !tokens_[bracket].record)) commas[bracket].push_back(i);
            if ((tokens_[i].is("and") || tokens_[i].is("or")) && !tokens_[i - 1].is(".")) words[bracket].push_back(i);
        }
        for (const auto& joints : {commas, words}) {
            for (const auto& [bracket, joint] : joints) {
                if (fill(layout_.inner[bracket], joint)) return true;
            }
        }
        return false;
    }

    bool fill(std::size_t inner, const std::vector<std::size_t>& joints) {
        bool changed = false;
        std::size_t column = layout_.columns[joints.front()], place = column;  // in the layout, and after the breaks so far
        for (std::size_t i = 0; i < joints.size(); ++i) {
            const std::size_t here = layout_.columns[joints[i]];
            const std::size_t end = end_of(i + 1 < joints.size() ? joints[i + 1] - 1 : last_ - 1);
            place += here - column;
            column = here;
            if (place + (end - here) <= longest_line || place <= inner) continue;
            break_before(tokens_[joints[i]], changed);
            place = inner;
        }
        return changed;
    }

  public:
    static constexpr std::size_t no_bracket = std::numeric_limits<std::size_t>::max();

  private:
    Tokens& tokens_;
    const Layout& layout_;
    const std::vector<std::size_t>& brackets_;
    std::size_t first_, last_;
};

/// The innermost bracket around each token.
std::vector<std::size_t> brackets_around(const Tokens& tokens) {
    std::vector<std::size_t> around, open{LongLine::no_bracket};
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].closes()) open.pop_back();
        around.push_back(open.back());
        if (tokens[i].opens()) open.push_back(i);
    }
    return around;
}

}  // namespace

void tidy_line_ends(Tokens& tokens) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        Token& token = tokens[i];
        const bool after_comment = i > 0 && tokens[i - 1].is_comment();
        if (i == 0) {
            token.line_ends = 0;
        } else if (token.continues) {
            token.line_ends = after_comment ? 1 : 0;
        } else if (!token.is_comment() && !token.begins) {
            token.line_ends = std::min(token.line_ends, 1);
        } else if (tokens[i - 1].opens() || (i > 1 && after_comment && !tokens[i - 1].is_remark() && tokens[i - 2].opens())) {
            token.line_ends = std::min(token.line_ends, 1);
        }
        if (token.closes()) tidy_bracket(tokens, i);
    }
}

bool break_long_lines(Tokens& tokens, const Layout& layout) {
    const std::vector<std::size_t> brackets = brackets_around(tokens);
    std::vector<std::size_t> lines;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (i == 0 || tokens[i].line_ends > 0) lines.push_back(i);
    }
    lines.push_back(tokens.size());
    bool changed = false;
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
        const std::size_t first = lines[i];
        std::size_t last = lines[i + 1];
        if (tokens[last - 1].is_comment()) --last;
        if (last == first || layout.columns[last - 1] + tokens[last - 1].width() <= longest_line) continue;
        if (LongLine(tokens, layout, brackets, first, last).break_up()) changed = true;
    }
    return changed;
}

}  // namespace lang::formatting
