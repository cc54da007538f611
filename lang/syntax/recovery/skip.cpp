// Where the parser goes on after a mistake: at the end of the statement, found by brackets, texts and lines alone.
#include <algorithm>

#include "lang/syntax/state.hpp"

namespace lang::parsing {

namespace {

std::size_t end_of_line(std::string_view text, std::size_t at) { return std::min(text.find('\n', at), text.size()); }

/// Behind blanks, comments and line ends.
std::size_t next_token(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        const char c = text[at];
        if (c == '#') {
            at = end_of_line(text, at);
        } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            ++at;
        } else {
            break;
        }
    }
    return at;
}

class Skipper {
  public:
    Skipper(std::string_view text, std::uint32_t at, bool stop_at_brace) : text_(text), at_(at), stop_at_brace_(stop_at_brace) {}

    void was_open(const Bracket& bracket) {
        if (!bracket.in_text && bracket.open != '"') push(bracket.open);
    }

    Stop run() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '{' && stop_at_brace_ && !in_braces()) return {offset(), true};
            if (c == '}' && !in_braces()) break;
            if (c == '\n' && !in_braces() && ends_here()) break;
            step(c);
        }
        return {offset(), false};
    }

  private:
    std::uint32_t offset() const { return static_cast<std::uint32_t>(at_); }
    bool in_braces() const { return braces_ > 0; }

    void push(char bracket) {
        open_.push_back(bracket);
        if (bracket == '{') ++braces_;
    }

    void step(char c) {
        switch (c) {
            case '"':
                text();
                return;
            case '#':
                at_ = end_of_line(text_, at_);
                return;
            case '(':
            case '[':
            case '{':
                push(c);
                break;
            case ')':
            case ']':
                if (!open_.empty() && open_.back() == (c == ')' ? '(' : '[')) open_.pop_back();
                break;
            case '}':
                while (open_.back() != '{') open_.pop_back();
                open_.pop_back();
                --braces_;
                break;
            default:
                break;
        }
        ++at_;
    }

    void text() {
        const std::size_t end = skip_text(text_, at_);
        if (end != std::string_view::npos) {
            at_ = end;
            return;
        }
        // The text was not closed, so it swallowed what closes the brackets of its line, and perhaps the `{` of a block.
        while (!open_.empty() && open_.back() != '{') open_.pop_back();
        const std::size_t line_end = end_of_line(text_, at_);
        const std::size_t last = text_.find_last_not_of(" \t\r", line_end - 1);
        at_ = text_[last] == '{' ? last : line_end;
    }

    /// Does the statement end with this line? Where it does not, goes on to the line that continues it.
    bool ends_here() {
        const std::size_t next = next_token(text_, at_);
        const std::string_view word = text_.substr(next, word_length(text_.substr(next)));
        const bool brace = next < text_.size() && text_[next] == '{';
        if (open_.empty() ? !is_clause_word(word) && !brace
                          : next == text_.size() || text_[next] == '}' || begins_statement(word) || begins_declaration(word)) {
            return true;
        }
        at_ = next;
        return false;
    }

    std::string_view text_;
    std::size_t at_;
    bool stop_at_brace_;
    std::vector<char> open_;
    int braces_ = 0;  ///< how many of them are `{`
};

}  // namespace

Stop skip_statement(std::string_view text, std::uint32_t at, const std::vector<Bracket>& open, std::size_t first_open, bool stop_at_brace) {
    Skipper skipper(text, at, stop_at_brace);
    for (std::size_t i = first_open; i < open.size(); ++i) skipper.was_open(open[i]);
    return skipper.run();
}

std::size_t skip_text(std::string_view text, std::size_t at) {
    std::vector<bool> in_text{true};  // text in a hole in a text …
    for (std::size_t i = at + 1; i < text.size() && text[i] != '\n'; ++i) {
        const char c = text[i];
        if (in_text.back()) {
            if (c == '\\') {
                ++i;
                if (i < text.size() && text[i] == '\n') break;
            } else if (c == '$' && i + 1 < text.size() && text[i + 1] == '{') {
                in_text.push_back(false);
                ++i;
            } else if (c == '"') {
                in_text.pop_back();
                if (in_text.empty()) return i + 1;
            }
        } else if (c == '"') {
            in_text.push_back(true);
        } else if (c == '}') {
            in_text.pop_back();
        }
    }
    return std::string_view::npos;
}

}  // namespace lang::parsing
