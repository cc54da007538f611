// Slips of the finger and habits from other languages, recognised where the grammar stumbled over them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "lang/parse_mistake.hpp"
#include "lang/spell.hpp"

namespace lang::parsing {

namespace {

struct Pair {
    std::string_view written, meant;
};

template <std::size_t N>
std::string_view look_up(const std::array<Pair, N>& pairs, std::string_view written) {
    const auto it = std::find_if(pairs.begin(), pairs.end(), [&](const Pair& pair) { return pair.written == written; });
    return it == pairs.end() ? std::string_view() : it->meant;
}

constexpr std::array<Pair, 18> unit_names{{{"sec", "s"},
                                           {"secs", "s"},
                                           {"second", "s"},
                                           {"seconds", "s"},
                                           {"S", "s"},
                                           {"min", "m"},
                                           {"mins", "m"},
                                           {"minute", "m"},
                                           {"minutes", "m"},
                                           {"M", "m"},
                                           {"hour", "h"},
                                           {"hours", "h"},
                                           {"hrs", "h"},
                                           {"H", "h"},
                                           {"s", "s"},
                                           {"m", "m"},
                                           {"h", "h"},
                                           {"ms", "ms"}}};

/// Statements as other languages call them.
constexpr std::array<Pair, 24> other_words{
    {{"wait", "wait_until"},  {"await", "wait_until"}, {"sleep", "wait_until"}, {"until", "wait_until"}, {"assert", "require"},
     {"check", "require"},    {"ensure", "require"},   {"expect", "require"},   {"print", "note"},       {"echo", "note"},
     {"log", "note"},         {"say", "note"},         {"abort", "fail"},       {"exit", "fail"},        {"throw", "fail"},
     {"raise", "fail"},       {"var", "let"},          {"set", "let"},          {"const", "let"},        {"foreach", "for"},
     {"while", "wait_until"}, {"def", "define"},       {"function", "define"},  {"include", "import"}}};

constexpr std::array<Pair, 14> other_operators{{{"&&", "`and` joins two conditions"},
                                                {"||", "`or` joins two conditions"},
                                                {"!", "`not` turns a condition round"},
                                                {"<>", "`!=` means: is not equal"},
                                                {":=", "`=` gives a name to a value: `let name = …`"},
                                                {"'", "texts stand in double quotes: `\"…\"`"},
                                                {"`", "texts stand in double quotes: `\"…\"`"},
                                                {";", "one statement a line, and no `;` behind it"},
                                                {"//", "a comment begins with `#`"},
                                                {"/*", "a comment begins with `#` and ends with its line"},
                                                {"/", "there is no division"},
                                                {"%", "there is no `%`: write percentages as numbers"},
                                                {"$", "`${…}` stands in texts; elsewhere the name alone is enough"},
                                                {"+=", "a name keeps its value: give the new value a new name with `let`"}}};

std::string quoted(std::string_view text) { return fmt::format("\"{}\"", text); }

/// How many quotes stand there that are not escaped?
std::size_t quotes(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            ++count;
    }
    return count;
}

void change(Diagnostic& diagnostic, std::string_view code, std::string message) {
    diagnostic.code = code;
    diagnostic.message = std::move(message);
}

// Each of these looks for one mistake and says whether it was that.

bool unclosed_text(const Spot& spot, Diagnostic& diagnostic) {
    if (spot.message.code != "E0102") return false;
    const std::uint32_t opening = spot.state.brackets.back().at;
    diagnostic.span = spot.state.span(opening, spot.last_end);
    diagnostic.help = "a text ends on the line where it begins; `\\n` in it is a line end";
    return true;
}

bool unclosed_bracket(const Spot& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::Closing) || !spot.line_ends) return false;
    const Bracket& opening = spot.state.brackets.back();
    change(diagnostic, "E0103", fmt::format("this `{}` is not closed", opening.open));
    diagnostic.related.push_back({spot.state.span(spot.at, spot.at), fmt::format("expected {} here", spot.message.sentence)});
    diagnostic.span = spot.state.span(opening.at, opening.at + 1);
    return true;
}

