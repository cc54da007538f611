// Habits from other languages in values and expressions: Bash, Python, JavaScript, YAML.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lang/syntax/hints/mistake.hpp"
#include "lang/text/elsewhere.hpp"

namespace lang::parsing {

namespace {

std::string_view name_before(std::string_view text, std::size_t end) {
    std::size_t begin = end;
    while (begin > 0 && (is_name_letter(text[begin - 1]) || text[begin - 1] == '-')) --begin;
    return text.substr(begin, end - begin);
}

std::string_view digits_at(std::string_view text) { return text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size())); }

/// The innermost bracket, 0 where there is none.
char innermost(const ErrorSite& spot) { return spot.state.brackets.empty() ? '\0' : spot.state.brackets.back().open; }

// Each of these looks for one mistake and says whether it was that.

/// `drain(web1, backend="web")`, with `=>` and `:=` too
bool named_argument(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!(spot.token == "=" || spot.token == "=>" || spot.token == ":=") || innermost(spot) != '(') return false;
    const std::string_view name = name_before(spot.text(), spot.last_end);
    const std::size_t open = spot.state.brackets.back().at;
    const bool is_call = open > 0 && is_name_letter(spot.text()[open - 1]);
    const std::size_t before = spot.text().find_last_not_of(" \t\r\n", spot.last_end - name.size() - 1);
    const bool is_whole = before != std::string_view::npos && (spot.text()[before] == '(' || spot.text()[before] == ',');
    if (!is_call || !is_whole || word_length(name) != name.size() || name.empty()) return false;
    change(diagnostic, "E0105", fmt::format("`{}` does not name an argument", spot.token));
    diagnostic.help = fmt::format("a named argument is written `{}: VALUE`", name);
    return true;
}

/// `1..3`, `{1..3}`, `for i = 1 to 3`, `for (…)`
bool range_of_numbers(const ErrorSite& spot, Diagnostic& diagnostic) {
    const std::string_view text = spot.text();
    if (spot.token == "." && spot.at > 1 && text[spot.at - 1] == '.' && is_digit(text[spot.at - 2])) {
        const std::string_view first = name_before(text, spot.at - 1);
        std::string_view behind = text.substr(spot.at + 1);
        if (behind.starts_with('.')) behind.remove_prefix(1);
        const std::string_view last = digits_at(behind);
        diagnostic.help = last.empty() ? std::string("`list.range(LAST, FIRST)` are the numbers from FIRST to LAST")
                                       : fmt::format("`list.range({}{})` are the numbers from {} to {}", last,
                                                     first == "1" ? "" : fmt::format(", {}", first), first, last);
        return true;
    }
    if (spot.opening_word() != "for") return false;
    const bool counts = spot.token == "=" || spot.token == "(" || spot.token == "{" || spot.token == "$";
    if (!counts || spot.wants(Wanted::Block)) return false;
    diagnostic.help = "a loop goes over a list: `for x in LIST { … }`; the numbers from 1 to 3 are `list.range(3)`";
    return true;
}

/// `web[0]`, `param x: host[]`
bool element_by_number(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (spot.token != "[" || spot.at == 0 || spot.at != spot.last_end) return false;
    const char before = spot.text()[spot.at - 1];
    if (!is_name_letter(before) && before != ')' && before != ']') return false;
    const std::string_view word = spot.opening_word();
    if (word == "param" || word == "fact" || word == "needs" || word == "define") {
        diagnostic.help = "a list is `list of TYPE`";
    } else {
        diagnostic.help =
            "elements have no number: `LIST.first` is the first one, `one of LIST where …` the one that is meant; lines and "
            "fields of a text are `.line(2)` and `.field(2)`";
    }
    return true;
}

/// `== unknown`, `is known`, `let x = unknown`
bool unknown_as_value(const ErrorSite& spot, Diagnostic& diagnostic) {
    const std::string_view before = spot.so_far();
    if (spot.token == "known" && (before.ends_with(" is") || before.ends_with(" is not"))) {
        diagnostic.help = before.ends_with(" is") ? "write `is not unknown`" : "write `is unknown`";
        return true;
    }
    if (spot.token != "unknown") return false;
    if (before.ends_with("==") || before.ends_with("!=")) {
        diagnostic.help =
            before.ends_with("==") ? "write `is unknown` instead of `== unknown`" : "write `is not unknown` instead of `!= unknown`";
    } else if (spot.wants(Wanted::Value)) {
        diagnostic.help = "`unknown` is not a value to write: `VALUE is unknown` asks whether one is";
    } else {
        return false;
    }
    return true;
}

/// `let x = on`, `spare no`
bool word_of_a_bool(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!(spot.wants(Wanted::Value) || spot.wants(Wanted::EntryValue)) || !(spot.token == "on" || spot.token == "no")) return false;
    diagnostic.help = other_value(spot.token);
    return true;
}

/// `no` begins a quantifier: `param x: bool = no`
bool no_as_value(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::Name) || !spot.line_ends || !spot.so_far().ends_with(" no")) return false;
    diagnostic.help = "`no x in LIST: …` asks about a list; a bool is `true` or `false`";
    return true;
}

