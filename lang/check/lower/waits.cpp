// `wait_until`: no wait without an end.
#include <fmt/format.h>

#include "lang/check/lower/statements.hpp"

namespace lang::checker {

namespace {

/// `confirm`, `fail` or `go_on` at the end, in both blocks of a last `if`.
bool ends_clearly(const ast::Block& block) {
    if (block.empty()) return false;
    const auto& last = block.back().node;
    if (const auto* branch = std::get_if<ast::If>(&last)) return ends_clearly(branch->yes) && ends_clearly(branch->no);
    return std::holds_alternative<ast::Confirm>(last) || std::holds_alternative<ast::Fail>(last) || std::holds_alternative<ast::GoOn>(last);
}

}  // namespace

Statements::Lowered Statements::lower(const ast::Wait& wait, Span span, const Place& place) {
    program::Wait lowered;
    lowered.condition = expressions_.condition(wait.condition, "the condition of `wait_until`");
    lowered.within = duration(wait.within, "`within`");
    lowered.every = duration(wait.every, "`every`");
    lowered.each = duration(wait.each, "`each`");
    lowered.holding = duration(wait.holding, "`holding`");
    if (wait.showing) lowered.showing = boxed(expressions_.shown(*wait.showing, "what `showing` names"));
    lowered.otherwise = otherwise(wait.otherwise, span, "wait_until", place);
    if (!wait.within) {
        report_.error("E0501", {span.begin, wait.condition.span.end, span.file}, "this wait has no end")
            .label("may wait for ever")
            .help("add `within 5m`: on expiry the procedure fails, or does what an `else { … }` says");
    }
    return lowered;
}

program::ExprPtr Statements::duration(const ast::ExprPtr& written, std::string_view what) {
    return written ? boxed(expressions_.duration(*written, what)) : nullptr;
}

program::Otherwise Statements::otherwise(const ast::Otherwise& written, Span statement, std::string_view what, const Place& place) {
    if (const auto* message = std::get_if<ast::Expr>(&written)) {
        return expressions_.shown_text(*message, fmt::format("the message of `{}`", what));
    }
    const auto* statements = std::get_if<ast::Block>(&written);
    if (statements == nullptr) return {};
    if (!ends_clearly(*statements)) {
        const Span at = statements->empty() ? statement : statements->back().span;
        report_.error("E0504", at, "an `else { … }` ends with `confirm`, `fail` or `go_on`")
            .label(statements->empty() ? "its `else` is empty" : "the last statement")
            .help("it says how it goes on: `go_on \"why that is no harm\"`, or `fail \"why not\"`");
    }
    Place inside = place.inside();
    inside.in_otherwise = true;
    return block(*statements, inside);
}

}  // namespace lang::checker