/// `10.1.1.11`, `30sec`, `5 minutes`, `1_000`
bool odd_number(const Spot& spot, Diagnostic& diagnostic) {
    if (spot.message.code != "E0107") return false;
    const std::string_view token = spot.token;
    const std::size_t digits = std::min(token.find_first_not_of("0123456789"), token.size());
    const std::string_view behind = token.substr(digits);
    const std::string_view unit = look_up(unit_names, behind.empty() ? spot.next_token() : behind);
    if (!unit.empty()) {
        diagnostic.help = fmt::format("write `{}{}`", token.substr(0, digits), unit);
    } else if (behind.empty()) {
        diagnostic.help = fmt::format("write `{0}s`, `{0}m` or `{0}h` for seconds, minutes or hours", token);
    } else if (behind.starts_with("d") || behind.starts_with("D")) {
        diagnostic.help = "the units are `ms`, `s`, `m` and `h`: a day is `24h`";
    } else if (std::count(token.begin(), token.end(), '.') > 1) {
        diagnostic.help = fmt::format("an address stands in quotes: {}", quoted(token));
    } else if (behind.find_first_not_of("0123456789_") == std::string_view::npos) {
        diagnostic.help = "digits stand together, without `_`";
    } else {
        diagnostic.help = "durations are written `500ms`, `30s`, `5m`, `2h` or `1h30m`; anything else with letters stands in quotes";
    }
    return true;
}

bool chained_comparison(const Spot& spot, Diagnostic& diagnostic) {
    if (spot.message.code != "E0106") return false;
    diagnostic.help = "compare twice and join with `and`: `a < b and b < c`";
    return true;
}

/// `=` where two values are compared, `==` where a name is given.
bool equals_signs(const Spot& spot, Diagnostic& diagnostic) {
    if (spot.token == "==" && spot.wants(Wanted::Equals)) {
        diagnostic.help = "`=` gives a name to a value; `==` compares two";
        return true;
    }
    if (spot.token != "=") return false;
    const bool bare = spot.so_far() == spot.opening_word() && !is_reserved(spot.opening_word());
    if (spot.wants(Wanted::EndOfStatement) && bare) {
        change(diagnostic, "E0105", "a name is given to a value with `let`");
        diagnostic.help = fmt::format("write `let {} = …`", spot.opening_word());
    } else if (spot.wants(Wanted::Colon)) {
        diagnostic.help = fmt::format("a {0} says its type first: `{0} name: type = value`", spot.opening_word());
    } else if (spot.in_record()) {
        diagnostic.help = "an entry is a name and a value, with a blank between them";
    } else if (spot.wants(Wanted::EndOfStatement) || spot.wants(Wanted::Block) || spot.wants(Wanted::Closing)) {
        change(diagnostic, "E0105", "`=` gives a name to a value, it does not compare");
        diagnostic.help = "two values are compared with `==`";
    } else {
        return false;
    }
    return true;
}

bool entry_punctuation(const Spot& spot, Diagnostic& diagnostic) {
    if (!spot.in_record()) return false;
    if (spot.wants(Wanted::EntryKey) && (spot.token == "," || spot.token == ";")) {
        diagnostic.help = "entries stand one behind the other, with blanks or line ends between them";
    } else if (spot.wants(Wanted::EntryValue) && spot.token == ":") {
        diagnostic.help = "an entry is a name and a value, with a blank between them";
    } else if (spot.wants(Wanted::EntryKey) && spot.first() == '"') {
        diagnostic.help = "several values stand in a list: `[\"a\", \"b\"]`";
    } else {
        return false;
    }
    return true;
}

bool other_operator(const Spot& spot, Diagnostic& diagnostic) {
    const std::string_view help = look_up(other_operators, spot.token);
    if (help.empty()) return false;
    diagnostic.help = help;
    return true;
}