/// `\d` in a text
bool escape_of_a_pattern(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (spot.message.code != "E0111") return false;
    const char next = spot.at + 1 < spot.text().size() ? spot.text()[spot.at + 1] : '\0';
    if (next == 'd') {
        diagnostic.help = R"(a digit of a pattern is `[0-9]`, or with two backslashes `\\d`)";
    } else if (next != '\0' && std::string_view("wsDWSbB.()[]{}+*?|^/-").find(next) != std::string_view::npos) {
        diagnostic.help = fmt::format(R"(in a pattern it is written with two backslashes: `\\{}`)", next);
    } else if (next == '\'' || next == '`' || next == ' ') {
        diagnostic.help = fmt::format("`{}` stands without a backslash", next);
    } else if (next == 'r' || next == '0' || next == 'x' || next == 'u' || next == 'e' || next == 'a') {
        diagnostic.help = R"(no other character has an escape; a backslash itself is `\\`)";
    } else {
        diagnostic.help = R"(a backslash itself is written `\\`)";
    }
    return true;
}

/// `a -eq b`, `-f "/etc/passwd"`
bool test_of_a_shell(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (spot.token == "-") {
        const std::string_view behind = spot.text().substr(spot.end, word_length(spot.text().substr(spot.end)));
        const std::string_view help = other_clause(behind);
        constexpr std::array<std::string_view, 6> comparisons{"eq", "ne", "gt", "ge", "lt", "le"};
        if (std::find(comparisons.begin(), comparisons.end(), behind) == comparisons.end()) return false;
        diagnostic.help = help;
        return true;
    }
    constexpr std::array<std::string_view, 7> tests{" -f", " -d", " -e", " -z", " -n", " -x", " -s"};
    const std::string_view before = spot.so_far();
    if (spot.first() != '"' || std::none_of(tests.begin(), tests.end(), [&](std::string_view test) { return before.ends_with(test); }))
        return false;
    diagnostic.help = "a test of the shell is `shell.succeeds(\"test -f …\")`; a text is compared: `x == \"\"`";
    return true;
}

/// `x in LIST`, `x equals 1`, `x contains "y"`, `timeout 5m`
bool clause_of_others(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!(spot.wants(Wanted::EndOfStatement) || spot.wants(Wanted::Block) || spot.wants(Wanted::Closing)) || spot.token.empty())
        return false;
    if (spot.so_far() == spot.opening_word() && !is_reserved(spot.opening_word())) return false;  // it is not a statement at all
    if (spot.opening_word() == "on" && spot.token == "in") return false;
    if (spot.token == "for" && !is_digit(spot.next_token().empty() ? '\0' : spot.next_token().front())) return false;
    if (spot.opening_word() == "import" && spot.token == "as") {
        diagnostic.help = "what is imported keeps its names";
        return true;
    }
    const std::string_view help = other_clause(spot.token);
    if (help.empty()) return false;
    diagnostic.help = help;
    return true;
}

/// `param x: String`, `param x: list<text>`
bool type_of_others(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (spot.message.sentence == "`of`" && spot.so_far().ends_with("list")) {
        diagnostic.help = "a list says of what: `list of text`, `list of host`";
        return true;
    }
    if (!spot.wants(Wanted::Type)) return false;
    const std::string_view meant = spot.token == "[" ? "list of TYPE" : other_type(spot.token);
    if (meant.empty()) return false;
    diagnostic.help = fmt::format("here that is `{}`", meant);
    return true;
}

/// `x++`, `x -= 1`
bool counting(const ErrorSite& spot, Diagnostic& diagnostic) {
    const std::string_view text = spot.text();
    const bool twice = (spot.token == "+" || spot.token == "-") && spot.at > 0 && text[spot.at - 1] == spot.token.front();
    const bool assigns = (spot.token == "-" || spot.token == "*" || spot.token == "/") && spot.end < text.size() && text[spot.end] == '=';
    const bool both = text.substr(spot.at).starts_with("--") || text.substr(spot.at).starts_with("++");
    if (!twice && !assigns && !both) return false;
    diagnostic.help = "a name keeps its value: give the new value a new name with `let`";
    return true;
}

/// `note "a" + b`
bool joined_texts(const ErrorSite& spot, Diagnostic& diagnostic) {
    const bool after_text = spot.last_end > 0 && spot.text()[spot.last_end - 1] == '"';
    const bool joins = spot.token == "+" || spot.token == "." || spot.token == "%" || spot.token == ",";
    constexpr std::array<std::string_view, 7> takers{"note", "fail", "confirm", "go_on", "commit", "require", "wait_until"};
    const std::string_view word = spot.opening_word();
    if (!after_text || !joins || spot.wants(Wanted::Closing) || std::find(takers.begin(), takers.end(), word) == takers.end()) return false;
    diagnostic.help = "a value enters a text as `${…}`: `\"on ${host.name}\"`";
    return true;
}

/// `require x, "why"`, `let a = 1, b = 2`
bool comma_in_statement(const ErrorSite& spot, Diagnostic& diagnostic) {
    const std::string_view word = spot.opening_word();
    const bool after_title = word == "step" && spot.wants(Wanted::Block);
    if (spot.token != "," || !(spot.wants(Wanted::EndOfStatement) || after_title)) return false;
    diagnostic.help = word == "require" ? "the message follows `else`: `require CONDITION else \"…\"`"
                                        : "no comma stands between clauses, and one statement stands on a line";
    return true;
}

constexpr std::array value_habits{named_argument, range_of_numbers,    element_by_number, unknown_as_value, word_of_a_bool,
                                  no_as_value,    escape_of_a_pattern, counting,          test_of_a_shell,  type_of_others,
                                  joined_texts,   clause_of_others,    comma_in_statement};

}  // namespace

bool recognise_habit(const ErrorSite& spot, Diagnostic& diagnostic) {
    return std::any_of(value_habits.begin(), value_habits.end(), [&](const auto habit) { return habit(spot, diagnostic); });
}

}  // namespace lang::parsing
