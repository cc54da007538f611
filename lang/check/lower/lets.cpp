// What is set: once, and visible from there on.
#include <fmt/format.h>

#include "lang/check/lower/statements.hpp"
#include "lang/check/restored.hpp"

namespace lang::checker {

Statements::Lowered Statements::lower(const ast::Let& let, Span span, const Place& place) {
    if (let.keep && !place.lasting) {
        report_.error("E0507", span, "`keep` stands at top level or directly in a step")
            .help("elsewhere it might be kept twice, or not at all");
    }
    if (const auto* find = std::get_if<ast::Find>(&let.value)) return this->find(let, *find, place);
    if (const auto* ask = std::get_if<ast::Ask>(&let.value)) return this->ask(let, *ask, place);
    const auto& written = std::get<ast::Expr>(let.value);
    program::Expr value = let.keep ? expressions_.shown(written, "what is kept") : expressions_.value(written);
    const int slot = declare(let, value.type, place);
    return program::Let{.slot = slot, .name = let.name.text, .keep = let.keep, .value = std::move(value)};
}

program::Stmt::Node Statements::find(const ast::Let& let, const ast::Find& find, const Place& place) {
    program::Find lowered;
    lowered.name = let.name.text;
    lowered.variable = find.variable.text;
    lowered.keep = let.keep;
    lowered.list = expressions_.list(find.list, "what `find` chooses from");
    if (!holds_wrong(lowered.list.type) && !is_list_of_hosts(lowered.list.type)) {
        report_.error("E0301", find.list.span, fmt::format("`find` chooses a host, and this is {}", with_article(lowered.list.type)))
            .label(with_article(lowered.list.type));
        lowered.list = wrong(find.list.span);
    }
    {
        const Scope::Block scope(expressions_.scope());
        lowered.variable_slot = expressions_.declare(find.variable, Kind::Host, Binding::Kind::Variable).slot;
        const Restored around(expressions_.expr_context(), expressions_.expr_context().on_element(find.variable));
        lowered.condition = expressions_.condition(find.condition, "the condition of `find`");
    }
    lowered.slot = declare(let, Kind::Host, place);
    return lowered;
}

program::Stmt::Node Statements::ask(const ast::Let& let, const ast::Ask& ask, const Place& place) {
    asks_people_ = true;
    if (let.keep) {
        report_.error("E0507", let.name.span, "what a person answers is not kept for other procedures")
            .help("write `let` instead of `keep`");
    }
    Type type = written_type(ask.type, environment_.index, report_);
    switch (type.kind()) {
        case Kind::Bool:
        case Kind::Int:
        case Kind::Text:
        case Kind::Duration:
        case Kind::Nothing:
            break;
        default:
            report_.error("E0301", ask.type.span, fmt::format("a person cannot be asked for {}", with_article(type)))
                .help("`ask` takes bool, int, text and duration");
            type = Type();
    }
    program::Expr question = expressions_.shown_text(ask.question, "a question");
    return program::Ask{.slot = declare(let, type, place), .name = let.name.text, .type = type, .question = std::move(question)};
}

int Statements::declare(const ast::Let& let, const Type& type, const Place& place) {
    using enum Binding::Kind;
    const bool is_top = place.top && expressions_.define() == nullptr;
    Binding& binding = expressions_.declare(let.name, type, is_top ? TopLet : (place.lasting ? StepLet : BlockLet));
    if (let.keep) {
        binding.used = true;
        environment_.keeps.emplace(let.name.text, type);
    }
    if (place.visible != nullptr && place.lasting) place.visible->push_back(binding.slot);
    return binding.slot;
}

}  // namespace lang::checker
