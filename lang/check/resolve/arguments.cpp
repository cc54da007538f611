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

}  // namespace

std::string usage(std::string_view name, const std::vector<Parameter>& parameters) {
    std::string out = fmt::format("{}(", name);
    for (const Parameter& parameter : parameters) {
        if (&parameter != &parameters.front()) out += ", ";
        out += fmt::format("{}: {}", parameter.name, parameter.type.name());
        if (parameter.default_value) out += fmt::format(" = {}", parameter.default_value->show());
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
        } else if (parameter.default_value) {
            ordered.push_back({.node = program::Literal{*parameter.default_value}, .type = parameter.type, .span = call.arguments_span});
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
    if (parameter.script) {
        own_variables(written);
        return script(std::move(given), what);
    }
    if (!parameter.holes_through.empty()) return written_by(parameter.holes_through, std::move(given), what);
    const auto* literal = std::get_if<program::Literal>(&given.node);
    if (literal == nullptr || parameter.one_of.empty() || given.type.kind() != Kind::Text) return given;
    const std::string& text = literal->value.text();
    if (std::find(parameter.one_of.begin(), parameter.one_of.end(), text) != parameter.one_of.end()) return given;
    environment_.report.error("E0313", written.span, fmt::format("{} does not take \"{}\"", what, text))
        .help(suggestion(text, parameter.one_of, fmt::format("it takes {}", listing(parameter.one_of))));
    return wrong(written.span);
}

/// The arguments of a call that is wrong itself: only their own mistakes are of interest.
void Expressions::read_only(const ast::Call& call) {
    const Type anything;
    for (const ast::Argument& argument : call.arguments) value(*argument.value, &anything);
}

}  // namespace lang::checker
