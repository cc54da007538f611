// Steps: the units of progress. Each has a number, so that a journal can tell it from all others.
#include <fmt/format.h>

#include "lang/check/lower/statements.hpp"
#include "lang/check/restored.hpp"

namespace lang::checker {

namespace {

/// The title where it has no holes.
const std::string* literal_title(const ast::Step& step) {
    const auto* text = std::get_if<ast::TextLiteral>(&step.title.node);
    return text != nullptr && text->parts.size() == 1 ? std::get_if<std::string>(&text->parts.front()) : nullptr;
}

}  // namespace

Statements::Lowered Statements::lower(const ast::Step& step, Span, const Place& place) {
    StepLevel nowhere;
    if (!place.steps) {
        report_.error("E0503", step.title.span, "a step stands at top level, in a step, or directly in `parallel`")
            .label("this one does not")
            .help(
                "each step has a number of its own, so it stands in nothing that may be done many times or not at all. One step for all "
                "hosts: put the step around the loop or the `on`. One step for each host: a `define action` with what is done, and a step "
                "for each host that calls it");
    }
    StepLevel& level = place.steps ? *place.level : nowhere;
    ++steps_;
    program::Step lowered;
    lowered.title = title(step, level);
    lowered.number = fmt::format("{}{}", level.prefix, ++level.steps);
    lowered.within = duration(step.within, "`within`");
    if (step.retry) lowered.retry = program::Retry{.times = step.retry->times, .every = duration(step.retry->every, "`every`")};
    StepLevel inner{.prefix = lowered.number + "."};
    Place inside = place;
    inside.top = false;
    inside.steps = inside.lasting = place.steps;
    inside.level = &inner;
    inside.visible = &lowered.visible;
    lowered.body = block(step.body, inside);
    return lowered;
}

program::Expr Statements::title(const ast::Step& step, StepLevel& level) {
    ExprContext known = expressions_.expr_context();
    known.no_queries = "the title of a step is known before the step begins: set a `let` before it";
    const Restored around(expressions_.expr_context(), known);
    program::Expr title = expressions_.shown_text(step.title, "the title of a step");
    if (const std::string* text = literal_title(step)) {
        const auto [first, is_new] = level.titles.try_emplace(*text, step.title.span);
        if (!is_new) {
            report_.error("E0502", step.title.span, "two steps side by side have the same title")
                .label("a second one")
                .see(first->second, "the first one")
                .help("a title tells the person on call where the procedure is");
        }
    }
    return title;
}

}  // namespace lang::checker
