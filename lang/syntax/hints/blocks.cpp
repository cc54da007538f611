// What is missing or too much where a block or its title was expected, and statements that are none.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "lang/syntax/hints/mistake.hpp"
#include "lang/text/elsewhere.hpp"

namespace lang::parsing {

namespace {

bool is_call_at(std::string_view text, std::size_t at) {
    std::size_t end = at + word_length(text.substr(at));
    while (end < text.size() && text[end] == '.' && end > at) {
        const std::size_t more = word_length(text.substr(end + 1));
        if (more == 0) return false;
        end += 1 + more;
    }
    return end > at && end < text.size() && text[end] == '(';
}

/// `web2` in `on web1 web2 {`
bool is_lone_name(const ErrorSite& spot) {
    return word_length(spot.token) == spot.token.size() && !spot.token.empty() && !is_reserved(spot.token) && spot.token != "parallel" &&
           spot.token != "max" && spot.token != "together" && spot.token != "concurrently";
}

// Each of these looks for one mistake and says whether it was that.

/// `while x { … }`, `print "x"`, `hosts: web`, `systemctl stop nginx`, `while(x) { … }`
bool statement_of_others(const ErrorSite& spot, Diagnostic& diagnostic) {
    const std::string_view word = spot.opening_word();
    if (!spot.wants(Wanted::EndOfStatement) || word.empty() || is_reserved(word) || spot.line_ends) return false;
    const std::string_view help = other_statement(word);
    const bool alone = spot.so_far() == word && spot.token != "=" && spot.token != "+=" && spot.token != ".";
    const bool as_call = spot.so_far().substr(word.size()).starts_with('(') && (spot.token == "{" || spot.token == ":");
    if (as_call && help.empty()) {
        diagnostic.help = fmt::format("an action is defined by `define action {}(name: type) {{ … }}`; a call has no block", word);
        return true;
    }
    if (help.empty() || (!alone && !as_call)) return false;
    change(diagnostic, "E0108", fmt::format("`{}` does not begin a statement", word));
    diagnostic.span = spot.state.span(spot.state.statement, spot.state.statement + word.size());
    diagnostic.help = help;
    return true;
}

/// `- hosts: web`, `tasks:`
bool yaml(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (spot.wants(Wanted::Statement) && spot.token == "-") {
        diagnostic.help = "a statement begins with its own word, without a `-` before it";
        return true;
    }
    const std::string_view word = spot.opening_word();
    if (!spot.wants(Wanted::EndOfStatement) || spot.token != ":" || spot.so_far() != word || is_reserved(word)) return false;
    diagnostic.help = fmt::format("a value gets a name with `let {} = …`; blocks stand in braces, without `:`", word);
    return true;
}

/// `ask int "…"`, `find x in …`, `not idle()` as a statement
bool value_as_statement(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::Statement) || spot.token.empty()) return false;
    if (spot.token == "ask" || spot.token == "find") {
        diagnostic.help = fmt::format("its answer gets a name: `let name = {} …`", spot.token);
        return true;
    }
    if (spot.token == "then") {
        diagnostic.help = "a block stands in braces, and its `{` ends the line before";
        return true;
    }
    if (spot.text().substr(spot.at).starts_with("```")) {
        diagnostic.help = "the lines with ``` belong to the page that this was copied from: leave them out";
        return true;
    }
    constexpr std::array<std::string_view, 8> begins{"all", "any", "no", "exactly", "not", "one", "true", "false"};
    if (std::find(begins.begin(), begins.end(), spot.token) == begins.end()) return false;
    change(diagnostic, "E0108", "a condition is not a statement");
    diagnostic.help = "write `require` before it, to stop where it does not hold, or `wait_until`, to wait until it does";
    return true;
}

/// `Step "x" {`, `IF x {`
bool capital_word(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::Statement) || spot.first() < 'A' || spot.first() > 'Z') return false;
    std::string small(spot.token);
    std::transform(small.begin(), small.end(), small.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (!begins_statement(small) && !begins_declaration(small)) return false;
    diagnostic.help = fmt::format("the words of the language are written small: `{}`", small);
    return true;
}

/// `systemd.stop nginx`
bool call_without_parentheses(const ErrorSite& spot, Diagnostic& diagnostic) {
    const std::string_view before = spot.so_far();
    const bool dotted = before.find('.') != std::string_view::npos &&
                        std::all_of(before.begin(), before.end(), [](char c) { return is_name_letter(c) || c == '-' || c == '.'; });
    if (!dotted || !spot.wants(Wanted::EndOfStatement) || !(spot.first() == '"' || is_name_letter(spot.first()))) return false;
    const std::string argument = spot.first() == '"' ? std::string(spot.token) : fmt::format("\"{}\"", spot.token);
    diagnostic.help = fmt::format("what a call is given stands in parentheses: `{}({})`", before, argument);
    return true;
}

