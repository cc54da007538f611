#include "lang/check/resolve/expressions.hpp"

#include <fmt/format.h>

#include "lang/check/restored.hpp"
#include "lang/syntax/read_value.hpp"
#include "lang/text/elsewhere.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

Type type_of(const Value& literal) {
    const auto& payload = literal.payload();
    if (std::holds_alternative<bool>(payload)) return Kind::Bool;
    if (std::holds_alternative<std::int64_t>(payload)) return Kind::Int;
    if (std::holds_alternative<double>(payload)) return Kind::Float;
    if (std::holds_alternative<Duration>(payload)) return Kind::Duration;
    return Kind::Text;
}

/// The text of a literal, or nothing.
const std::string* literal_text(const program::Expr& expression) {
    const auto* literal = std::get_if<program::Literal>(&expression.node);
    if (literal == nullptr) return nullptr;
    const auto* text = std::get_if<Text>(&literal->value.payload());
    return text == nullptr ? nullptr : &text->value;
}

const Value* literal_value(const program::Expr& expression) {
    const auto* literal = std::get_if<program::Literal>(&expression.node);
    return literal == nullptr ? nullptr : &literal->value;
}

const Type* element_of(const Type* list) { return list != nullptr && list->kind() == Kind::List ? &list->element() : nullptr; }

/// Written without quotes.
bool is_plain(const Type& type) {
    return type.kind() == Kind::Int || type.kind() == Kind::Float || type.kind() == Kind::Bool || type.kind() == Kind::Duration;
}

bool is_host_or_hosts(const Type& type) { return type.kind() == Kind::Host || is_list_of_hosts(type); }

}  // namespace

program::Expr wrong(Span span) { return {.node = program::Literal{}, .type = Kind::Nothing, .span = span}; }

program::ExprPtr boxed(program::Expr expression) { return std::make_unique<program::Expr>(std::move(expression)); }

std::string with_article(const Type& type) {
    const std::string name = type.name();
    const bool is_vowel = std::string_view("aei").find(name.front()) != std::string_view::npos;
    return (is_vowel ? "an " : "a ") + name;
}

program::Expr Expressions::value(const ast::Expr& expression, const Type* wanted) {
    const Restored deeper(environment_.depth, environment_.depth + 1);
    if (environment_.depth > deepest) {
        environment_.report.error("E0319", expression.span, fmt::format("there are more than {} parts within one another here", deepest))
            .help("give parts of it a name with `let` or `define`");
        return wrong(expression.span);
    }
    return std::visit([&](const auto& node) { return lower(node, expression.span, wanted); }, expression.node);
}

program::Expr Expressions::of_type(const ast::Expr& expression, const Type& wanted, std::string_view what) {
    return checked(value(expression, &wanted), wanted, what);
}

program::Expr Expressions::shown(const ast::Expr& expression, std::string_view what) {
    program::Expr lowered = value(expression);
    if (!holds_secret(lowered.type)) return lowered;
    environment_.report.error("E0310", expression.span, fmt::format("{} is shown, and there is a secret in it", what))
        .label("a secret")
        .help("a secret goes only into parameters of type secret");
    return wrong(expression.span);
}

program::Expr Expressions::shown_text(const ast::Expr& expression, std::string_view what) {
    names_without_braces(expression);
    return checked(shown(expression, what), Kind::Text, what);
}

program::Expr Expressions::list(const ast::Expr& expression, std::string_view what) { return list_of(value(expression), what); }

program::Expr Expressions::list_of(program::Expr lowered, std::string_view what) {
    if (is_wrong(lowered.type) || lowered.type.kind() == Kind::List) return lowered;
    const Span span = lowered.span;
    if (lowered.type.kind() == Kind::Host) {
        program::ListOf alone;
        alone.items.push_back(std::move(lowered));
        return {.node = std::move(alone), .type = Type::list_of(Kind::Host), .span = span};
    }
    environment_.report.error("E0301", span, fmt::format("{} must be a list, not {}", what, with_article(lowered.type)))
        .label(with_article(lowered.type));
    return wrong(span);
}

