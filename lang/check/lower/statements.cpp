#include "lang/check/lower/statements.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lang/check/restored.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

Place Place::inside() const {
    Place place = *this;
    place.top = place.steps = place.lasting = false;
    return place;
}

program::Block Statements::block(const ast::Block& statements, const Place& place) {
    const Scope::Block scope(expressions_.scope());
    program::Block lowered;
    for (const ast::Stmt& one : statements) {
        if (auto statement = this->statement(one, place)) lowered.push_back(std::move(*statement));
    }
    return lowered;
}

std::optional<program::Stmt> Statements::statement(const ast::Stmt& written, const Place& place) {
    const Restored deeper(environment_.depth, environment_.depth + 1);
    if (environment_.depth > deepest) {
        report_.error("E0319", written.span, fmt::format("there are more than {} parts within one another here", deepest));
        return std::nullopt;
    }
    Lowered lowered = std::visit([&](const auto& node) { return lower(node, written.span, place); }, written.node);
    if (!lowered) return std::nullopt;
    return program::Stmt{.node = std::move(*lowered), .span = written.span};
}

Statements::Lowered Statements::lower(const ast::OnBlock& on, Span, const Place& place) {
    program::On lowered;
    lowered.hosts = expressions_.on_hosts(*on.hosts);
    lowered.parallel = on.parallel;
    if (on.max) lowered.max = boxed(expressions_.of_type(*on.max, Kind::Int, "what follows `max`"));
    const Restored around(expressions_.expr_context(), expressions_.expr_context().on_block(on.hosts->span));
    lowered.body = block(on.body, place.inside());
    return lowered;
}

/// The branches run side by side: none sees what another one sets, and what follows sees all of it.
Statements::Lowered Statements::lower(const ast::Parallel& parallel, Span, const Place& place) {
    Place inside = place.inside();
    inside.steps = place.steps;
    Scope& scope = expressions_.scope();
    program::Parallel lowered;
    const std::size_t begin = scope.mark();
    for (const ast::Stmt& branch : parallel.branches) {
        const Scope::Block block(scope);
        const std::size_t mark = scope.mark();
        if (auto statement = this->statement(branch, inside)) lowered.branches.push_back(std::move(*statement));
        scope.hide_since(mark);
    }
    scope.reveal_since(begin);
    return lowered;
}

Statements::Lowered Statements::lower(const ast::For& loop, Span, const Place& place) {
    program::Expr list = expressions_.value(*loop.list);
    if (!is_wrong(list.type) && list.type.kind() != Kind::List) {
        report_.error("E0301", loop.list->span, fmt::format("`for` takes a list, not {}", with_article(list.type)))
            .label(with_article(list.type));
        list = wrong(loop.list->span);
    }
    const Scope::Block scope(expressions_.scope());
    const Type element = list.type.kind() == Kind::List ? list.type.element() : Type();
    const int slot = expressions_.declare(loop.variable, element, Binding::Kind::Variable).slot;
    return program::For{.slot = slot, .variable = loop.variable.text, .list = std::move(list), .body = block(loop.body, place.inside())};
}

Statements::Lowered Statements::lower(const ast::If& branch, Span, const Place& place) {
    program::Expr condition = expressions_.condition(branch.condition, "the condition of `if`");
    program::Block yes = block(branch.yes, place.inside());
    program::Block no = block(branch.no, place.inside());
    return program::If{.condition = std::move(condition), .yes = std::move(yes), .no = std::move(no)};
}

Statements::Lowered Statements::lower(const ast::Require& require, Span, const Place&) {
    program::Require lowered{.condition = expressions_.condition(require.condition, "the condition of `require`"), .message = nullptr};
    if (require.message) lowered.message = boxed(expressions_.shown_text(*require.message, "the message of `require`"));
    return lowered;
}

Statements::Lowered Statements::lower(const ast::Confirm& confirm, Span, const Place&) {
    asks_people_ = true;
    program::Expr text = expressions_.shown_text(confirm.text, "the text of `confirm`");
    return program::Confirm{.text = std::move(text), .within = duration(confirm.within, "`within`")};
}

Statements::Lowered Statements::lower(const ast::Note& note, Span, const Place&) {
    return program::Note{expressions_.shown_text(note.text, "a note")};
}

Statements::Lowered Statements::lower(const ast::Mark& mark, Span, const Place&) {
    static const std::vector<std::string> moments{"service down", "service back"};
    const auto& parts = std::get<ast::TextLiteral>(mark.text.node).parts;
    const auto* written = parts.size() == 1 ? std::get_if<std::string>(&parts.front()) : nullptr;
    if (written == nullptr || std::find(moments.begin(), moments.end(), *written) == moments.end()) {
        const std::string meant = did_you_mean(written != nullptr ? *written : std::string(), moments);
        report_.error("E0512", mark.text.span, "only \"service down\" and \"service back\" are marked")
            .help(meant.empty() ? "`note` writes any text into the report" : meant);
        return std::nullopt;
    }
    return program::Mark{*written};
}

Statements::Lowered Statements::lower(const ast::Fail& fail, Span, const Place&) {
    return program::Fail{expressions_.shown_text(fail.text, "the reason of `fail`")};
}

Statements::Lowered Statements::lower(const ast::GoOn& go_on, Span span, const Place& place) {
    if (!place.in_otherwise) {
        report_.error("E0505", span, "`go_on` ends the `else { … }` of a wait or an action, and stands nowhere else")
            .help("it says why the procedure may go on although the wait has expired");
    }
    return program::GoOn{expressions_.shown_text(go_on.reason, "the reason of `go_on`")};
}

Statements::Lowered Statements::lower(const ast::Commit& commit, Span span, const Place& place) {
    if (place.in_undo || place.in_on_failure) {
        report_.error("E0509", span, fmt::format("`commit` has no meaning in `{}`", place.in_undo ? "undo" : "on_failure"))
            .help("it says that what was done until now is not undone any more");
    }
    return program::Commit{expressions_.shown_text(commit.reason, "the reason of `commit`")};
}

Statements::Lowered Statements::lower(const ast::OnFailure& on_failure, Span span, const Place& place) {
    if (!place.top) {
        report_.error("E0506", span, "`on_failure` stands at top level").help("what takes back one action is its `undo`");
    }
    Place inside = place.inside();
    inside.in_on_failure = true;
    return program::OnFailure{block(on_failure.body, inside)};
}

}  // namespace lang::checker
