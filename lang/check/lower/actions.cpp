// Actions: the statements that change the world, with what they carry.
#include <fmt/format.h>

#include "lang/check/lower/statements.hpp"

namespace lang::checker {

Statements::Lowered Statements::lower(const ast::Action& action, Span span, const Place& place) {
    const auto* call = std::get_if<ast::Call>(&action.call.node);
    if (call == nullptr) {
        auto finding = report_.error("E0309", action.call.span, "this is not a statement");
        finding.label("nothing is done with it");
        if (std::holds_alternative<ast::On>(action.call.node)) {
            finding.help("an action is done on hosts by `on HOSTS { … }`");
        } else {
            finding.help("a statement calls an action; a condition stands after `require`, `wait_until` or `if`");
        }
        expressions_.value(action.call);
        return std::nullopt;
    }
    CallParts parts = expressions_.call(*call);
    program::Clauses clauses = this->clauses(action, span, place);
    program::ExprPtr done_when;
    if (action.done_when) done_when = boxed(expressions_.condition(*action.done_when, "the condition of `done_when`"));
    if (parts.what == CallParts::What::Wrong) return blocks_of(std::move(clauses), span);
    if (parts.what == CallParts::What::Builtin) {
        const Signature& signature = environment_.index[parts.index];
        const bool is_action = signature.effect == Effect::Action || signature.effect == Effect::Human;
        if (!is_action) {
            only_asks(action.call.span, signature.full_name());
            return blocks_of(std::move(clauses), span);
        }
        if (signature.effect == Effect::Human || !signature.danger.empty()) asks_people_ = true;
        if (done_when && !signature.unverified && !signature.switches_off) looks_itself(action, signature.full_name());
        if (signature.hosts != HostKind::None) expressions_.need_host(action.call.span, signature.full_name(), nullptr, true);
        return program::Action{.builtin = parts.index,
                               .arguments = std::move(parts.arguments),
                               .clauses = std::move(clauses),
                               .done_when = std::move(done_when)};
    }
    const DefineInfo& define = (*environment_.defines)[parts.index];
    if (!define.action) {
        only_asks(action.call.span, define.name);
        return blocks_of(std::move(clauses), span);
    }
    if (done_when) looks_itself(action, define.name);
    if (define.needs_host) expressions_.need_host(action.call.span, define.name, &define, true);
    if (define.asks_people) asks_people_ = true;
    return program::RunDefine{.define = parts.index, .arguments = std::move(parts.arguments), .clauses = std::move(clauses)};
}

void Statements::only_asks(Span span, std::string_view name) {
    report_.error("E0309", span, fmt::format("`{}` only asks: its answer would be lost", name))
        .label("not an action")
        .help("use it after `require`, `wait_until` or `if`, or set it with `let`");
}

/// Of a call that was refused its blocks are still looked at, as those of an `if` of which nobody knows how it goes.
Statements::Lowered Statements::blocks_of(program::Clauses clauses, Span span) {
    program::If either{.condition = wrong(span), .yes = {}, .no = {}};
    if (clauses.undo) either.yes = std::move(*clauses.undo);
    if (auto* statements = std::get_if<program::Block>(&clauses.otherwise)) either.no = std::move(*statements);
    return either;
}

void Statements::looks_itself(const ast::Action& action, std::string_view name) {
    report_.error("E0321", action.done_when->span, fmt::format("`{}` knows itself when it is done", name))
        .label("not needed here")
        .help(
            "`done_when` belongs to a script, `shell.action(\"…\")`, and to what switches a machine off; wait for more than an action does "
            "with `wait_until`");
}

program::Clauses Statements::clauses(const ast::Action& action, Span span, const Place& place) {
    program::Clauses lowered;
    lowered.within = duration(action.within, "`within`");
    lowered.otherwise = otherwise(action.otherwise, span, "else", place);
    if (action.undo) {
        if (place.in_undo) {
            report_.error("E0508", span, "what an `undo` does is not undone itself").help("leave out this `undo`");
        }
        Place inside = place.inside();
        inside.in_undo = true;
        inside.in_otherwise = false;
        lowered.undo = block(*action.undo, inside);
    }
    if (action.leave) lowered.leave = boxed(expressions_.shown_text(*action.leave, "what `leave` says"));
    return lowered;
}

}  // namespace lang::checker