program::Expr Expressions::on_hosts(const ast::Expr& expression) {
    const auto* name = std::get_if<ast::NameUse>(&expression.node);
    if (name != nullptr && name->name == "here") return {.node = program::Here{}, .type = Kind::Host, .span = expression.span};
    program::Expr hosts = value(expression);
    if (holds_wrong(hosts.type) || is_host_or_hosts(hosts.type)) return hosts;
    auto finding = environment_.report.error("E0301", expression.span, fmt::format("`on` takes hosts, not {}", with_article(hosts.type)));
    finding.label(with_article(hosts.type));
    if (literal_text(hosts) != nullptr) finding.help("write the host's name without quotes");
    return wrong(expression.span);
}

program::Expr Expressions::checked(program::Expr value, const Type& wanted, std::string_view what) {
    if (fits(wanted, value.type)) return value;
    const std::string* text = literal_text(value);
    if (wanted.kind() == Kind::Address && text != nullptr) {
        if (!is_address(*text)) {
            environment_.report.error("E0301", value.span, fmt::format("{} must be an address, and `{}` is none", what, *text))
                .label("not an address")
                .help("an address is an IPv4 or IPv6 address or a host name");
            return wrong(value.span);
        }
        value.type = Kind::Address;
        return value;
    }
    if (wanted.kind() == Kind::List && value.type.kind() == Kind::List) {
        if (auto* items = std::get_if<program::ListOf>(&value.node); items != nullptr && !items->flatten) {
            for (program::Expr& item : items->items)
                item = checked(std::move(item), wanted.element(), "an element of " + std::string(what));
            value.type = wanted;
            return value;
        }
    }
    return mismatch(value, wanted, what);
}

program::Expr Expressions::mismatch(const program::Expr& value, const Type& wanted, std::string_view what) {
    Report& report = environment_.report;
    const Type& given = value.type;
    if (holds_wrong(given) && report.has_errors())
        return wrong(value.span);  // a list of what is wrong; or an empty one, told then next time
    const Value* literal = literal_value(value);
    if (holds_secret(given)) {
        report.error("E0310", value.span, fmt::format("{} does not take a secret", what))
            .label("a secret")
            .help("a secret goes only into parameters of type secret");
    } else if (wanted.kind() == Kind::Duration && (given.kind() == Kind::Int || given.kind() == Kind::Float)) {
        auto finding = report.error("E0302", value.span, fmt::format("{} must be a duration, and a number has no unit", what));
        finding.label("seconds? minutes?");
        finding.help(literal != nullptr ? fmt::format("write {0}s for seconds or {0}m for minutes", literal->show())
                                        : "multiply it by a duration: `count * 1s`");
    } else {
        auto finding =
            report.error("E0301", value.span, fmt::format("{} must be {}, not {}", what, with_article(wanted), with_article(given)));
        finding.label(with_article(given));
        if (wanted.kind() == Kind::Text && given.kind() == Kind::Host)
            finding.help("the name of a host is `HOST.name`, its address `HOST.address`");
        if (wanted.kind() == Kind::Text && literal != nullptr) finding.help(fmt::format("write \"{}\"", literal->plain()));
        if (const std::string* text = literal_text(value); text != nullptr && is_plain(wanted) && read_value(*text, wanted, nullptr)) {
            finding.help(fmt::format("write {} without quotes", read_value(*text, wanted, nullptr)->show()));
        }
        if (wanted.kind() == Kind::Duration && given.kind() == Kind::Text && literal_text(value) == nullptr)
            finding.help("a duration stands without quotes where it is set: `let limit = 5m`, `fact limit: duration`");
        if (wanted.kind() == Kind::Host && literal_text(value) != nullptr) finding.help("write the host's name without quotes");
        if (wanted.kind() == Kind::Enum) finding.help(fmt::format("one of {}", listing(wanted.members().members)));
        if (wanted.kind() == Kind::List && fits(wanted.element(), given)) finding.help("a list of one is written [x]");
        if (given.kind() == Kind::List && fits(wanted, given.element())) finding.help("`one of LIST` is its only element");
    }
    return wrong(value.span);
}

program::Expr Expressions::lower(const ast::Literal& literal, Span span, const Type*) {
    return {.node = program::Literal{literal.value}, .type = type_of(literal.value), .span = span};
}

