#include <charconv>
#include <limits>

#include "lang/model/limits.hpp"
#include "lang/syntax/convert/converter.hpp"

namespace lang::parsing {

namespace {

BinaryOp operation(std::string_view written) {
    using Op = BinaryOp;
    if (written == "or") return Op::Or;
    if (written == "and") return Op::And;
    if (written == "==") return Op::Equal;
    if (written == "!=") return Op::Unequal;
    if (written == "<") return Op::Less;
    if (written == "<=") return Op::LessEqual;
    if (written == ">") return Op::Greater;
    if (written == ">=") return Op::GreaterEqual;
    if (written == "+") return Op::Plus;
    if (written == "-") return Op::Minus;
    return Op::Times;
}

Span joined(Span from, Span to) { return {from.begin, to.end, from.file}; }

ast::ExprPtr boxed(ast::Expr expr) { return std::make_unique<ast::Expr>(std::move(expr)); }

/// `from` as a number; nothing where it does not fit.
template <typename Number>
std::optional<Number> read_number(std::string_view from) {
    Number number{};
    const auto [end, error] = std::from_chars(from.data(), from.data() + from.size(), number);
    if (error != std::errc() || end != from.data() + from.size()) return std::nullopt;
    return number;
}

}  // namespace

Diagnostic& Converter::wrong(const Node& node, std::string_view code, std::string message) {
    Diagnostic diagnostic;
    diagnostic.code = code;
    diagnostic.span = span(node);
    diagnostic.message = std::move(message);
    diagnostics_.push_back(std::move(diagnostic));
    return diagnostics_.back();
}

ast::Expr Converter::expression(const Node& node) {
    switch (node.kind) {
        case Kind::Int:
        case Kind::Float:
            return {ast::Literal{number(node)}, span(node)};
        case Kind::Duration:
            return {ast::Literal{duration(node)}, span(node)};
        case Kind::Boolean:
            return {ast::Literal{Value(text(node) == "true")}, span(node)};
        case Kind::EnumName:
            return {ast::EnumName{std::string(text(node))}, span(node)};
        case Kind::NameUse:
            return {ast::NameUse{std::string(text(node))}, span(node)};
        case Kind::Text:
            return {text_literal(node), span(node)};
        case Kind::List:
        case Kind::Names: {
            ast::ListLiteral list;
            for (const Node& child : children(node)) list.items.push_back(expression(child));
            if (node.kind == Kind::Names && list.items.size() == 1) return std::move(list.items.front());
            return {std::move(list), span(node)};
        }
        case Kind::Where: {
            Cursor cursor = children(node).begin();
            const Node& list = *cursor;
            if (++cursor == children(node).end()) return expression(list);
            return {ast::Where{pointer(list), pointer(*cursor)}, span(node)};
        }
        case Kind::OneOf:
            return {ast::OneOf{pointer(only_child(node))}, span(node)};
        case Kind::Choice: {
            Cursor cursor = children(node).begin();
            ast::Choice choice;
            choice.condition = pointer(*cursor);
            choice.yes = pointer(*++cursor);
            choice.no = pointer(*++cursor);
            return {std::move(choice), span(node)};
        }
        case Kind::All:
            return {quantified(node, Quantifier::All), span(node)};
        case Kind::Any:
            return {quantified(node, Quantifier::Any), span(node)};
        case Kind::No:
            return {quantified(node, Quantifier::No), span(node)};
        case Kind::Exactly:
            return {quantified(node, Quantifier::Exactly), span(node)};
        case Kind::Not:
            return {ast::Unary{ast::Unary::Op::Not, pointer(only_child(node))}, span(node)};
        case Kind::Or:
        case Kind::And:
        case Kind::Sum:
        case Kind::Product:
            return binary(node);
        case Kind::Comparison:
            return comparison(node);
        case Kind::Negative:
            return negative(node);
        case Kind::Reading:
            return reading(node);
        case Kind::Chain:
            return call_chain(node);
        case Kind::Hosts:
            return hosts(node);
        default:
            assert(false && "the grammar has no other values");
            return {};
    }
}

std::int64_t Converter::integer(const Node& node) {
    const auto value = read_number<std::int64_t>(text(node));
    if (!value) wrong(node, "E0113", "this number is larger than an int can be").label = "the largest one is 9223372036854775807";
    return value.value_or(0);
}

Value Converter::number(const Node& node) {
    if (node.kind == Kind::Int) return integer(node);
    const auto value = read_number<double>(text(node));
    if (!value) wrong(node, "E0113", "this number is larger than a float can be");
    return value.value_or(0);
}

Value Converter::duration(const Node& node) {
    constexpr std::int64_t longest = longest_duration.count();
    std::string_view rest = text(node);
    std::int64_t milliseconds = 0;
    while (!rest.empty()) {
        const std::size_t digits = rest.find_first_of("hms");
        const auto count = read_number<std::int64_t>(rest.substr(0, digits));
        rest.remove_prefix(digits);
        const bool ms = rest.starts_with("ms");
        const std::int64_t unit = ms ? 1 : rest.front() == 's' ? 1000 : rest.front() == 'm' ? 60'000 : 3'600'000;
        rest.remove_prefix(ms ? 2 : 1);
        if (!count || *count > longest / unit || milliseconds + *count * unit > longest) {
            wrong(node, "E0113", "this duration is longer than a hundred years");
            return Duration(0);
        }
        milliseconds += *count * unit;
    }
    return Duration(milliseconds);
}

ast::Expr::Node Converter::text_literal(const Node& node) {
    ast::TextLiteral literal;
    const auto append = [&](std::string_view more) {
        if (literal.parts.empty() || !std::holds_alternative<std::string>(literal.parts.back())) literal.parts.emplace_back(std::string());
        std::get<std::string>(literal.parts.back()) += more;
    };
    for (const Node& part : children(node)) {
        if (part.kind == Kind::Chunk) {
            append(text(part));
        } else if (part.kind == Kind::Escape) {
            const char c = text(part)[1];
            append(c == 'n' ? "\n" : c == 't' ? "\t" : text(part).substr(1));
        } else {
            literal.parts.emplace_back(pointer(part));
        }
    }
    if (literal.parts.empty()) append("");
    return literal;
}

std::string Converter::plain_text(const Node& node) {
    auto literal = std::get<ast::TextLiteral>(text_literal(node));
    if (literal.parts.size() == 1 && std::holds_alternative<std::string>(literal.parts[0])) return std::get<std::string>(literal.parts[0]);
    Diagnostic& diagnostic = wrong(node, "E0122", "this text is read before anything runs: it cannot hold a `${…}`");
    diagnostic.help = "write the text itself, or `\\$` for a dollar sign";
    return {};
}

/// `a or b or c`: from the left.
ast::Expr Converter::binary(const Node& node) {
    Cursor cursor = children(node).begin();
    const Cursor end = children(node).end();
    ast::Expr left = expression(*cursor);
    while (++cursor != end) {
        const Node& op = *cursor;
        ast::Expr right = expression(*++cursor);
        const Span whole = joined(left.span, right.span);
        left = {ast::Binary{operation(text(op)), boxed(std::move(left)), boxed(std::move(right)), span(op)}, whole};
    }
    return left;
}

ast::Expr Converter::comparison(const Node& node) {
    Cursor cursor = children(node).begin();
    const Node& left = *cursor;
    if (++cursor == children(node).end()) return expression(left);
    if (cursor->kind == Kind::IsUnknown || cursor->kind == Kind::IsKnown) {
        return {ast::IsUnknown{pointer(left), cursor->kind == Kind::IsKnown}, span(node)};
    }
    return binary(node);
}

ast::Expr Converter::negative(const Node& node) {
    ast::Expr operand = expression(only_child(node));
    if (auto* literal = std::get_if<ast::Literal>(&operand.node)) {
        const Value::Payload& payload = literal->value.payload();
        if (const auto* i = std::get_if<std::int64_t>(&payload)) return {ast::Literal{Value(-*i)}, span(node)};
        if (const auto* d = std::get_if<double>(&payload)) return {ast::Literal{Value(-*d)}, span(node)};
    }
    return {ast::Unary{ast::Unary::Op::Minus, boxed(std::move(operand))}, span(node)};
}

/// `drbd.status("r0").role`: from the left.
ast::Expr Converter::call_chain(const Node& node) {
    Cursor cursor = children(node).begin();
    const Cursor end = children(node).end();
    ast::Expr left = expression(*cursor);
    left.span.begin = node.begin;  // a `(` before the first one is part of the chain
    while (++cursor != end) {
        const Span whole{node.begin, cursor->end, state_.file};
        if (cursor->kind == Kind::Arguments) {
            left = {arguments(*cursor, boxed(std::move(left))), whole};
        } else {
            left = {ast::Member{boxed(std::move(left)), name(*cursor)}, whole};
        }
    }
    return left;
}

ast::Expr Converter::reading(const Node& node) {
    Cursor cursor = children(node).begin();
    const Node& what = *cursor;
    if (++cursor == children(node).end()) return expression(what);
    const Node& where = *cursor;
    bool has_call = false;
    for (const Node& part : children(what)) has_call = has_call || part.kind == Kind::Arguments;
    if (!has_call) {
        Diagnostic& diagnostic = wrong(what, "E0120", "only a call can be read on another host");
        diagnostic.label = "not a call";
        diagnostic.help = "`on HOST` stands right behind a call: `drbd.status(\"r0\").role on away_store == Primary`";
    }
    return {ast::On{pointer(what), pointer(where)}, span(node)};
}

ast::Expr::Node Converter::arguments(const Node& node, ast::ExprPtr callee) {
    ast::Call call{std::move(callee), {}, span(node)};
    for (const Node& child : children(node)) {
        Cursor cursor = children(child).begin();
        ast::Argument argument;
        if (cursor->kind == Kind::Word) {
            argument.name = name(*cursor);
            ++cursor;
        }
        argument.value = pointer(*cursor);
        call.arguments.push_back(std::move(argument));
    }
    return call;
}

ast::Expr::Node Converter::quantified(const Node& node, Quantifier kind) {
    Cursor cursor = children(node).begin();
    ast::Quantified result{kind, 0, {}, {}, {}};
    if (cursor->kind == Kind::Number) {
        result.count = integer(*cursor);
        ++cursor;
    }
    result.variable = name(*cursor);
    result.list = pointer(*++cursor);
    result.body = pointer(*++cursor);
    return result;
}

/// `a, b where c`: the condition is for the whole list.
ast::Expr Converter::hosts(const Node& node) {
    std::vector<ast::Expr> items;
    ast::ExprPtr condition;
    for (const Node& child : children(node)) {
        if (child.kind == Kind::Chain) {
            items.push_back(expression(child));
        } else {
            condition = pointer(child);
        }
    }
    ast::Expr list = std::move(items.front());
    if (items.size() > 1) {
        const Span whole = joined(list.span, items.back().span);
        items.front() = std::move(list);
        list = {ast::ListLiteral{std::move(items)}, whole};
    }
    if (!condition) return list;
    return {ast::Where{boxed(std::move(list)), std::move(condition)}, span(node)};
}

}  // namespace lang::parsing
