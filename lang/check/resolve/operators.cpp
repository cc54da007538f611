// Operators: which types stand on their sides, and which type comes out.
#include "lang/model/operators.hpp"

#include <fmt/format.h>

#include <array>

#include "lang/check/resolve/expressions.hpp"
#include "lang/syntax/read_value.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

using Op = BinaryOp;

std::string_view sign(Op op) {
    static constexpr std::array<std::string_view, 11> signs{"or", "and", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*"};
    return signs[static_cast<std::size_t>(op)];
}

/// Says nothing about its type by itself: the other side of a comparison must.
bool takes_type_from_elsewhere(const ast::Expr& expression) {
    if (std::holds_alternative<ast::EnumName>(expression.node)) return true;
    if (const auto* list = std::get_if<ast::ListLiteral>(&expression.node)) {
        return list->items.empty() || takes_type_from_elsewhere(list->items.front());
    }
    if (const auto* choice = std::get_if<ast::Choice>(&expression.node)) return takes_type_from_elsewhere(*choice->yes);
    return false;
}

std::optional<Type> result_of(Op op, const Type& left, const Type& right) {
    if (is_wrong(left) || is_wrong(right)) return Type();
    const Kind a = left.kind();
    const Kind b = right.kind();
    const auto is_number = [](Kind kind) { return kind == Kind::Int || kind == Kind::Float; };
    const auto is_text = [](Kind kind) { return kind == Kind::Text || kind == Kind::Address || kind == Kind::Secret; };
    if (is_number(a) && is_number(b)) return a == Kind::Float ? left : right;
    if (op == Op::Times) {
        if ((a == Kind::Duration && b == Kind::Int) || (a == Kind::Int && b == Kind::Duration)) return Type(Kind::Duration);
        return std::nullopt;
    }
    if (b == Kind::Duration && (a == Kind::Duration || a == Kind::Time)) return left;
    if (op == Op::Minus) return a == Kind::Time && b == Kind::Time ? std::optional(Type(Kind::Duration)) : std::nullopt;
    if (a == Kind::Duration && b == Kind::Time) return right;
    if (is_text(a) && is_text(b)) return Type(a == Kind::Secret || b == Kind::Secret ? Kind::Secret : Kind::Text);
    if (a == Kind::List && b == Kind::List) return common(left, right);
    return std::nullopt;
}

/// How a comparison of different types is mended, where that is clear.
std::string mending(const program::Expr& one, const program::Expr& other) {
    const auto* literal = std::get_if<program::Literal>(&other.node);
    const bool is_text = other.type.kind() == Kind::Text;
    if (one.type.kind() == Kind::Duration && other.type.kind() == Kind::Int && literal != nullptr) {
        return fmt::format("a duration has a unit: write {}s", literal->value.show());
    }
    if (one.type.kind() == Kind::Enum && is_text) {
        const auto& members = one.type.members();
        if (literal != nullptr && members.find(literal->value.plain()))
            return fmt::format("write {} without quotes", literal->value.plain());
        return fmt::format("{} has {}", members.name, listing(members.members));
    }
    if (one.type.kind() == Kind::Host && is_text) return "write the host's name without quotes, or compare `HOST.name`";
    if (is_text && literal != nullptr &&
        (one.type.kind() == Kind::Int || one.type.kind() == Kind::Float || one.type.kind() == Kind::Duration)) {
        if (const auto value = read_value(literal->value.plain(), one.type, nullptr))
            return fmt::format("write {} without quotes", value->show());
    }
    if (one.type.kind() == Kind::Bool && is_text) return "a bool is true or false, without quotes";
    if (one.type.kind() == Kind::List && comparable(one.type.element(), other.type)) return "`any x in LIST: x == …` asks for one element";
    return {};
}

}  // namespace

