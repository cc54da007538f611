// Arguments whose values are known before anything runs: the verb's own reader is asked, and the shell's.
#include <fmt/format.h>

#include <algorithm>

#include "lang/analysis/analyzer.hpp"
#include "lang/model/this_machine.hpp"
#include "lang/text/spell.hpp"

namespace lang::analysis {

using namespace program;

namespace {

bool has_reader(const lang::Parameter& parameter) { return bool(parameter.reads); }

/// What is written is read whatever its length.
std::optional<Value> written_or_known(const Expr& expression, const State& state) {
    const auto* literal = std::get_if<Literal>(&expression.node);
    return literal != nullptr ? std::optional(literal->value) : state.known(expression);
}

/// All but what a method is called on.
bool is_written_out(const Signature& signature, const std::vector<Expr>& arguments) {
    const auto first = arguments.begin() + (signature.method ? 1 : 0);
    return std::all_of(first, arguments.end(), [](const Expr& argument) { return std::holds_alternative<Literal>(argument.node); });
}

std::string both(const std::string& one, const std::string& other) {
    return one.empty() || other.empty() ? one + other : fmt::format("{}; {}", one, other);
}

}  // namespace

/// Texts of which a parameter takes only some. The checker has seen those that are written out.
void Analyzer::takes(std::size_t builtin, const std::vector<Expr>& arguments) {
    const Signature& signature = catalog_[builtin];
    if (std::any_of(signature.parameters.begin(), signature.parameters.end(), has_reader)) can_read(signature, arguments);
    for (std::size_t i = 0; i < arguments.size() && i < signature.parameters.size(); ++i) {
        const lang::Parameter& parameter = signature.parameters[i];
        if (parameter.one_of.empty() || std::holds_alternative<Literal>(arguments[i].node)) continue;
        const auto value = state_.known(arguments[i]);
        const auto* text = value ? std::get_if<Text>(&value->payload()) : nullptr;
        if (text == nullptr || std::find(parameter.one_of.begin(), parameter.one_of.end(), text->value) != parameter.one_of.end()) continue;
        const std::string suggestion = did_you_mean(text->value, parameter.one_of);
        findings_
            .error("E0313", arguments[i].span,
                   fmt::format("`{}` of `{}` does not take {}", parameter.name, signature.full_name(), value->show()), trail_,
                   About::Values)
            .help(suggestion.empty() ? fmt::format("it takes {}", listed(parameter.one_of)) : suggestion);
    }
}

/// What is not known stays nothing, which no reader is asked of.
std::vector<Value> Analyzer::known_arguments(const std::vector<Expr>& arguments) const {
    std::vector<Value> values;
    for (const Expr& argument : arguments) values.push_back(state_.known(argument).value_or(Value()));
    return values;
}

void Analyzer::can_read(const Signature& signature, const std::vector<Expr>& arguments) {
    if (is_written_out(signature, arguments)) {
        const Span place = arguments.back().span;
        if (!read_.insert({place.file, place.begin}).second) return;  // in each turn of a loop it is the same
    }
    const std::vector<Value> values = known_arguments(arguments);
    for (std::size_t i = 0; i < arguments.size() && i < signature.parameters.size(); ++i) {
        const auto refused = refusal(signature, i, values);
        if (!refused) continue;
        findings_
            .error("E0323", arguments[i].span,
                   fmt::format("`{}` of `{}`: {}", signature.parameters[i].name, signature.full_name(), refused->why), trail_,
                   About::Values)
            .label("can never work")
            .help(both(refused->instead, names_in(arguments[i])));
    }
}

/// A script: written texts and values in turn, as its shell gets it. A value that is not known is a word without anything special.
std::optional<Value> Analyzer::script_of(const Expr& expression) const {
    const auto* written = std::get_if<Interpolated>(&expression.node);
    if (written == nullptr || !written->script) return written_or_known(expression, state_);
    std::vector<Value> parts;
    for (const Expr& part : written->parts) {
        const auto value = written_or_known(part, state_);
        parts.push_back(value && !value->is_unknown() ? *value : Value("x"));
    }
    return Value::list(std::move(parts));
}

/// A line that no shell of the machine takes.
void Analyzer::can_be_sent(std::size_t builtin, const std::vector<Expr>& arguments, Span span, const Place& place) {
    const Signature& signature = catalog_[builtin];
    const bool is_here = place.kind == Place::Kind::Here && program_.site != nullptr;
    const Host* host = place.kind == Place::Kind::Machine ? place.host : is_here ? &this_machine(*program_.site) : nullptr;
    if (!signature.unsendable || host == nullptr || arguments.size() != signature.parameters.size()) return;
    std::vector<Value> values;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const lang::Parameter& parameter = signature.parameters[i];
        auto value = parameter.script ? script_of(arguments[i]) : state_.known(arguments[i]);
        if (!value && parameter.type.kind() == Kind::Secret) value = Value(Secret{});  // goes to standard input, whatever it is
        if (!value || value->is_unknown() || value->is_nothing()) return;
        if (parameter.script) span = arguments[i].span;
        values.push_back(std::move(*value));
    }
    const auto why = signature.unsendable(values, *host, *program_.site);
    if (!why) return;
    findings_.error("E0324", span, fmt::format("this script cannot be sent to {}: {}", host->name, *why), trail_, About::Values)
        .label("no shell there takes it")
        .help(host->os == Os::Windows ? "put it into a file on the machine, and let the script call that"
                                      : "put it into a file on the machine, or pass what is long as `input`");
}

}  // namespace lang::analysis