program::Expr Expressions::lower(const ast::TextLiteral& text, Span span, const Type*) {
    program::Interpolated interpolated;
    Type type = Kind::Text;
    bool has_holes = false;
    for (const auto& part : text.parts) {
        if (const auto* words = std::get_if<std::string>(&part)) {
            interpolated.parts.push_back({.node = program::Literal{Value(*words)}, .type = Kind::Text, .span = span});
            continue;
        }
        has_holes = true;
        program::Expr hole = value(*std::get<ast::ExprPtr>(part));
        if (holds_secret(hole.type)) type = Kind::Secret;
        interpolated.parts.push_back(std::move(hole));
    }
    if (has_holes) return {.node = std::move(interpolated), .type = type, .span = span};
    if (interpolated.parts.empty()) return {.node = program::Literal{Value("")}, .type = type, .span = span};
    return std::move(interpolated.parts.front());
}

program::Expr Expressions::lower(const ast::EnumName& name, Span span, const Type* wanted) {
    Report& report = environment_.report;
    if (wanted != nullptr && is_wrong(*wanted)) return wrong(span);
    if (wanted != nullptr && wanted->kind() == Kind::Enum) {
        if (const auto index = wanted->members().find(name.name)) {
            return {.node = program::Literal{EnumMember{wanted->enumeration(), *index}}, .type = *wanted, .span = span};
        }
        const auto& members = wanted->members().members;
        report.error("E0207", span, fmt::format("{} has no member `{}`", wanted->name(), name.name))
            .label("not a member")
            .help(suggestion(name.name, members, fmt::format("it has {}", listing(members))));
        return wrong(span);
    }
    if (wanted != nullptr) {
        report
            .error("E0301", span,
                   fmt::format("`{}` is the member of an enumeration, and {} is asked for", name.name, with_article(*wanted)))
            .label("a member of an enumeration")
            .help(wanted->kind() == Kind::Text ? fmt::format("write \"{}\"", name.name) : std::string(other_value(name.name)));
        return wrong(span);
    }
    if (const std::string_view meant = other_value(name.name); !meant.empty() && environment_.index.enumerations_with(name.name).empty()) {
        report.error("E0312", span, fmt::format("`{}` is not a value", name.name)).help(std::string(meant));
        return wrong(span);
    }
    const auto enumerations = environment_.index.enumerations_with(name.name);
    report.error("E0312", span, fmt::format("nothing here tells of which enumeration `{}` is a member", name.name))
        .help(enumerations.empty() ? "no enumeration has such a member" : fmt::format("it is one of {}", listing(enumerations)));
    return wrong(span);
}

program::Expr Expressions::lower(const ast::ListLiteral& list, Span span, const Type* wanted) {
    program::ListOf lowered;
    std::optional<Type> element;
    Span first = span;
    if (const Type* known = element_of(wanted); known != nullptr && known->kind() != Kind::Any) element = *known;
    const bool is_wanted = element.has_value();
    for (const ast::Expr& item : list.items) {
        program::Expr one = value(item, element ? &*element : nullptr);
        const bool joins = is_list_of_hosts(one.type) && (!element || element->kind() == Kind::Host);
        const Type type = joins ? one.type.element() : one.type;
        lowered.flatten = lowered.flatten || joins;
        if (is_wanted) {
            if (!joins) one = checked(std::move(one), *element, "an element of this list");
        } else if (const auto both = element ? common(*element, type) : type) {
            if (!element) first = item.span;
            element = both;
        } else {
            environment_.report
                .error("E0318", item.span, fmt::format("a list holds values of one type, and this is {}", with_article(type)))
                .label(with_article(type))
                .see(first, fmt::format("the first one is {}", with_article(*element)));
            one = wrong(item.span);
        }
        lowered.items.push_back(std::move(one));
    }
    if (!element && wanted == nullptr) {
        environment_.report.error("E0312", span, "nothing here tells what an empty list is a list of");
        return wrong(span);
    }
    return {.node = std::move(lowered), .type = Type::list_of(element.value_or(Type())), .span = span};
}

program::Expr Expressions::lower(const ast::IsUnknown& node, Span span, const Type*) {
    return {.node = program::IsUnknown{boxed(value(*node.operand)), node.negated}, .type = Kind::Bool, .span = span};
}

