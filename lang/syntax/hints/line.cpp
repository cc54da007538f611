// Slips of the finger and habits from other languages in lines, statements and clauses.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lang/syntax/hints/mistake.hpp"
#include "lang/text/spell.hpp"

namespace lang::parsing {

namespace {

// Each of these looks for one mistake and says whether it was that.

/// `within`, `else` and the like where no statement takes them.
bool clause_out_of_place(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!is_clause_word(spot.token) ||
        !(spot.wants(Wanted::EndOfStatement) || spot.wants(Wanted::Statement) || spot.wants(Wanted::Block))) {
        return false;
    }
    const std::string owner = is_reserved(spot.opening_word()) ? fmt::format("`{}`", spot.opening_word()) : "a call";
    change(diagnostic, "E0116",
           spot.wants(Wanted::Statement) ? fmt::format("`{}` does not continue the statement before it", spot.token)
                                         : fmt::format("`{}` does not belong to {}, or stands too late", spot.token, owner));
    if (spot.token == "else") {
        diagnostic.help = "`else` follows the block of an `if`, a `require`, a `wait_until` or an action";
    } else if (spot.token == "undo" || spot.token == "leave" || spot.token == "done_when") {
        diagnostic.help = fmt::format("`{}` follows an action", spot.token);
    } else if (spot.token == "within") {
        diagnostic.help = "`within` follows a `wait_until`, an action, a `confirm`, or the title of a step";
    } else {
        diagnostic.help = fmt::format("`{}` follows a `wait_until`", spot.token);
    }
    return true;
}

/// `wait_until x 5m`
bool missing_within(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::EndOfStatement) || !is_digit(spot.first()) || is_digit(spot.token.back())) return false;
    diagnostic.help = fmt::format("to say how long it may take, write `within {}`", spot.token);
    return true;
}

/// `systemd.stop("x") on tel`, `name on host`
bool misplaced_on(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (spot.token != "on" || !spot.wants(Wanted::EndOfStatement)) return false;
    change(diagnostic, "E0120", "`on` cannot stand here");
    diagnostic.help =
        "statements go into a block: `on HOSTS { … }`; a value is read on a host right behind a call: `drbd.status(\"r0\").role on HOST`";
    return true;
}

/// `on each of HOSTS`, `on every HOST`
bool on_each(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (spot.so_far() != "on" || !(spot.token == "each" || spot.token == "every" || spot.token == "all")) return false;
    change(diagnostic, "E0120", fmt::format("`on` takes the hosts themselves, without `{}`", spot.token));
    diagnostic.help = "`on HOSTS { … }` does its block on one host after the other, `on HOSTS in parallel { … }` on all of them at once";
    return true;
}

/// `param home int`, `define f(machine)`
bool missing_type(const ErrorSite& spot, Diagnostic& diagnostic) {
    const std::string_view word = spot.opening_word();
    if (!spot.wants(Wanted::Colon) || !(word == "param" || word == "fact" || word == "needs" || word == "define")) return false;
    diagnostic.help = "a type follows the name: `name: type`";
    return true;
}

/// An operator at the end of a line or at the beginning of the next one.
bool split_line(const ErrorSite& spot, Diagnostic& diagnostic) {
    const bool joins = spot.token == "and" || spot.token == "or";
    if (!(joins && spot.wants(Wanted::Statement)) && !spot.dangles_after_operator()) return false;
    diagnostic.help = "a statement ends with its line: put parentheses around what goes on in the next one";
    return true;
}

/// `step "x":`, `if c then {`
bool block_begins_oddly(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::Block)) return false;
    if (spot.token == ":" || spot.token == "then" || spot.token == "do") {
        diagnostic.help = fmt::format("a block stands in braces, without `{}` before it: `{{ … }}`", spot.token);
    } else {
        return false;
    }
    return true;
}

/// `requier x == 1`, `print "x"`, `foo (x)`
bool no_such_statement(const ErrorSite& spot, Diagnostic& diagnostic) {
    const std::string_view word = spot.opening_word();
    if (!spot.wants(Wanted::EndOfStatement) || word.empty() || is_reserved(word) || spot.so_far() != word || spot.line_ends) return false;
    if (spot.token == "(") {
        diagnostic.help = fmt::format("no blank stands before the arguments: `{}(`", word);
        return true;
    }
    change(diagnostic, "E0108", fmt::format("`{}` does not begin a statement", word));
    diagnostic.span = spot.state.span(spot.state.statement, spot.state.statement + word.size());
    std::vector<std::string> known = statement_words();
    for (std::string& clause : clause_words()) known.push_back(std::move(clause));
    const auto near = nearest(word, known);
    if (near) {
        diagnostic.help = fmt::format("did you mean `{}`?", *near);
    } else {
        diagnostic.help = "a statement begins with a word such as `require`, `let` or `note`, or is a call: `systemd.stop(\"nginx\")`";
    }
    return true;
}

bool second_statement(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::EndOfStatement) || !begins_statement(spot.token)) return false;
    diagnostic.help = "one statement a line";
    return true;
}

/// A value, or a condition, where only statements stand.
bool condition_alone(const ErrorSite& spot, Diagnostic& diagnostic) {
    const bool compares = spot.token == "==" || spot.token == "!=" || spot.token == "<" || spot.token == ">" || spot.token == "<=" ||
                          spot.token == ">=" || spot.token == "is";
    if (!compares || !spot.wants(Wanted::EndOfStatement) || is_reserved(spot.opening_word())) return false;
    change(diagnostic, "E0108", "a condition is not a statement");
    diagnostic.help = "write `require` before it, to stop where it does not hold, or `wait_until`, to wait until it does";
    return true;
}

/// `within 5m evry 5s`, `one off stores`
bool misspelt_word(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!is_name_letter(spot.first()) || is_reserved(spot.token)) return false;
    std::vector<std::string> words;
    const std::string_view sentence = spot.message.sentence;
    if (spot.wants(Wanted::EndOfStatement)) {
        words = clause_words();
    } else if (sentence.size() > 2 && sentence.starts_with('`') && sentence.ends_with('`')) {
        words.emplace_back(sentence.substr(1, sentence.size() - 2));
    }
    const std::string meant = did_you_mean(spot.token, words);
    if (meant.empty()) return false;
    diagnostic.help = meant;
    return true;
}

constexpr std::array line_habits{condition_alone,   on_each,          clause_out_of_place, misplaced_on, split_line,   block_begins_oddly,
                                 no_such_statement, second_statement, missing_within,      missing_type, misspelt_word};

}  // namespace

bool recognise_statement(const ErrorSite& spot, Diagnostic& diagnostic) {
    return std::any_of(line_habits.begin(), line_habits.end(), [&](const auto habit) { return habit(spot, diagnostic); });
}

}  // namespace lang::parsing
