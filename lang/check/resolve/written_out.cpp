// Texts of another notation, such as JSON: the values in them are written by a function that knows it, so that none can be read as more
// than a value.
#include <fmt/format.h>

#include <cassert>

#include "lang/check/resolve/expressions.hpp"

namespace lang::checker {

namespace {

/// Is a text of the notation open behind `written`, where it was so before it or not?
bool in_quotes_after(std::string_view written, bool in_quotes) {
    for (std::size_t at = 0; at < written.size(); ++at) {
        if (written[at] == '\\' && in_quotes) {
            ++at;
        } else if (written[at] == '"') {
            in_quotes = !in_quotes;
        }
    }
    return in_quotes;
}

}  // namespace

program::Expr Expressions::written_by(std::string_view function, program::Expr given, std::string_view what) {
    if (std::holds_alternative<program::Literal>(given.node) || is_wrong(given.type)) return given;
    auto* text = std::get_if<program::Interpolated>(&given.node);
    if (text == nullptr) {
        environment_.report.error("E0320", given.span, fmt::format("{} is written out as a text", what))
            .label("a value")
            .help("write it here, and values into holes: \"{\\\"name\\\": ${name}}\"");
        return wrong(given.span);
    }
    const auto dot = function.find('.');
    const auto builtin = environment_.index.find(function.substr(0, dot), function.substr(dot + 1));
    assert(builtin);
    bool in_quotes = false;
    for (program::Expr& part : text->parts) {
        const auto* literal = std::get_if<program::Literal>(&part.node);
        if (literal != nullptr && part.span == given.span) {
            in_quotes = in_quotes_after(literal->value.text(), in_quotes);
            continue;
        }
        if (in_quotes) {
            environment_.report.error("E0320", part.span, fmt::format("`${{…}}` in {} must stand outside of quotes", what))
                .label("inside quotes")
                .help(
                    "leave the quotes out: the value gets its own. Where it is a part of a text, put that together before: "
                    "let comment = \"by ${name}\"");
            return wrong(given.span);
        }
        const Type written = part.type.kind() == Kind::Secret ? Kind::Secret : Kind::Text;
        const Span span = part.span;
        program::Call call{.builtin = *builtin, .arguments = {}, .on = nullptr};
        call.arguments.push_back(std::move(part));
        part = {.node = std::move(call), .type = written, .span = span};
    }
    return given;
}

}  // namespace lang::checker
