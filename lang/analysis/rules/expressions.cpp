// Expressions: every part is looked at with the values that it has, and only the parts that a run would look at.
#include <fmt/format.h>

#include <set>

#include "lang/analysis/analyzer.hpp"
#include "lang/analysis/nodes.hpp"
#include "lang/model/operators.hpp"
#include "lang/model/site.hpp"

namespace lang::analysis {

using namespace program;

namespace {

bool is_list(const Value& value) { return std::holds_alternative<std::shared_ptr<const List>>(value.payload()); }

std::vector<std::string> shown(const std::vector<Value>& values) {
    std::vector<std::string> words;
    for (const Value& value : values) words.push_back(value.show());
    return words;
}

const char* word(Quantifier kind) {
    switch (kind) {
        case Quantifier::All:
            return "all";
        case Quantifier::Any:
            return "any";
        case Quantifier::No:
            return "no";
        case Quantifier::Exactly:
            return "exactly";
    }
    return "";
}

}  // namespace

void Analyzer::visit_all(const std::vector<Expr>& expressions) {
    for (const Expr& expression : expressions) visit(expression);
}

void Analyzer::visit(const Expr& expression) {
    if (!spend()) return;
    std::visit([&](const auto& node) { look(node, expression); }, expression.node);
}

template <typename Node>
void Analyzer::look(const Node& node, const Expr& expression) {
    if constexpr (std::is_same_v<Node, FactOf>) {
        visit(node.host);
    } else if constexpr (std::is_same_v<Node, FieldOf>) {
        visit(node.record);
    } else if constexpr (std::is_same_v<Node, ListOf>) {
        visit_all(node.items);
    } else if constexpr (std::is_same_v<Node, Interpolated>) {
        visit_all(node.parts);
    } else if constexpr (std::is_same_v<Node, Not>) {
        visit(node.operand);
    } else if constexpr (std::is_same_v<Node, IsUnknown>) {
        const Until reads(needs_.reads, Needs::Reads::Silence);
        visit(node.operand);
    } else if constexpr (std::is_same_v<Node, Negate>) {
        visit(node.operand);
        const auto operand = state_.known(*node.operand);
        const Computed result = operand ? negate(*operand) : Computed{};
        if (result.failed()) findings_.error("E0544", expression.span, result.error, trail_, About::Values).help(names_in(expression));
    } else if constexpr (std::is_same_v<Node, Logic>) {
        const Until optional(needs_.optional, needs_.optional + (node.is_and ? 0 : 1));
        visit(node.left);
        const auto left = state_.known(*node.left);
        const bool decided = left && !left->is_unknown() && left->boolean() != node.is_and;
        if (!decided) visit(node.right);
    } else if constexpr (std::is_same_v<Node, Compare>) {
        visit(node.left);
        visit(node.right);
    } else if constexpr (std::is_same_v<Node, Arithmetic>) {
        arithmetic(node, expression);
    } else if constexpr (std::is_same_v<Node, Choice>) {
        visit(node.condition);
        const auto condition = state_.known(*node.condition);
        const bool known = condition && !condition->is_unknown();
        const Until optional(needs_.optional, needs_.optional + (known ? 0 : 1));
        if (!known || condition->boolean()) visit(node.yes);
        if (!known || !condition->boolean()) visit(node.no);
    } else if constexpr (std::is_same_v<Node, Quantified>) {
        quantified(node, expression);
    } else if constexpr (std::is_same_v<Node, Filter>) {
        filter(node);
    } else if constexpr (std::is_same_v<Node, OneOf>) {
        one_of(node, expression);
    } else if constexpr (std::is_same_v<Node, Call>) {
        call(node, expression);
    } else if constexpr (std::is_same_v<Node, CallDefine>) {
        call_define(node, expression);
    } else if constexpr (std::is_same_v<Node, SecretUse>) {
        if (unforeseen_ == 0) requirements_.secrets.insert(program_.site->secrets[node.index].name);
    } else {
        static_assert(std::is_same_v<Node, Literal> || std::is_same_v<Node, CurrentHost> || std::is_same_v<Node, Slot> ||
                          std::is_same_v<Node, Global> || std::is_same_v<Node, Kept> || std::is_same_v<Node, Here>,
                      "a node with parts");
    }
}

void Analyzer::arithmetic(const Arithmetic& node, const Expr& expression) {
    visit(node.left);
    visit(node.right);
    const auto left = state_.known(*node.left);
    const auto right = state_.known(*node.right);
    if (!left || !right) return;
    const Computed result = lang::arithmetic(node.op, *left, *right);
    if (result.failed()) findings_.error("E0544", expression.span, result.error, trail_, About::Values).help(names_in(expression));
}

// ---------------------------------------------------------------- over elements

void Analyzer::quantified(const Quantified& node, const Expr& expression) {
    visit(node.list);
    const auto list = state_.known(*node.list);
    const bool known = list && !list->is_unknown();
    if (known) counted(node, expression, list->items().size());

    const auto look_at = [&](std::optional<Value> element, Place place) {
        state_.scope->bind(node.slot, std::move(element));
        const Until there(state_.place, node.on_element ? place : state_.place);
        const Until optional(needs_.optional, needs_.optional + (node.kind == Quantifier::Any ? 1 : 0));
        visit(node.body);
    };
    const auto hosts = possible_hosts(*node.list, state_);
    if (node.on_element && hosts) {
        for (const Host* host : hosts->all) {
            look_at(Value(host), {Place::Kind::Machine, host, hosts->exact, node.list->span});
            if (hurried()) break;
        }
    } else if (known) {
        for (const Value& element : list->items()) {
            look_at(element, {.kind = Place::Kind::Somewhere});
            if (hurried()) break;
        }
    } else {
        look_at(std::nullopt, {.kind = Place::Kind::Somewhere});
    }
    state_.scope->bind(node.slot, std::nullopt);
}

void Analyzer::counted(const Quantified& node, const Expr& expression, std::size_t elements) {
    if (node.kind == Quantifier::Exactly && node.count > static_cast<std::int64_t>(elements)) {
        findings_
            .error("E0543", expression.span, fmt::format("`exactly {}` can never be true: the list has {}", node.count, elements), trail_,
                   About::Values)
            .see(node.list->span, "the list");
        return;
    }
    if (elements > 0) return;
    const auto why = emptied(*node.list, state_);
    if (!why) return;
    const char* outcome = node.kind == Quantifier::Any ? "false" : "true";
    findings_
        .warning("W0654", why->where,
                 fmt::format("`{}` over no host is {} without asking anybody: no host matches this `where`{}", word(node.kind), outcome,
                             why->why.empty() ? "" : "; " + why->why),
                 trail_, About::Values)
        .label("no host is left")
        .help("correct the condition or the facts");
}

void Analyzer::filter(const Filter& node) {
    visit(node.list);
    const auto list = state_.known(*node.list);
    const auto hosts = list ? std::nullopt : possible_hosts(*node.list, state_);
    if (list && !list->is_unknown()) {
        for (const Value& element : list->items()) {
            state_.scope->bind(node.slot, element);
            visit(node.condition);
            if (hurried()) break;
        }
    } else {
        state_.scope->bind(node.slot, std::nullopt);
        state_.scope->hosts[static_cast<std::size_t>(node.slot)] = hosts;
        visit(node.condition);
    }
    state_.scope->bind(node.slot, std::nullopt);
}

void Analyzer::one_of(const OneOf& node, const Expr& expression) {
    visit(node.list);
    const auto list = state_.known(*node.list);
    if (!list || list->is_unknown() || list->items().size() == 1) return;
    const auto& items = list->items();
    if (!items.empty()) {
        findings_
            .error("E0523", expression.span,
                   fmt::format("`one of` needs exactly one, and this is {}: {}", items.size(), listed(shown(items))), trail_, About::Values)
            .label(fmt::format("{} match", items.size()))
            .help("make the `where` narrower; what only a live machine can tell is chosen with `let x = find h in … where …`");
        return;
    }
    const auto why = emptied(*node.list, state_);
    const std::string reason = !why ? ": the list is empty" : why->why.empty() ? ": no host matches the `where`" : ": " + why->why;
    findings_.error("E0522", expression.span, "`one of` finds none here" + reason, trail_, About::Values)
        .label("nothing matches")
        .help(why ? "correct the condition, the facts or the value that they are compared with"
                  : "there must be one to choose: a group that is `nobody` has none");
}

// ---------------------------------------------------------------- calls

Place Analyzer::on(const Expr& host) const {
    if (std::holds_alternative<Here>(host.node)) return {.kind = Place::Kind::Here, .chosen = host.span};
    return {.kind = Place::Kind::Somewhere, .chosen = host.span};
}

void Analyzer::call(const Call& node, const Expr& expression) {
    visit_all(node.arguments);
    takes(node.builtin, node.arguments);
    const auto asked_at = [&](const Place& place) {
        suits(node.builtin, expression.span, place);
        names(node.builtin, node.arguments, place);
        can_be_sent(node.builtin, node.arguments, expression.span, place);
    };
    if (!node.on) return asked_at(state_.place);
    visit(node.on);
    const auto hosts = possible_hosts(*node.on, state_);
    if (!hosts) return asked_at(on(*node.on));
    for (const Host* host : hosts->all) {
        const bool sure = hosts->exact || hosts->all.size() == 1;
        asked_at({Place::Kind::Machine, host, sure, node.on->span});
    }
}

void Analyzer::call_define(const CallDefine& node, const Expr& expression) {
    visit_all(node.arguments);
    const Define& define = program_.defines[node.define];
    if (!node.on) return enter(define, node.arguments, expression.span);
    visit(node.on);
    const auto hosts = possible_hosts(*node.on, state_);
    if (!hosts) {
        const Until there(state_.place, on(*node.on));
        return enter(define, node.arguments, expression.span);
    }
    for (const Host* host : hosts->all) {
        const bool sure = hosts->exact || hosts->all.size() == 1;
        const Until there(state_.place, Place{Place::Kind::Machine, host, sure, node.on->span});
        enter(define, node.arguments, expression.span);
        if (hurried()) break;
    }
}

// ---------------------------------------------------------------- words for findings

std::string Analyzer::names_in(const Expr& expression) const {
    std::vector<std::string> words;
    std::set<std::string> known;
    any_node(expression, [&](const Expr& part) {
        const auto* slot = std::get_if<Slot>(&part.node);
        const auto* global = std::get_if<Global>(&part.node);
        const bool is_here = std::holds_alternative<CurrentHost>(part.node);
        if (slot == nullptr && global == nullptr && !is_here) return false;
        const std::string name = is_here ? "host" : slot != nullptr ? slot->name : global->name;
        const auto value = state_.known(part);
        if (value && !name.empty() && !is_list(*value) && known.insert(name).second)
            words.push_back(fmt::format("`{}` is {}", name, value->show()));
        return false;
    });
    return words.empty() ? "" : listed(words);
}

}  // namespace lang::analysis