program::Expr Expressions::lower(const ast::Unary& node, Span span, const Type*) {
    if (node.op == ast::Unary::Op::Not) {
        return {.node = program::Not{boxed(condition(*node.operand, "what `not` turns around"))}, .type = Kind::Bool, .span = span};
    }
    program::Expr operand = value(*node.operand);
    const Kind kind = operand.type.kind();
    if (kind != Kind::Int && kind != Kind::Float && kind != Kind::Duration) {
        if (!is_wrong(operand.type)) {
            environment_.report.error("E0307", span, fmt::format("`-` takes a number or a duration, not {}", with_article(operand.type)))
                .label(with_article(operand.type));
        }
        return wrong(span);
    }
    if (const auto* literal = std::get_if<program::Literal>(&operand.node)) {
        if (const Computed computed = negate(literal->value); !computed.failed()) {
            return {.node = program::Literal{computed.value}, .type = operand.type, .span = span};
        }
    }
    const Type type = operand.type;
    return {.node = program::Negate{boxed(std::move(operand))}, .type = type, .span = span};
}

program::Expr Expressions::lower(const ast::Binary& node, Span span, const Type*) {
    if (node.op == Op::And || node.op == Op::Or) {
        const std::string what = fmt::format("what stands beside `{}`", sign(node.op));
        program::Expr left = condition(*node.left, what);
        program::Expr right = condition(*node.right, what);
        return {
            .node = program::Logic{node.op == Op::And, boxed(std::move(left)), boxed(std::move(right))}, .type = Kind::Bool, .span = span};
    }
    const bool is_arithmetic = node.op == Op::Plus || node.op == Op::Minus || node.op == Op::Times;
    return is_arithmetic ? arithmetic(node, span) : comparison(node, span);
}

program::Expr Expressions::comparison(const ast::Binary& node, Span span) {
    const bool right_first = takes_type_from_elsewhere(*node.left) && !takes_type_from_elsewhere(*node.right);
    program::Expr first = value(right_first ? *node.right : *node.left);
    program::Expr second = value(right_first ? *node.left : *node.right, &first.type);
    program::Expr& left = right_first ? second : first;
    program::Expr& right = right_first ? first : second;

    Report& report = environment_.report;
    const std::string types = fmt::format("{} {} {}", left.type.name(), sign(node.op), right.type.name());
    const bool is_equality = node.op == Op::Equal || node.op == Op::Unequal;
    if (!is_wrong(left.type) && !is_wrong(right.type) && (holds_secret(left.type) || holds_secret(right.type))) {
        report.error("E0310", node.op_span, "a secret is not compared with anything").label(types);
        return wrong(span);
    }
    if (!comparable(left.type, right.type)) {
        std::string help = mending(left, right);
        if (help.empty()) help = mending(right, left);
        report.error("E0306", node.op_span, fmt::format("{} cannot be compared with {}", with_article(left.type), with_article(right.type)))
            .label(types)
            .help(std::move(help));
        return wrong(span);
    }
    if (!is_equality && !(has_order(left.type) && has_order(right.type))) {
        report.error("E0307", node.op_span, fmt::format("`{}` has no meaning for {}", sign(node.op), with_article(left.type)))
            .label(types)
            .help("only numbers, texts, durations and times have an order");
        return wrong(span);
    }
    return {.node = program::Compare{node.op, boxed(std::move(left)), boxed(std::move(right))}, .type = Kind::Bool, .span = span};
}

program::Expr Expressions::arithmetic(const ast::Binary& node, Span span) {
    program::Expr left = value(*node.left);
    program::Expr right = value(*node.right, left.type.kind() == Kind::List ? &left.type : nullptr);
    const auto type = result_of(node.op, left.type, right.type);
    if (!type) {
        auto finding = environment_.report.error(
            "E0307", node.op_span,
            fmt::format("`{}` has no meaning for {} and {}", sign(node.op), with_article(left.type), with_article(right.type)));
        finding.label(fmt::format("{} {} {}", left.type.name(), sign(node.op), right.type.name()));
        const bool has_text = left.type.kind() == Kind::Text || right.type.kind() == Kind::Text;
        if (has_text && node.op == Op::Plus) finding.help("a value goes into a text as \"… ${value} …\"");
        if (left.type.kind() == Kind::Duration && right.type.kind() == Kind::Int) finding.help("a duration has a unit: 30s, 5m");
        return wrong(span);
    }
    return {.node = program::Arithmetic{node.op, boxed(std::move(left)), boxed(std::move(right))}, .type = *type, .span = span};
}

}  // namespace lang::checker
