// Scripts: values enter them through holes only, and what looks like a hole and is none is told.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lang/check/resolve/expressions.hpp"
#include "lang/check/resolve/shell_text.hpp"

namespace lang::checker {

namespace {

/// The quote of sh that is open behind `script`, where `quote` was open before it; 0 for none.
char quote_after(std::string_view script, char quote) {
    for (std::size_t at = 0; at < script.size(); ++at) {
        const char c = script[at];
        if (c == '\\' && quote != '\'') {
            ++at;
        } else if (quote == 0 && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == quote) {
            quote = 0;
        }
    }
    return quote;
}

/// A script as its shell gets it, and where each byte of it stands in the source.
struct ScriptText {
    std::string text;
    std::vector<std::uint32_t> places;
    std::set<std::size_t> meant;  ///< each `$` that was written as `\$`: the shell's own, and said so

    void add(char c, std::size_t place) {
        text += c;
        places.push_back(static_cast<std::uint32_t>(place));
    }
};

/// Of a text literal at `span`, quotes included; a hole ends at the first `}` behind its expression.
ScriptText script_text(const ast::TextLiteral& literal, Span span, const std::string& source) {
    ScriptText script;
    auto hole = literal.parts.begin();
    const auto next_hole = [&]() -> std::size_t {
        while (hole != literal.parts.end() && !std::holds_alternative<ast::ExprPtr>(*hole)) ++hole;
        return hole == literal.parts.end() ? span.end : std::get<ast::ExprPtr>(*hole++)->span.end;
    };
    for (std::size_t at = span.begin + 1; at + 1 < span.end; ++at) {
        if (source[at] == '$' && source[at + 1] == '{') {
            script.add(hole_in_script, at);
            at = std::min<std::size_t>(source.find('}', next_hole()), span.end);
        } else if (source[at] == '\\') {
            const char escaped = source[++at];
            if (escaped == '$') script.meant.insert(script.text.size());
            script.add(escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped, at);
        } else {
            script.add(source[at], at);
        }
    }
    return script;
}

/// The longest name at the beginning of `text`, as the language reads it: hyphens belong to names.
std::string_view name_at(std::string_view text) {
    const auto belongs = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
    std::size_t end = 0;
    while (end < text.size() && (belongs(text[end]) || (text[end] == '-' && end + 1 < text.size() && belongs(text[end + 1])))) ++end;
    return text.substr(0, end);
}

}  // namespace

/// A command line is written out where it is called, so that nobody's value is ever read as a command. A hole is quoted by the
/// shell's own rules, once; inside quotes that were written it would end them.
program::Expr Expressions::script(program::Expr given, std::string_view what) {
    if (std::holds_alternative<program::Literal>(given.node) || given.type.kind() != Kind::Text) return given;
    auto* text = std::get_if<program::Interpolated>(&given.node);
    if (text == nullptr) {
        environment_.report.error("E0320", given.span, fmt::format("{} is written out as a text", what))
            .label("a value")
            .help(
                "write the command here, and values into holes: \"virsh start ${machine.name}\"; for SQL in a value: \"mysql -e ${sql}\"");
        return wrong(given.span);
    }
    // Written texts and holes in turn, as whoever quotes them expects; a text's own words have the span of the whole.
    std::vector<program::Expr> parts;
    char quote = 0;
    for (program::Expr& part : text->parts) {
        const auto* literal = std::get_if<program::Literal>(&part.node);
        const bool hole = literal == nullptr || !(part.span == given.span);
        if (hole && quote != 0) {
            environment_.report.error("E0320", part.span, "`${…}` in a script must stand outside of quotes")
                .label("inside quotes")
                .help(
                    "leave the quotes out: the value becomes one quoted word by itself. Where it is a part of a word, such as SQL, put the "
                    "word together before: let sql = \"STOP SLAVE '${name}'\", and here: mysql -e ${sql}");
            return wrong(given.span);
        }
        if (!hole) quote = quote_after(literal->value.text(), quote);
        const bool expects_hole = parts.size() % 2 == 1;
        if (hole && !expects_hole) parts.push_back({.node = program::Literal{Value("")}, .type = Kind::Text, .span = given.span});
        parts.push_back(std::move(part));
    }
    text->parts = std::move(parts);
    text->script = true;
    return given;
}

/// What the procedure calls by the name at the beginning of `text`; the longest that is one, empty where none is.
std::string Expressions::named_at(std::string_view text) {
    for (std::string_view name = name_at(text); !name.empty(); name = name.substr(0, std::min(name.rfind('-'), name.size()))) {
        if (names_a_value(name)) return std::string(name);
        if (name.find('-') == std::string_view::npos) break;
    }
    return {};
}

bool Expressions::names_a_value(std::string_view name) {
    if (name == "host") return expr_context_.host != ExprContext::Host::None;
    Binding* binding = scope_.find(name);
    if (binding == nullptr && define_ != nullptr) binding = environment_.program.find(name);
    if (binding != nullptr) {
        binding->used = true;  // it was meant
        return true;
    }
    const Meaning* meaning = environment_.names.find(name);
    return meaning != nullptr && !std::holds_alternative<DefineName>(meaning->what) && !std::holds_alternative<MissingName>(meaning->what);
}

/// A text for people has no variables: `$name` stands there as it is, and was hardly meant so where there is such a value.
void Expressions::names_without_braces(const ast::Expr& written) {
    if (!std::holds_alternative<ast::TextLiteral>(written.node)) return;
    const std::string_view source = environment_.sources[written.span.file].text;
    const std::string_view text = source.substr(written.span.begin, written.span.end - written.span.begin);
    for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
        if (at > 0 && text[at - 1] == '\\') continue;
        const std::string name = named_at(text.substr(at + 1));
        if (name.empty()) continue;
        const auto begin = written.span.begin + static_cast<std::uint32_t>(at);
        environment_.report
            .warning("W0608", {begin, begin + static_cast<std::uint32_t>(name.size() + 1), written.span.file},
                     fmt::format("`${}` is not filled in: a text has the value as `${{{}}}`", name, name))
            .label("stands in the text as it is")
            .help(fmt::format("write `${{{0}}}`; what is to stand there as it is is written `\\${0}`", name));
    }
}