/// `note "a" systemd.stop("b")`
bool second_call(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::EndOfStatement) || !is_call_at(spot.text(), spot.at)) return false;
    if (spot.so_far() == spot.opening_word() && !is_reserved(spot.opening_word())) return false;  // a word that begins no statement
    diagnostic.help = "one statement a line";
    return true;
}

/// `in parallel 2 {`, `on web parallel {`, `for x in web in parallel {`
bool parallel_otherwise(const ErrorSite& spot, Diagnostic& diagnostic) {
    const std::string_view before = spot.so_far(), word = spot.opening_word();
    if (spot.wants(Wanted::Value) && before.ends_with(" max") && (spot.token == "=" || spot.token == ":")) {
        diagnostic.help = "the number follows: `in parallel max 2`";
        return true;
    }
    if (!spot.wants(Wanted::Block)) return false;
    if (before == "parallel") {
        diagnostic.help = "`parallel { … }` does its statements side by side; on several hosts at once is `on HOSTS in parallel { … }`";
    } else if (word == "on" && before.ends_with("parallel") && is_digit(spot.first())) {
        diagnostic.help = fmt::format("at most {0} of them at once is `in parallel max {0}`", spot.token);
    } else if (word == "on" && before.ends_with("parallel") && (is_name_letter(spot.first()) || spot.token == "(")) {
        diagnostic.help = "how many of them at once at most is `in parallel max 2`";
    } else if (word == "on" &&
               (spot.token == "parallel" || spot.token == "max" || spot.token == "together" || spot.token == "concurrently")) {
        diagnostic.help = "on all of them at once is `on HOSTS in parallel { … }`, on two at once at most `in parallel max 2`";
    } else if (word == "for" && (spot.token == "in" || spot.token == "parallel")) {
        diagnostic.help = "a loop takes one after the other; on several hosts at once is `on HOSTS in parallel { … }`";
    } else {
        return false;
    }
    return true;
}

/// `on host web1 {`, `on web* {`
bool hosts_otherwise(const ErrorSite& spot, Diagnostic& diagnostic) {
    const std::string_view before = spot.so_far();
    if (spot.opening_word() != "on") return false;
    constexpr std::array<std::string_view, 5> kinds{"on host", "on hosts", "on group", "on server", "on machine"};
    if (spot.wants(Wanted::Block) && std::find(kinds.begin(), kinds.end(), before) != kinds.end() && is_name_letter(spot.first())) {
        diagnostic.help = fmt::format("hosts and groups are called by their names alone: `on {} {{ … }}`", spot.token);
    } else if (spot.wants(Wanted::Block) && !before.ends_with("parallel") &&
               (spot.token == "and" || spot.token == "+" || spot.token == "&" ||
                (before.find(' ') == before.rfind(' ') && is_lone_name(spot)))) {
        diagnostic.help = "several stand with commas between them: `on web1, web2 { … }`";
    } else if (spot.token == "*") {
        diagnostic.help = "names are written out: those of hosts, of a group, or `GROUP where …` by a fact";
    } else {
        return false;
    }
    return true;
}

/// `if x note "y"`, `if x` alone, `if x; then`
bool missing_braces(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::Block) || spot.in_record()) return false;
    const std::string_view word = spot.opening_word();
    if (!is_reserved(word) && !begins_declaration(word)) return false;
    if (spot.token == ";") {
        diagnostic.help = "a block stands in braces, without `;`: `{ … }`";
    } else if (spot.token == "," && (word == "host" || word == "cluster")) {
        diagnostic.help = fmt::format("each {} is declared by itself", word);
    } else if (spot.token == "=" && begins_record(word)) {
        diagnostic.help = fmt::format("`{} NAME {{ … }}`, without `=`", word);
    } else if (begins_statement(spot.token) || is_call_at(spot.text(), spot.at)) {
        diagnostic.help = fmt::format("what `{}` does stands in braces: `{} … {{ … }}`", word, word);
    } else if (spot.line_ends) {
        diagnostic.help = "a block stands in braces, and its `{` ends this line";
    } else {
        return false;
    }
    return true;
}

/// `host.name` of `note host.name }`
std::string_view value_at(const ErrorSite& spot) {
    if (word_length(spot.token) == 0) return {};
    const std::string_view rest = spot.rest_of_line();
    return rest.substr(0, rest.find_first_of(" \t}"));
}