/// Typographic quotes, a blank that is none, letters of other alphabets.
bool beyond_ascii(const Spot& spot, Diagnostic& diagnostic) {
    if (static_cast<unsigned char>(spot.first()) < 0x80) return false;
    change(diagnostic, "E0112", fmt::format("`{}` stands in texts and comments only", spot.token));
    for (const std::string_view quote : {"“", "”", "„", "‟", "«", "»", "‘", "’", "‚"}) {
        if (spot.token == quote) diagnostic.help = "write a plain quote: `\"`";
    }
    for (const std::string_view dash : {"–", "—", "−", "‐", "‑"}) {
        if (spot.token == dash) diagnostic.help = "write a plain `-`";
    }
    if (spot.token == "\u00A0") {
        change(diagnostic, "E0112", "this is no plain blank (U+00A0)");
        diagnostic.help = "write a plain blank";
    }
    return true;
}

/// A text was expected: its quotes are missing.
bool missing_quotes(const Spot& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::Text) || spot.line_ends || spot.first() == '{') return false;
    const std::string_view rest = spot.rest_of_line();
    if (quotes(rest) % 2 == 1) {
        diagnostic.help = "the quote at the beginning of the text is missing";
    } else if (quotes(rest) == 0 && !rest.empty()) {
        diagnostic.help = fmt::format("texts stand in quotes: {}", quoted(rest));
    } else {
        return false;
    }
    return true;
}

bool bad_name(const Spot& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::Name) || spot.line_ends) return false;
    if (spot.first() == '"') {
        diagnostic.help = "names stand without quotes";
    } else if (is_reserved(spot.token)) {
        change(diagnostic, "E0109", fmt::format("`{}` is a word of the language and cannot be a name", spot.token));
        diagnostic.help = fmt::format("choose another name, such as `the_{}`", spot.token);
    } else if (is_name_letter(spot.first())) {
        change(diagnostic, "E0110", fmt::format("`{}` is no name: names begin with a small letter", spot.token));
        diagnostic.help = "names are made of letters, digits, `_` and `-`; those that begin with a capital are members of an enumeration";
    } else {
        return false;
    }
    return true;
}

/// `within`, `else` and the like where no statement takes them.
bool clause_out_of_place(const Spot& spot, Diagnostic& diagnostic) {
    if (!is_clause_word(spot.token) ||
        !(spot.wants(Wanted::EndOfStatement) || spot.wants(Wanted::Statement) || spot.wants(Wanted::Block))) {
        return false;
    }
    const bool after = spot.wants(Wanted::EndOfStatement) && is_reserved(spot.opening_word());
    change(diagnostic, "E0116",
           after ? fmt::format("`{}` does not belong to `{}`, or stands too late", spot.token, spot.opening_word())
                 : fmt::format("there is no statement before it that `{}` could belong to", spot.token));
    if (spot.token == "else") {
        diagnostic.help = "`else` follows the block of an `if`, a `require`, a `wait_until` or an action";
    } else if (spot.token == "undo" || spot.token == "leave") {
        diagnostic.help = fmt::format("`{}` follows an action", spot.token);
    } else if (spot.token == "within") {
        diagnostic.help = "`within` follows a `wait_until`, an action, a `confirm`, or the title of a step";
    } else {
        diagnostic.help = fmt::format("`{}` follows a `wait_until`", spot.token);
    }
    return true;
}

/// `wait_until x 5m`
bool missing_within(const Spot& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::EndOfStatement) || !is_digit(spot.first()) || !is_name_letter(spot.token.back())) return false;
    diagnostic.help = fmt::format("to say how long it may take, write `within {}`", spot.token);
    return true;
}

/// A minus that clings to what stands behind it.
bool clinging_minus(const Spot& spot, Diagnostic& diagnostic) {
    if (spot.token != "-") return false;
    diagnostic.help = "a minus has blanks on both sides: `a - b`; without them, `a-b` is one name";
    return true;
}

/// `systemd.stop("x") on tel`, `name on host`
bool misplaced_on(const Spot& spot, Diagnostic& diagnostic) {
    if (spot.token != "on" || !spot.wants(Wanted::EndOfStatement)) return false;
    change(diagnostic, "E0120", "`on` cannot stand here");
    diagnostic.help =
        "statements go into a block: `on HOSTS { … }`; a value is read on a host right behind a call: `drbd.status(\"r0\").role on HOST`";
    return true;
}