program::Expr Expressions::lower(const ast::Choice& node, Span span, const Type* wanted) {
    program::Expr condition = this->condition(*node.condition, "the condition of `if`");
    program::Expr yes = value(*node.yes, wanted);
    program::Expr no = value(*node.no, wanted != nullptr ? wanted : &yes.type);
    const auto both = common(yes.type, no.type);
    if (!both) {
        environment_.report
            .error("E0318", node.no->span, fmt::format("both values must be of one type, and this is {}", with_article(no.type)))
            .label(with_article(no.type))
            .see(node.yes->span, fmt::format("this is {}", with_article(yes.type)));
        return wrong(span);
    }
    return {.node = program::Choice{boxed(std::move(condition)), boxed(std::move(yes)), boxed(std::move(no))}, .type = *both, .span = span};
}

program::Expr Expressions::lower(const ast::Quantified& node, Span span, const Type*) {
    program::Expr list = this->list(*node.list, "what comes after `in`");
    const Type element = list.type.kind() == Kind::List ? list.type.element() : Type();
    const bool on_element = element.kind() == Kind::Host;

    const Scope::Block block(scope_);
    const int slot = declare(node.variable, element, Binding::Kind::Variable).slot;
    const Restored around(expr_context_, on_element          ? expr_context_.on_element(node.variable)
                                         : is_wrong(element) ? expr_context_.on_wrong_element()
                                                             : expr_context_);
    program::Expr body = condition(*node.body, "what is asked of each element");
    return {.node = program::Quantified{.kind = node.kind,
                                        .count = node.count,
                                        .slot = slot,
                                        .variable = node.variable.text,
                                        .list = boxed(std::move(list)),
                                        .body = boxed(std::move(body)),
                                        .on_element = on_element},
            .type = Kind::Bool,
            .span = span};
}

program::Expr Expressions::lower(const ast::Where& node, Span span, const Type*) {
    program::Expr list = this->list(*node.list, "what `where` chooses from");
    const Type type = list.type;
    const Type element = type.kind() == Kind::List ? type.element() : Type();
    if (!is_wrong(element) && element.kind() != Kind::Host && element.kind() != Kind::Record) {
        environment_.report
            .error("E0307", node.list->span, fmt::format("`where` chooses among hosts or records, and this is {}", with_article(type)))
            .label(with_article(type))
            .help("an element without facts or fields has no name inside `where`: use `any x in …` or `all x in …`");
        return wrong(span);
    }
    ExprContext inside = expr_context_;
    if (element.kind() == Kind::Host && inside.no_queries.empty()) {
        inside.no_queries =
            "`where` chooses hosts by their facts, so that the choice is known before anything runs; a live choice is "
            "`let x = find h in … where …`";
    }
    const Restored around(expr_context_, inside);
    const int slot = scope_.add_slot();
    elements_.push_back({element, slot});
    program::Expr condition = this->condition(*node.condition, "the condition of `where`");
    elements_.pop_back();
    return {.node = program::Filter{.slot = slot, .list = boxed(std::move(list)), .condition = boxed(std::move(condition))},
            .type = type,
            .span = span};
}

program::Expr Expressions::lower(const ast::OneOf& node, Span span, const Type*) {
    program::Expr list = this->list(*node.list, "what `one of` takes");
    const Type element = list.type.kind() == Kind::List ? list.type.element() : Type();
    return {.node = program::OneOf{boxed(std::move(list))}, .type = element, .span = span};
}

Binding& Expressions::declare(const ast::Name& name, Type type, Binding::Kind kind) {
    const bool is_let = kind != Binding::Kind::Variable;
    may_be_declared(name.text, name.span, environment_.report);
    const Binding* taken = scope_.find(name.text);
    Report& report = environment_.report;
    if (taken != nullptr) {
        report.error("E0204", name.span, fmt::format("`{}` is set already, and nothing is set twice", name.text))
            .label("set again")
            .see(taken->span, taken->kind == Binding::Kind::Parameter ? "a parameter, declared here" : "first set here")
            .help("give the new value a name of its own: a name means one thing as long as it can be read");
    } else if (const Meaning* meaning = environment_.names.find(name.text); meaning != nullptr && is_let && define_ == nullptr) {
        // The variable of a loop may hide a name of the site: a procedure does not know every site that it will run on.
        report.error("E0203", name.span, fmt::format("the name `{}` is taken", name.text))
            .label("set here")
            .see(meaning->span, fmt::format("the {} `{}` is defined here", meaning->kind(), name.text));
    }
    return scope_.declare(name.text, std::move(type), name.span, kind);
}

}  // namespace lang::checker
