// Slips of the finger and habits from other languages in texts, numbers, names and operators.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "lang/syntax/hints/mistake.hpp"
#include "lang/text/utf8.hpp"

namespace lang::parsing {

namespace {

constexpr std::array<Meaning, 18> unit_names{{{"sec", "s"},
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

constexpr std::array<Meaning, 17> other_operators{{{"&&", "`and` joins two conditions"},
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
                                                   {"=<", "`<=` means: at most"},
                                                   {"=>", "`>=` means: at least"},
                                                   {"?", "a value is chosen with `if a then b else c`"},
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

// Each of these looks for one mistake and says whether it was that.

bool unclosed_text(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (spot.message.code != "E0102") return false;
    const std::uint32_t opening = spot.state.brackets.back().at;
    diagnostic.span = spot.state.span(opening, spot.last_end);
    diagnostic.help = "a text ends on the line where it begins; `\\n` in it is a line end";
    return true;
}

bool unclosed_bracket(const ErrorSite& spot, Diagnostic& diagnostic) {
    const bool cannot_be_inside = spot.line_ends || spot.token == "{" || spot.token == "}";
    if (!spot.wants(Wanted::Closing) || !cannot_be_inside) return false;
    const Bracket& opening = spot.state.brackets.back();
    change(diagnostic, opening.open == '{' ? "E0104" : "E0103", fmt::format("this `{}` is not closed", opening.open));
    diagnostic.related.push_back({diagnostic.span, fmt::format("expected {} here", spot.message.sentence)});
    diagnostic.span = spot.state.span(opening.at, opening.at + 1);
    return true;
}

/// `"on ${home"`
bool unclosed_hole(const ErrorSite& spot, Diagnostic& diagnostic) {
    const std::vector<Bracket>& brackets = spot.state.brackets;
    if (spot.first() != '"' || brackets.empty() || brackets.back().open != '{' || !brackets.back().in_text) return false;
    change(diagnostic, "E0103", "this `${` is not closed: its `}` is missing");
    diagnostic.span = spot.state.span(brackets.back().at - 1, brackets.back().at + 1);
    return true;
}

/// `"the "best" one"`
bool quote_in_text(const ErrorSite& spot, Diagnostic& diagnostic) {
    const bool after_text = spot.last_end > 0 && spot.text()[spot.last_end - 1] == '"' && spot.last_end == spot.at;
    if (!after_text || !is_name_letter(spot.first())) return false;
    diagnostic.help = "a quote inside of a text is written `\\\"`";
    return true;
}

/// `10.1.1.11`, `30sec`, `5 minutes`, `1_000`
bool odd_number(const ErrorSite& spot, Diagnostic& diagnostic) {
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

/// `5 s`
bool blank_before_unit(const ErrorSite& spot, Diagnostic& diagnostic) {
    const std::string_view unit = look_up(unit_names, spot.token);
    const std::string_view before = spot.so_far();
    if (unit.empty() || before.empty() || !is_digit(before.back())) return false;
    const std::size_t digits = before.find_last_not_of("0123456789") + 1;  // npos + 1 is 0
    diagnostic.help = fmt::format("a duration has no blank in it: `{}{}`", before.substr(digits), unit);
    return true;
}

bool chained_comparison(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (spot.message.code != "E0106") return false;
    diagnostic.help = "compare twice and join with `and`: `a < b and b < c`";
    return true;
}

/// Where a `let`, `keep` or `param` before this statement sets the name that it begins with.
std::optional<Span> set_before(const ErrorSite& spot) {
    const std::string_view name = spot.opening_word(), before = spot.text().substr(0, spot.state.statement);
    for (const std::string_view word : {"let ", "keep ", "param "}) {
        for (std::size_t at = before.find(word); at != std::string_view::npos; at = before.find(word, at + 1)) {
            const std::size_t begin = std::min(before.find_first_not_of(' ', at + word.size()), before.size());
            const bool is_word = at == 0 || before[at - 1] == '\n' || before[at - 1] == ' ' || before[at - 1] == '\t';
            if (is_word && before.substr(begin, word_length(before.substr(begin))) == name)
                return spot.state.span(begin, begin + name.size());
        }
    }
    return std::nullopt;
}

/// `=` where two values are compared, `==` where a name is given.
bool equals_signs(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (spot.token == "==" && spot.wants(Wanted::Equals)) {
        diagnostic.help = "`=` gives a name to a value; `==` compares two";
        return true;
    }
    if (spot.token != "=") return false;
    const bool bare = spot.so_far() == spot.opening_word() && !is_reserved(spot.opening_word());
    if (const auto first = set_before(spot); spot.wants(Wanted::EndOfStatement) && bare && first) {
        change(diagnostic, "E0204", fmt::format("`{}` is set already, and nothing is set twice", spot.opening_word()));
        diagnostic.span = spot.state.span(spot.state.statement, spot.last_end);
        diagnostic.related.push_back({*first, "first set here"});
        diagnostic.help = "give the new value a name of its own with `let`";
    } else if (spot.wants(Wanted::EndOfStatement) && bare) {
        change(diagnostic, "E0105", "a name is given to a value with `let`");
        diagnostic.help = fmt::format("write `let {} = …`", spot.opening_word());
    } else if (spot.wants(Wanted::Colon)) {
        diagnostic.help = "its type stands first: `name: type = value`";
    } else if (spot.in_record()) {
        diagnostic.help = "an entry is a name and a value, with a blank between them";
    } else if (spot.opening_word() == "define") {
        diagnostic.help = "an action is a block: `define action name() { … }`; a query is a value: `define name(): type = …`";
    } else if (spot.wants(Wanted::EndOfStatement) || spot.wants(Wanted::Block) || spot.wants(Wanted::Closing)) {
        change(diagnostic, "E0105", "`=` gives a name to a value, it does not compare");
        diagnostic.help = "two values are compared with `==`";
    } else {
        return false;
    }
    return true;
}

bool entry_punctuation(const ErrorSite& spot, Diagnostic& diagnostic) {
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

bool other_operator(const ErrorSite& spot, Diagnostic& diagnostic) {
    const bool unequal = spot.token == ">" && spot.at > 0 && spot.text()[spot.at - 1] == '<';
    const std::string_view help = look_up(other_operators, unequal ? "<>" : spot.token);
    if (help.empty()) return false;
    diagnostic.help = help;
    return true;
}

/// Typographic quotes, a blank that is none, letters of other alphabets.
bool beyond_ascii(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (static_cast<unsigned char>(spot.first()) < 0x80) return false;
    change(diagnostic, "E0112", fmt::format("`{}` stands in texts and comments only", spot.token));
    for (const std::string_view quote : {"“", "”", "„", "‟", "«", "»", "‘", "’", "‚"}) {
        if (spot.token == quote) diagnostic.help = "write a plain quote: `\"`";
    }
    for (const std::string_view dash : {"–", "—", "−", "‐", "‑"}) {
        if (spot.token == dash) diagnostic.help = "write a plain `-`";
    }
    const Look look = look_of(spot.token);
    if (look == Look::Blank) {
        change(diagnostic, "E0112", fmt::format("this is not a plain blank ({})", code_point_name(spot.token)));
        diagnostic.help = "write a plain blank";
    } else if (look == Look::Hidden) {
        change(diagnostic, "E0112", fmt::format("an invisible character ({}) stands here", code_point_name(spot.token)));
        diagnostic.help = "take it out: it came along when text was copied";
    }
    return true;
}

/// A text was expected: its quotes are missing.
bool missing_quotes(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::Text) || spot.line_ends || spot.first() == '{' || spot.first() == '\'' || spot.first() == '`') return false;
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

bool bad_name(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (spot.wants(Wanted::Statement) && spot.first() >= 'A' && spot.first() <= 'Z') {
        diagnostic.help = "names begin with a small letter";
        return true;
    }
    if (!spot.wants(Wanted::Name) || spot.line_ends) return false;
    if (spot.first() == '"') {
        diagnostic.help = "names stand without quotes";
    } else if (is_reserved(spot.token)) {
        change(diagnostic, "E0109", fmt::format("`{}` is a word of the language and cannot be a name", spot.token));
        diagnostic.help = fmt::format("choose another name, such as `the_{}`", spot.token);
    } else if (is_name_letter(spot.first())) {
        change(diagnostic, "E0110", fmt::format("`{}` is not a name: names begin with a small letter", spot.token));
        diagnostic.help = "names are made of letters, digits, `_` and `-`; those that begin with a capital are members of an enumeration";
    } else {
        return false;
    }
    return true;
}

/// A minus that clings to what stands behind it.
bool clinging_minus(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (spot.token != "-") return false;
    diagnostic.help = "a minus has blanks on both sides: `a - b`; without them, `a-b` is one name";
    return true;
}

/// `a is 1`
bool is_something(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!spot.so_far().ends_with(" is") && !spot.so_far().ends_with(" is not")) return false;
    diagnostic.help = "`is` asks only whether a value is unknown; two values are compared with `==` and `!=`";
    return true;
}

constexpr std::array token_habits{unclosed_text,      unclosed_hole, unclosed_bracket,  odd_number,     blank_before_unit,
                                  chained_comparison, equals_signs,  entry_punctuation, quote_in_text,  beyond_ascii,
                                  missing_quotes,     bad_name,      is_something,      clinging_minus, other_operator};

}  // namespace

bool recognise_token(const ErrorSite& spot, Diagnostic& diagnostic) {
    return std::any_of(token_habits.begin(), token_habits.end(), [&](const auto habit) { return habit(spot, diagnostic); });
}

}  // namespace lang::parsing