/// ".address" behind `$machine`, where a machine is meant.
std::string Expressions::fact_behind(const std::string& name, std::string_view text) {
    const Binding* binding = scope_.find(name);
    const Meaning* meaning = environment_.names.find(name);
    const bool is_host = name == "host" || (binding != nullptr ? binding->type.kind() == Kind::Host
                                                               : meaning != nullptr && std::holds_alternative<HostName>(meaning->what));
    if (!is_host || !text.substr(name.size()).starts_with('.')) return {};
    const std::string_view fact = name_at(text.substr(name.size() + 1));
    return look_up(environment_.facts, fact) == nullptr ? std::string() : fmt::format(".{}", fact);
}

/// `rm -rf $dir/cache` with a `dir` of the procedure is `rm -rf /cache`: the shell knows no such variable, and puts nothing there.
void Expressions::own_variables(const ast::Expr& written) {
    const auto* literal = std::get_if<ast::TextLiteral>(&written.node);
    if (literal == nullptr) return;
    const std::string& source = environment_.sources[written.span.file].text;
    if (written.span.end > source.size() || source[written.span.begin] != '"') return;
    const ScriptText script = script_text(*literal, written.span, source);
    for (const ShellVariable& variable : variables_not_set(script.text)) {
        if (script.meant.contains(variable.at)) continue;
        const bool has_dollar = script.text[variable.at] == '$';
        std::string name = named_at(std::string_view(script.text).substr(variable.at + (has_dollar ? 1 : 0)));
        if (name.size() < variable.name.size()) continue;
        const std::uint32_t begin = script.places[variable.at];
        const Span span{begin, static_cast<std::uint32_t>(begin + (has_dollar ? 1 : 0) + name.size()), written.span.file};
        const Meaning* meaning = scope_.find(name) == nullptr ? environment_.names.find(name) : nullptr;
        auto finding =
            environment_.report.error("E0322", span,
                                      fmt::format("`{}{}` is a variable of {}, and this script does not set it", has_dollar ? "$" : "",
                                                  variable.name, variable.powershell ? "PowerShell" : "the shell"));
        finding.label("the shell puts nothing here");
        if (meaning != nullptr && std::holds_alternative<SecretName>(meaning->what)) {
            finding.help(fmt::format("a secret goes to the script's `input`: `input: {}`", name));
            continue;
        }
        const std::string hole = name + fact_behind(name, std::string_view(script.text).substr(variable.at + (has_dollar ? 1 : 0)));
        finding.help(fmt::format("write `${{{}}}`{} for the value that the procedure has; the shell's own is written `\\${}`", hole,
                                 variable.in_quotes ? ", outside of the quotes," : "", variable.name));
    }
}

}  // namespace lang::checker