/// `step { … }`, `note("x")`, `step 1 "x"`
bool title_otherwise(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::Text)) return false;
    const std::string_view word = spot.opening_word(), before = spot.so_far();
    const bool directly = before == word;
    const std::string_view value = value_at(spot);
    if (directly && value.find_first_of(".(") != std::string_view::npos && word != "import" && word != "site") {
        diagnostic.help = fmt::format("a value enters a text as `${{…}}`: `{} \"${{{}}}\"`", word, value);
    } else if (directly && word == "step" && (spot.token == "{" || spot.line_ends)) {
        diagnostic.help = "a step has a title: `step \"Stop the software\" { … }`";
    } else if (directly && word == "step" && is_digit(spot.first())) {
        diagnostic.help = "steps are numbered by themselves: `step \"Stop the software\" { … }`";
    } else if (directly && spot.token == "(") {
        diagnostic.help = fmt::format("its text stands without parentheses: `{} \"…\"`", word);
    } else if (word == "require" && spot.token == "{") {
        diagnostic.help = "`require … else \"why\"` only says why it stops; `if not … { … }` does something about it";
    } else if (directly && (spot.token == "{" || spot.line_ends)) {
        diagnostic.help = fmt::format("a text follows it: `{} \"…\"`", word);
    } else {
        return false;
    }
    return true;
}

/// `retry 3 {`, `define action f {`, `param x: int 5`, `require x "why"`, `wait_until(x, 5m)`
bool part_left_out(const ErrorSite& spot, Diagnostic& diagnostic) {
    const std::string_view word = spot.opening_word();
    if (spot.wants(Wanted::Attempts)) {
        if (word != "step") return false;
        diagnostic.help = "how often and after what time: `step \"…\" retry 3 times every 5s { … }`";
    } else if (spot.wants(Wanted::Parameters)) {
        diagnostic.help = "parentheses stand behind the name, without parameters, too: `name()`";
    } else if (spot.wants(Wanted::EndOfStatement) && (word == "param" || word == "fact") && !spot.line_ends &&
               spot.so_far().find('=') == std::string_view::npos && spot.first() != '"') {
        diagnostic.help = "a default follows `=`: `name: type = value`";
    } else if (spot.wants(Wanted::EndOfStatement) && word == "confirm" && (spot.token == "yes" || spot.token == "no")) {
        diagnostic.help = "it is answered in the run, or by a line of the file that `--answers` names: `\"…\" = yes`";
    } else if (spot.wants(Wanted::EndOfStatement) && (word == "require" || word == "wait_until") && spot.first() == '"') {
        diagnostic.help = fmt::format("the message follows `else`: `{} CONDITION else \"…\"`", word);
    } else if (spot.wants(Wanted::Closing) && spot.token == "," && spot.state.statement + word.size() == spot.state.brackets.back().at) {
        diagnostic.help = word == "wait_until" ? "what stands behind the condition is a clause: `wait_until CONDITION within 5m`"
                                               : "it takes one condition; a message follows `else`";
    } else {
        return false;
    }
    return true;
}

/// `all w in web idle()`, `all web: …`, `[w for w in web]`
bool quantifier_otherwise(const ErrorSite& spot, Diagnostic& diagnostic) {
    const std::string_view wanted = spot.message.sentence;
    const std::string_view before = spot.so_far();
    const auto has = [&](std::string_view quantifier) { return before.find(quantifier) != std::string_view::npos; };
    if (!(has("all ") || has("any ") || has("no ") || has("exactly ") || has("["))) return false;
    if ((wanted == "`:`" || wanted == "`in`") && spot.opening_word() != "for" && spot.opening_word() != "param") {
        diagnostic.help = "a question about a list is written `all x in LIST: CONDITION`, also with `any`, `no` and `exactly 2`";
    } else if (spot.token == "for" && spot.wants(Wanted::Closing)) {
        diagnostic.help = "a list of those that are meant is `LIST where CONDITION`";
    } else {
        return false;
    }
    return true;
}

/// `let x: int = 1`, `let x 1`, `group web: a`, `define f() { … }`
bool binding_otherwise(const ErrorSite& spot, Diagnostic& diagnostic) {
    if (!spot.wants(Wanted::Equals)) return false;
    const std::string_view word = spot.opening_word();
    if (word == "define" && spot.token == "{") {
        diagnostic.help = "what acts is `define action name() { … }`; what only asks is a value: `define name(): bool = …`";
    } else if (spot.token == ":" && (word == "let" || word == "keep")) {
        diagnostic.help = fmt::format("it has the type of its value: `{} name = …`", word);
    } else if (spot.token == ":" || spot.token == "{" || is_name_letter(spot.first()) || spot.first() == '"') {
        diagnostic.help = fmt::format("`{}` stands between the name and what it means: `{} … = …`", "=", word);
    } else {
        return false;
    }
    return true;
}

constexpr std::array block_habits{
    statement_of_others, yaml,           value_as_statement, capital_word,  call_without_parentheses, second_call,      parallel_otherwise,
    hosts_otherwise,     missing_braces, title_otherwise,    part_left_out, quantifier_otherwise,     binding_otherwise};

}  // namespace

bool recognise_block(const ErrorSite& spot, Diagnostic& diagnostic) {
    return std::any_of(block_habits.begin(), block_habits.end(), [&](const auto habit) { return habit(spot, diagnostic); });
}

}  // namespace lang::parsing
