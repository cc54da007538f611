#include "lang/check/resolve/shell_text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "lang/check/resolve/powershell_text.hpp"

namespace lang::checker {

namespace {

bool begins_variable(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool in_variable(char c) { return begins_variable(c) || (c >= '0' && c <= '9'); }

bool is_variable(std::string_view word) {
    return !word.empty() && begins_variable(word.front()) && std::all_of(word.begin(), word.end(), in_variable);
}

template <std::size_t N>
bool among(std::string_view word, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Behind these another command begins.
constexpr std::array<std::string_view, 16> command_openers{"if", "then", "elif", "else", "while", "until",   "do",      "!",
                                                           "{",  "time", "sudo", "env",  "exec",  "command", "builtin", "nohup"};
/// Their arguments are assignments, or names that are set.
constexpr std::array<std::string_view, 11> variable_setters{"export",  "local",     "declare", "typeset", "readonly", "read",
                                                            "mapfile", "readarray", "getopts", "unset",   "let"};

/// Reads sh (POSIX, with what bash adds) as far as it tells where variables are used and set.
class Posix {
  public:
    explicit Posix(std::string_view text) : text_(text), end_(text.size()) {}

    std::vector<ShellVariable> not_set() {
        while (at_ < end_) commands(0);
        if (opaque_) return {};
        std::erase_if(used_, [&](const ShellVariable& one) { return set_.contains(one.name); });
        return std::move(used_);
    }

  private:
    /// What the next word is, by what stands before it.
    struct Line {
        bool begins = true;       ///< a command, or an assignment before one
        bool names = false;       ///< a variable that is set, and perhaps its value
        bool names_once = false;  ///< the variable of a loop
        bool option_v = false;    ///< of printf
        bool is_target = false;   ///< of a redirection
    };
    struct HereDocument {
        std::string end = {};
        bool literal = false;
        bool indented = false;
    };
    struct Word {
        std::string plain;  ///< empty where a part of it is quoted or put in
        std::string assigned;
    };

    char peek(std::size_t ahead = 0) const { return at_ + ahead < end_ ? text_[at_ + ahead] : '\0'; }
    bool done() const { return at_ >= end_; }
    void skip(std::size_t count) { at_ = std::min(at_ + count, end_); }
    bool blank_before() const { return at_ == 0 || std::string_view(" \t\n;&|()").find(text_[at_ - 1]) != std::string_view::npos; }

    std::string_view variable_at(std::size_t at) const {
        std::size_t end = at;
        while (end < end_ && in_variable(text_[end])) ++end;
        return text_.substr(at, end - at);
    }

    /// Up to `until`, which is taken too: `)` or a backtick; 0: to the end.
    void commands(char until) {
        Line line;
        while (!done()) {
            const char c = peek();
            if (until != 0 && c == until) return skip(1);
            if (c == ' ' || c == '\t') {
                skip(1);
            } else if (c == '\n') {
                skip(1);
                here_documents();
                line = {};
            } else if (c == ';' || c == '&' || c == '|' || c == ')') {
                skip(1);
                line = {};
            } else if (c == '(') {
                const bool computes = peek(1) == '(' && (line.begins || line.names_once);
                skip(computes ? 2 : 1);
                computes ? arithmetic() : commands(')');
                line = {};
            } else if (c == '#' && blank_before()) {
                while (!done() && peek() != '\n') skip(1);
            } else if (c == '<' || c == '>') {
                redirection(line);
            } else {
                after(word(until), line);
            }
        }
    }

    void redirection(Line& line) {
        if (peek(1) == '(') {
            skip(2);
            return commands(')');
        }
        const bool here = peek() == '<' && peek(1) == '<' && peek(2) != '<';
        while (!done() && std::string_view("<>&|").find(peek()) != std::string_view::npos) skip(1);
        if (!here) {
            line.is_target = true;
            return;
        }
        HereDocument document{.indented = peek() == '-'};
        if (document.indented) skip(1);
        while (peek() == ' ' || peek() == '\t') skip(1);
        while (!done() && std::string_view(" \t\n;&|<>()").find(peek()) == std::string_view::npos) {
            if (std::string_view("'\"\\").find(peek()) != std::string_view::npos) {
                document.literal = true;
            } else {
                document.end += peek();
            }
            skip(1);
        }
        pending_.push_back(std::move(document));
    }

    /// Their texts begin behind the line that announces them.
    void here_documents() {
        for (const HereDocument& document : std::exchange(pending_, {})) {
            const std::size_t begin = at_;
            std::size_t end = begin;
            std::size_t next = end_;
            while (end < end_) {
                const std::size_t line_end = std::min(text_.find('\n', end), end_);
                std::string_view line = text_.substr(end, line_end - end);
                while (document.indented && line.starts_with('\t')) line.remove_prefix(1);
                next = std::min(line_end + 1, end_);
                if (line == document.end) break;
                end = next;
            }
            if (!document.literal) {
                const std::size_t whole = std::exchange(end_, end);
                while (!done()) quoted_part();
                end_ = whole;
            }
            at_ = next;
        }
    }

    Word word(char until) {
        Word word;
        bool plain = true;
        const auto set_aside = [&] { plain = false; };
        while (!done()) {
            const char c = peek();
            if (std::string_view(" \t\n;&|()<>").find(c) != std::string_view::npos || (until != 0 && c == until)) break;
            if (c == '\\') {
                skip(2);
                set_aside();
            } else if (c == '\'') {
                skip(1);
                single('\'');
                set_aside();
            } else if (c == '"') {
                skip(1);
                double_quotes();
                set_aside();
            } else if (c == '`') {
                skip(1);
                commands('`');
                set_aside();
            } else if (c == '$') {
                dollar(false);
                set_aside();
            } else {
                if (c == '=' && plain && word.assigned.empty()) word.assigned = name_assigned(word.plain);
                if (plain) word.plain += c;
                if (c == hole_in_script) set_aside();
                skip(1);
                if (c == '=' && !word.assigned.empty() && peek() == '(') {
                    skip(1);
                    commands(')');
                }
            }
        }
        if (!plain) word.plain.clear();
        return word;
    }

    /// `name`, `name+`, `name[3]` before the `=`.
    static std::string name_assigned(std::string_view left) {
        if (left.ends_with('+')) left.remove_suffix(1);
        if (left.ends_with(']')) left = left.substr(0, left.find('['));
        return is_variable(left) ? std::string(left) : std::string();
    }

    void after(const Word& word, Line& line) {
        if (line.is_target) {
            line.is_target = false;
        } else if (!word.assigned.empty() && (line.begins || line.names)) {
            set_.insert(word.assigned);
        } else if (line.names_once) {
            set_.insert(word.plain);
            line.names_once = false;
        } else if (line.names) {
            if (is_variable(word.plain)) set_.insert(word.plain);
        } else if (line.option_v) {
            if (word.plain == "-v") line = {.begins = false, .names_once = true};
        } else if (line.begins) {
            begun_by(word.plain, line);
        }
    }

    void begun_by(std::string_view command, Line& line) {
        if (among(command, command_openers)) return;
        line.begins = false;
        if (command == "." || command == "source" || command == "eval") opaque_ = true;
        line.names_once = command == "for" || command == "select";
        line.names = among(command, variable_setters);
        line.option_v = command == "printf";
    }

    void single(char quote) {
        while (!done() && peek() != quote) skip(1);
        skip(1);
    }

    void double_quotes() {
        while (!done() && peek() != '"') quoted_part();
        skip(1);
    }

    /// Inside of double quotes, or in a text that is read like them.
    void quoted_part() {
        if (peek() == '\\') {
            skip(2);
        } else if (peek() == '$') {
            dollar(true);
        } else if (peek() == '`') {
            skip(1);
            commands('`');
        } else {
            skip(1);
        }
    }

    void dollar(bool in_quotes) {
        const char next = peek(1);
        if (next == '(') {
            const bool computes = peek(2) == '(';
            skip(computes ? 3 : 2);
            computes ? arithmetic() : commands(')');
        } else if (next == '{') {
            braces();
        } else if (next == '\'' && !in_quotes) {
            skip(2);
            while (!done() && peek() != '\'') skip(peek() == '\\' ? 2 : 1);
            skip(1);
        } else if (begins_variable(next)) {
            const std::string_view name = variable_at(at_ + 1);
            used_.push_back({.name = std::string(name), .at = at_, .in_quotes = in_quotes});
            skip(1 + name.size());
        } else {
            skip(next == '"' || next == '\0' ? 1 : 2);
        }
    }

    /// In a procedure `${` begins a hole: whoever writes it for the shell, as `\${name:-…}`, means a variable of the shell.
    void braces() {
        skip(2);
        while (peek() == '#' || peek() == '!') skip(1);
        const std::string_view name = variable_at(at_);
        if (!name.empty()) set_.insert(std::string(name));
        while (!done() && peek() != '}') quoted_part();
        skip(1);
    }

    /// Up to `))`. A name needs no `$` here.
    void arithmetic() {
        int depth = 0;
        while (!done()) {
            const char c = peek();
            if (depth == 0 && c == ')' && peek(1) == ')') return skip(2);
            if (c == '(' || c == ')') depth += c == '(' ? 1 : -1;
            if (c == '$') {
                dollar(false);
            } else if (c >= '0' && c <= '9') {
                while (!done() && (in_variable(peek()) || peek() == '#')) skip(1);
            } else if (begins_variable(c)) {
                const std::string name(variable_at(at_));
                const std::size_t at = at_;
                skip(name.size());
                if (is_set_here(at)) {
                    set_.insert(name);
                } else {
                    used_.push_back({.name = name, .at = at});
                }
            } else {
                skip(1);
            }
        }
    }

    bool is_set_here(std::size_t begin) const {
        const std::string_view before = text_.substr(0, begin);
        if (before.ends_with("++") || before.ends_with("--")) return true;
        std::string_view behind = text_.substr(at_, end_ - at_);
        while (behind.starts_with(' ')) behind.remove_prefix(1);
        if (behind.starts_with("++") || behind.starts_with("--")) return true;
        if (!behind.empty() && std::string_view("+-*/%&|^").find(behind.front()) != std::string_view::npos) behind.remove_prefix(1);
        return behind.starts_with('=') && !behind.starts_with("==");
    }

    std::string_view text_;
    std::size_t at_ = 0, end_ = 0;
    std::vector<HereDocument> pending_;
    std::vector<ShellVariable> used_;
    std::set<std::string> set_;
    bool opaque_ = false;  ///< another text is run in this shell
};

}  // namespace

std::vector<ShellVariable> variables_not_set(std::string_view script) {
    const std::size_t powershell = powershell_begins(script);
    std::vector<ShellVariable> all = Posix(script.substr(0, powershell)).not_set();
    for (ShellVariable& one : powershell_variables_not_set(script.substr(powershell))) {
        one.at += powershell;
        all.push_back(std::move(one));
    }
    return all;
}

}  // namespace lang::checker