/// An operator at the end of a line or at the beginning of the next one.
bool split_line(const Spot& spot, Diagnostic& diagnostic) {
    const bool joins = spot.token == "and" || spot.token == "or";
    const std::string_view so_far = spot.so_far();
    const bool dangles =
        spot.wants(Wanted::Value) && spot.line_ends &&
        (so_far.ends_with(" and") || so_far.ends_with(" or") || (!so_far.empty() && so_far.find_last_of("=<>+*") == so_far.size() - 1));
    const bool named =
        so_far.ends_with('=') && !so_far.ends_with("==") && !so_far.ends_with("<=") && !so_far.ends_with(">=") && !so_far.ends_with("!=");
    if (!(joins && spot.wants(Wanted::Statement)) && !(dangles && !named)) return false;
    diagnostic.help = "a statement ends with its line: put parentheses around what goes on in the next one";
    return true;
}

/// `step "x":`, `if c then {`, `{` in the next line
bool block_begins_oddly(const Spot& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::Block)) return false;
    if (spot.token == ":" || spot.token == "then" || spot.token == "do") {
        diagnostic.help = fmt::format("a block stands in braces, without `{}` before it: `{{ … }}`", spot.token);
    } else if (spot.line_ends &&
               spot.state.text.substr(std::min(spot.state.text.find_first_not_of(" \t\r\n", spot.at), spot.state.text.size()))
                   .starts_with('{')) {
        diagnostic.help = "the `{` stands on the line of what it belongs to";
    } else {
        return false;
    }
    return true;
}

/// `requier x == 1`, `print "x"`, `foo (x)`
bool no_such_statement(const Spot& spot, Diagnostic& diagnostic) {
    const std::string_view word = spot.opening_word();
    if (!spot.wants(Wanted::EndOfStatement) || word.empty() || is_reserved(word) || spot.so_far() != word || spot.line_ends) return false;
    if (spot.token == "(") {
        diagnostic.help = fmt::format("no blank stands before the arguments: `{}(`", word);
        return true;
    }
    change(diagnostic, "E0108", fmt::format("`{}` does not begin a statement", word));
    diagnostic.span = spot.state.span(spot.state.statement, spot.state.statement + word.size());
    const std::string_view meant = look_up(other_words, word);
    const auto near = nearest(word, statement_words());
    if (!meant.empty()) {
        diagnostic.help = fmt::format("here that is `{}`", meant);
    } else if (near) {
        diagnostic.help = fmt::format("did you mean `{}`?", *near);
    } else {
        diagnostic.help = "a statement begins with a word such as `require`, `let` or `note`, or is a call: `systemd.stop(\"nginx\")`";
    }
    return true;
}

bool second_statement(const Spot& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::EndOfStatement) || !begins_statement(spot.token)) return false;
    diagnostic.help = "one statement a line";
    return true;
}

/// A value, or a condition, where only statements stand.
bool condition_alone(const Spot& spot, Diagnostic& diagnostic) {
    const bool compares = spot.token == "==" || spot.token == "!=" || spot.token == "<" || spot.token == ">" || spot.token == "<=" ||
                          spot.token == ">=" || spot.token == "is";
    if (!compares || !spot.wants(Wanted::EndOfStatement) || is_reserved(spot.opening_word())) return false;
    change(diagnostic, "E0108", "a condition is no statement");
    diagnostic.help = "write `require` before it, to stop where it does not hold, or `wait_until`, to wait until it does";
    return true;
}

constexpr std::array habits{unclosed_text,       unclosed_bracket, odd_number,     chained_comparison, equals_signs,
                            entry_punctuation,   condition_alone,  beyond_ascii,   missing_quotes,     bad_name,
                            clause_out_of_place, missing_within,   misplaced_on,   split_line,         block_begins_oddly,
                            second_statement,    clinging_minus,   other_operator, no_such_statement};

}  // namespace

void recognise(const Spot& spot, Diagnostic& diagnostic) {
    for (const auto habit : habits) {
        if (habit(spot, diagnostic)) return;
    }
}

}  // namespace lang::parsing
