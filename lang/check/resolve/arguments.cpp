// Arguments: by position, then by name, then the defaults.
#include <fmt/format.h>

#include <algorithm>

#include "lang/check/resolve/expressions.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

std::optional<std::size_t> find(const std::vector<Parameter>& parameters, std::string_view name) {
    const auto it = std::find_if(parameters.begin(), parameters.end(), [&](const Parameter& p) { return p.name == name; });
    return it == parameters.end() ? std::nullopt : std::optional(static_cast<std::size_t>(it - parameters.begin()));
}

std::vector<std::string> names(const std::vector<Parameter>& parameters) {
    std::vector<std::string> result;
    for (const Parameter& parameter : parameters) result.push_back(parameter.name);
    return result;
}

/// Reported at the call, with the place of the define's declaration where there is one.
void explain(Finding finding, std::string_view callee, const std::vector<Parameter>& parameters, std::optional<Span> declared) {
    if (declared) finding.see(*declared, "declared here");
    finding.help(fmt::format("it is called as {}", usage(callee, parameters)));
}

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

}  // namespace

std::string usage(std::string_view name, const std::vector<Parameter>& parameters) {
    std::string out = fmt::format("{}(", name);
    for (const Parameter& parameter : parameters) {
        if (&parameter != &parameters.front()) out += ", ";
        out += fmt::format("{}: {}", parameter.name, parameter.type.name());
        if (parameter.standard) out += fmt::format(" = {}", parameter.standard->show());
    }
    return out + ")";
}

std::vector<program::Expr> Expressions::arguments(const std::vector<Parameter>& parameters, std::string_view callee,
                                                  std::optional<Span> declared, std::optional<program::Expr> receiver,
                                                  const ast::Call& call, AnyType& any) {
    Report& report = environment_.report;
    std::vector<std::optional<program::Expr>> given(parameters.size());
    std::size_t next = 0;
    if (receiver) {
        any.accepts(parameters.front().type, receiver->type);
        given[next++] = std::move(*receiver);
    }
    bool has_names = false;
    bool has_surplus = false;
    const Type anything;  // an argument without a parameter is looked at for its own mistakes only
    for (const ast::Argument& argument : call.arguments) {
        std::optional<std::size_t> index;
        if (argument.name) {
            has_names = true;
            index = find(parameters, argument.name->text);
            if (!index) {
                auto finding =
                    report.error("E0209", argument.name->span, fmt::format("`{}` has no parameter `{}`", callee, argument.name->text));
                finding.label("not a parameter");
                if (declared) finding.see(*declared, "declared here");
                const std::string otherwise =
                    parameters.empty() ? "it takes no arguments" : fmt::format("it has {}", listing(names(parameters)));
                finding.help(suggestion(argument.name->text, names(parameters), otherwise));
            }
        } else if (has_names) {
            report.error("E0305", argument.value->span, "arguments without a name go before those with a name")
                .label("which parameter is this?");
        } else if (next >= parameters.size()) {
            if (!has_surplus) {
                auto finding = report.error("E0304", argument.value->span, fmt::format("too many arguments for `{}`", callee));
                finding.label("one too many");
                explain(finding, callee, parameters, declared);
            }
            has_surplus = true;
        } else {
            index = next++;
        }
        if (!index) {
            value(*argument.value, &anything);
        } else if (given[*index]) {
            report.error("E0305", argument.value->span, fmt::format("`{}` is given twice", parameters[*index].name))
                .label("a second time")
                .see(given[*index]->span, "first given here");
            value(*argument.value, &anything);
        } else {
            given[*index] = this->argument(parameters[*index], callee, *argument.value, any);
        }
    }
    std::vector<std::string> missing;
    std::vector<program::Expr> ordered;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const Parameter& parameter = parameters[i];
        if (given[i]) {
            ordered.push_back(std::move(*given[i]));
        } else if (parameter.standard) {
            ordered.push_back({.node = program::Literal{*parameter.standard}, .type = parameter.type, .span = call.arguments_span});
        } else {
            missing.push_back(fmt::format("`{}`", parameter.name));
            ordered.push_back(wrong(call.arguments_span));
        }
    }
    if (!missing.empty() && !has_surplus) {
        auto finding = report.error("E0303", call.arguments_span, fmt::format("`{}` is called without {}", callee, listing(missing)));
        finding.label(fmt::format("{} is missing", listing(missing)));
        explain(finding, callee, parameters, declared);
    }
    return ordered;
}

program::Expr Expressions::argument(const Parameter& parameter, std::string_view callee, const ast::Expr& written, AnyType& any) {
    const std::string what = fmt::format("`{}` of {}", parameter.name, callee);
    const auto wanted = any.filled(parameter.type);
    program::Expr given = value(written, wanted ? &*wanted : nullptr);
    if (wanted) {
        given = checked(std::move(given), *wanted, what);
    } else if (!any.accepts(parameter.type, given.type)) {
        given = mismatch(given, parameter.type, what);
    }
    if (parameter.script) return script(std::move(given), what);
    const auto* literal = std::get_if<program::Literal>(&given.node);
    if (literal == nullptr || parameter.one_of.empty() || given.type.kind() != Kind::Text) return given;
    const std::string& text = literal->value.text();
    if (std::find(parameter.one_of.begin(), parameter.one_of.end(), text) != parameter.one_of.end()) return given;
    environment_.report.error("E0313", written.span, fmt::format("{} does not take \"{}\"", what, text))
        .help(suggestion(text, parameter.one_of, fmt::format("it takes {}", listing(parameter.one_of))));
    return wrong(written.span);
}

/// A command line is written out where it is called, so that nobody's value is ever read as a command. A hole is quoted by the
/// shell's own rules, once; inside quotes that were written it would end them.
program::Expr Expressions::script(program::Expr given, std::string_view what) {
    if (std::holds_alternative<program::Literal>(given.node) || given.type.kind() != Kind::Text) return given;
    auto* text = std::get_if<program::Interpolated>(&given.node);
    if (text == nullptr) {
        environment_.report.error("E0320", given.span, fmt::format("{} is written out as a text", what))
            .label("a value")
            .help("write the command here, and values into holes: \"virsh start ${machine.name}\"");
        return wrong(given.span);
    }
    // Written texts and holes in turn, as whoever quotes them expects; a text's own words have the span of the whole.
    std::vector<program::Expr> parts;
    char quote = 0;
    for (program::Expr& part : text->parts) {
        const auto* literal = std::get_if<program::Literal>(&part.node);
        const bool hole = literal == nullptr || !(part.span == given.span);
        if (hole && quote != 0) {
            environment_.report.error("E0320", part.span, "a hole in a script stands outside of quotes")
                .label("inside quotes")
                .help("leave the quotes out: the value becomes one quoted word by itself");
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

/// The arguments of a call that is wrong itself: only their own mistakes are of interest.
void Expressions::read_only(const ast::Call& call) {
    const Type anything;
    for (const ast::Argument& argument : call.arguments) value(*argument.value, &anything);
}

}  // namespace lang::checker
