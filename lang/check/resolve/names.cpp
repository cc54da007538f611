// What a name or a member means where it stands.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lang/check/lookup/kept.hpp"
#include "lang/check/resolve/expressions.hpp"
#include "lang/text/elsewhere.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

template <typename T>
void append(std::vector<T>& all, std::vector<T> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::vector<std::string> names_of_fields(const Type& record) {
    std::vector<std::string> names;
    for (const FieldType& field : record.record()->fields) names.push_back(field.name);
    return names;
}

std::vector<std::string> names_of(const ByName<FactMeaning>& facts) {
    std::vector<std::string> names;
    for (const auto& [name, fact] : facts) names.push_back(name);
    return names;
}

/// `stores.count`: nothing has to be given but the value itself.
bool needs_no_parentheses(const Signature& method) {
    return std::all_of(method.parameters.begin() + 1, method.parameters.end(),
                       [](const Parameter& p) { return p.default_value.has_value(); });
}

}  // namespace

program::Expr Expressions::lower(const ast::NameUse& name, Span span, const Type* wanted) {
    if (auto member = element_member(name.name, span)) return std::move(*member);
    if (name.name == "host") return current_host(span);
    if (auto value = bound(name.name, span)) return std::move(*value);
    if (const Meaning* found = environment_.names.find(name.name)) return meaning(*found, name.name, span);
    return unknown_name(name.name, span, wanted);
}

/// Inside `where`: a fact of the host that is looked at, or a field of the record. The innermost `where` that has one decides.
std::optional<program::Expr> Expressions::element_member(const std::string& name, Span span) {
    for (auto element = elements_.rbegin(); element != elements_.rend(); ++element) {
        program::Expr slot{.node = program::Slot{element->slot, ""}, .type = element->type, .span = span};
        std::optional<program::Expr> found;
        if (element->type.kind() == Kind::Host) {
            if (const FactMeaning* fact = look_up(environment_.facts, name)) {
                found = program::Expr{.node = program::FactOf{boxed(std::move(slot)), name}, .type = fact->type, .span = span};
            }
        } else if (element->type.kind() == Kind::Record) {
            if (const auto field = element->type.record()->find(name)) {
                const Type& type = element->type.record()->fields[*field].type;
                found = program::Expr{.node = program::FieldOf{boxed(std::move(slot)), *field}, .type = type, .span = span};
            }
        }
        if (!found) continue;
        const Binding* other = scope_.find(name);
        if (other == nullptr) return found;
        const std::string_view what = element->type.kind() == Kind::Host ? "fact of the hosts" : "field of the records";
        environment_.report.error("E0210", span, fmt::format("`{}` is a {} here and the name of something else", name, what))
            .label("which of the two?")
            .see(other->span, fmt::format("`{}` is also set here", name))
            .help("give the other one another name");
        return wrong(span);
    }
    return std::nullopt;
}

std::optional<program::Expr> Expressions::bound(const std::string& name, Span span) {
    if (Binding* binding = scope_.find(name)) return use(*binding, false, span);
    if (define_ == nullptr) return std::nullopt;
    Binding* global = environment_.program.find(name);
    if (global == nullptr) return std::nullopt;
    if (global->kind == Binding::Kind::Parameter || global->kind == Binding::Kind::TopLet) return use(*global, true, span);
    if (environment_.names.find(name) != nullptr) return std::nullopt;
    environment_.report.error("E0205", span, fmt::format("a define does not see `{}`", name))
        .label("not visible here")
        .see(global->span, "set here, not at top level")
        .help("give it to the define as a parameter");
    return wrong(span);
}

program::Expr Expressions::use(Binding& binding, bool global, Span span) {
    binding.used = true;
    if (binding.in_other_branch) {
        environment_.report.error("E0205", span, fmt::format("`{}` is set in another branch of this `parallel`", binding.name))
            .label("may not be set yet")
            .see(binding.span, "set here")
            .help("it is visible after the `parallel`");
        return wrong(span);
    }
    if (global) return {.node = program::Global{binding.slot, binding.name}, .type = binding.type, .span = span};
    return {.node = program::Slot{binding.slot, binding.name}, .type = binding.type, .span = span};
}

program::Expr Expressions::meaning(const Meaning& meaning, const std::string& name, Span span) {
    if (const auto* host = std::get_if<HostName>(&meaning.what)) {
        return {.node = program::Literal{Value(host->host)}, .type = Kind::Host, .span = span};
    }
    if (const auto* group = std::get_if<GroupName>(&meaning.what)) {
        std::vector<Value> hosts;
        for (const Host* host : environment_.site->groups[group->index].hosts) hosts.emplace_back(host);
        return {.node = program::Literal{Value::list(std::move(hosts))}, .type = Type::list_of(Kind::Host), .span = span};
    }
    if (const auto* secret = std::get_if<SecretName>(&meaning.what)) {
        return {.node = program::SecretUse{secret->index}, .type = Kind::Secret, .span = span};
    }
    if (const auto* define = std::get_if<DefineName>(&meaning.what)) {
        const DefineInfo& info = (*environment_.defines)[define->index];
        environment_.report.error("E0215", span, fmt::format("`{}` is a define: it is called with parentheses", name))
            .label("not a value")
            .see(info.span, "defined here")
            .help(fmt::format("write {}", info.usage()));
    }
    return wrong(span);
}

program::Expr Expressions::unknown_name(const std::string& name, Span span, const Type* wanted, bool before_point) {
    Report& report = environment_.report;
    const bool is_follow_up = environment_.may_be_lost(name) ||
                              std::any_of(elements_.begin(), elements_.end(), [](const Element& e) { return is_wrong(e.type); });
    if (is_follow_up || report.full()) return wrong(span);
    if (name == "here") {
        report.error("E0215", span, "`here` stands only after `on`").help("`on here { … }` or `QUERY on here`: this machine");
    } else if (name == "kept") {
        report.error("E0212", span, "`kept` is followed by a procedure and a name").help("kept.failover.before");
    } else if (name == "nobody") {
        report.error("E0215", span, "`nobody` stands only in a group").help("`group chat = nobody` is a group without hosts");
    } else if (const Span* ended = scope_.ended(name)) {
        report.error("E0205", span, fmt::format("`{}` ended with its block", name))
            .label("not visible here")
            .see(*ended, "set here")
            .help("a `let` directly in a step or at top level is visible in what follows");
    } else if (const Span* later = look_up(environment_.lets_to_come, name)) {
        auto finding = report.error("E0205", span, fmt::format("`{}` is not set yet", name));
        finding.label("used here").see(*later, "set only here");
        if (define_ != nullptr) finding.help(fmt::format("`{}` is called before that", define_->name));
    } else if (environment_.index.has_module(name)) {
        const std::vector<std::string> functions = environment_.index.functions(name);
        report.error("E0215", span, fmt::format("`{}` is a module, not a value", name))
            .help(fmt::format("call one of its functions: {}", listing(functions)));
    } else if (environment_.facts.contains(name)) {
        const std::string owner = owner_of(name);
        auto finding = report.error("E0201", span, fmt::format("`{}` is a fact: of which host?", name));
        finding.help(owner.empty() ? fmt::format("`host.{0}` is the fact of the current host, `HOST.{0}` that of another", name)
                                   : fmt::format("write `{}.{}`", owner, name));
    } else if (const std::string owner = owner_of(name); !owner.empty()) {
        report.error("E0201", span, fmt::format("`{}` is a field: of which record?", name)).help(fmt::format("write `{}.{}`", owner, name));
    } else {
        std::vector<std::string> known = scope_.visible();
        if (define_ != nullptr) append(known, environment_.program.visible());
        append(known, environment_.names.all());
        if (before_point) append(known, environment_.index.modules());
        for (const Element& element : elements_) {
            append(known, element.type.kind() == Kind::Host ? names_of(environment_.facts) : names_of_fields(element.type));
        }
        std::string otherwise;
        if (!environment_.has_site) otherwise = "hosts, groups and facts come from a site, and there is none: give one with --site FILE";
        if (wanted != nullptr && wanted->kind() == Kind::Text) otherwise = fmt::format("a text stands in quotes: \"{}\"", name);
        if (wanted != nullptr && wanted->kind() == Kind::Enum) {
            append(known, wanted->members().members);
            otherwise = fmt::format("one of {}", listing(wanted->members().members));
        }
        const std::string_view elsewhere = other_value(name);
        if (!elsewhere.empty()) otherwise = elsewhere;
        const auto import = environment_.siblings.import_of(name);
        const std::string near = suggestion(name, known);
        const bool may_be_of_site = wanted == nullptr || wanted->kind() == Kind::Host || is_list_of_hosts(*wanted);
        if (may_be_of_site && near.empty() && elsewhere.empty() && !import && follows_of_no_site()) return wrong(span);
        report.error("E0201", span, fmt::format("there is nothing called `{}`", name))
            .label("not known")
            .help(import         ? *import
                  : near.empty() ? otherwise
                                 : near);
    }
    return wrong(span);
}

/// Where there is no site, its hosts and facts are unknown one and all: that is told once.
bool Expressions::follows_of_no_site() {
    if (environment_.has_site) return false;
    return std::exchange(environment_.lacks_site, true);
}

/// The variable, or `host`, whose fact or field is meant by a bare name; empty where that cannot be told.
std::string Expressions::owner_of(const std::string& name) {
    using Is = ExprContext::Chooser::Is;
    const bool is_fact = environment_.facts.contains(name);
    if (is_fact && expr_context_.chooser) {
        if (expr_context_.chooser->is == Is::Element) return expr_context_.chooser->variable;
        if (expr_context_.chooser->is == Is::Block) return "host";
    }
    std::vector<std::string> visible = scope_.visible();
    std::sort(visible.begin(), visible.end());
    for (const std::string& variable : visible) {
        const Binding& binding = *scope_.find(variable);
        if (binding.kind != Binding::Kind::Variable) continue;
        if (is_fact ? binding.type.kind() == Kind::Host
                    : binding.type.kind() == Kind::Record && binding.type.record()->find(name).has_value())
            return variable;
    }
    return {};
}

bool Expressions::is_value(std::string_view name) {
    if (name == "host" || scope_.find(name) != nullptr || environment_.names.find(name) != nullptr) return true;
    if (define_ != nullptr && environment_.program.find(name) != nullptr) return true;
    return std::any_of(elements_.begin(), elements_.end(), [&](const Element& element) {
        if (element.type.kind() == Kind::Host) return environment_.facts.contains(name);
        return element.type.kind() == Kind::Record && element.type.record()->find(name).has_value();
    });
}

program::Expr Expressions::current_host(Span span) {
    need_host(span, "host");
    return {.node = program::CurrentHost{}, .type = Kind::Host, .span = span};
}

program::Expr Expressions::lower(const ast::Member& member, Span span, const Type*) {
    if (auto from_another_run = kept(member, span)) return std::move(*from_another_run);
    const auto* module = std::get_if<ast::NameUse>(&member.of->node);
    if (module != nullptr && !is_value(module->name) && environment_.index.has_module(module->name)) {
        const Callee function = module_function(module->name, member.name);
        if (function.what == CallParts::What::Builtin) {
            const Signature& signature = environment_.index[function.index];
            environment_.report.error("E0215", span, fmt::format("`{}` is called with parentheses", signature.full_name()))
                .label("not a value")
                .help(fmt::format("write {}", usage(signature.full_name(), signature.parameters)));
        }
        return wrong(span);
    }
    const bool is_unknown = module != nullptr && !is_value(module->name);
    return property(is_unknown ? unknown_name(module->name, member.of->span, nullptr, true) : value(*member.of), member.name, span);
}

program::Expr Expressions::property(program::Expr of, const ast::Name& name, Span span) {
    if (holds_wrong(of.type)) return wrong(span);
    std::vector<std::string> known;
    std::string what = with_article(of.type);
    if (of.type.kind() == Kind::Host) {
        if (const FactMeaning* fact = look_up(environment_.facts, name.text)) {
            return {.node = program::FactOf{boxed(std::move(of)), name.text}, .type = fact->type, .span = span};
        }
        known = names_of(environment_.facts);
    } else if (of.type.kind() == Kind::Record) {
        if (const auto field = of.type.record()->find(name.text)) {
            const Type type = of.type.record()->fields[*field].type;
            return {.node = program::FieldOf{boxed(std::move(of)), *field}, .type = type, .span = span};
        }
        known = names_of_fields(of.type);
    }
    const auto method = environment_.index.find_method(of.type, name.text);
    if (method && needs_no_parentheses(environment_.index[*method])) return method_without_arguments(*method, std::move(of), span);
    if (environment_.report.full() || environment_.may_be_lost(name.text)) return wrong(span);
    if (of.type.kind() == Kind::Host && !method && follows_of_no_site()) return wrong(span);
    auto finding = environment_.report.error("E0206", name.span, fmt::format("{} has no `{}`", what, name.text));
    finding.label(of.type.kind() == Kind::Host ? "not a fact" : "not known");
    if (method) {
        const Signature& signature = environment_.index[*method];
        finding.help(fmt::format("`{}` takes arguments: {}", name.text, usage(signature.full_name(), signature.parameters)));
        return wrong(span);
    }
    append(known, environment_.index.methods(of.type));
    const std::string_view meant = other_method(name.text);
    if (!meant.empty() && std::find(known.begin(), known.end(), meant) != known.end()) {
        finding.help(fmt::format("here that is `{}`", meant));
        return wrong(span);
    }
    std::string otherwise;
    if (of.type.kind() == Kind::Host) {
        otherwise = environment_.has_site ? fmt::format("a site declares facts: `fact {}: int`", name.text)
                                          : "facts come from a site: give one with --site FILE";
    } else if (of.type.kind() == Kind::List) {
        otherwise = "`all x in LIST: …`, `any x in LIST: …` look at its elements";
    } else if (of.type.kind() == Kind::Record) {
        otherwise = fmt::format("it has {}", listing(known));
    }
    finding.help(suggestion(name.text, known, otherwise));
    return wrong(span);
}

program::Expr Expressions::method_without_arguments(std::size_t method, program::Expr of, Span span) {
    const Signature& signature = environment_.index[method];
    AnyType any;
    any.accepts(signature.parameters.front().type, of.type);
    CallParts parts{.what = CallParts::What::Builtin, .index = method, .result = any.filled(signature.result).value_or(Type())};
    parts.arguments.push_back(std::move(of));
    for (std::size_t i = 1; i < signature.parameters.size(); ++i) {
        const Parameter& parameter = signature.parameters[i];
        parts.arguments.push_back({.node = program::Literal{*parameter.default_value}, .type = parameter.type, .span = span});
    }
    return builtin_call(std::move(parts), nullptr, span);
}

/// `kept.PROCEDURE.NAME`
std::optional<program::Expr> Expressions::kept(const ast::Member& member, Span span) {
    const auto* inner = std::get_if<ast::Member>(&member.of->node);
    const auto* root = inner == nullptr ? nullptr : std::get_if<ast::NameUse>(&inner->of->node);
    if (root == nullptr || root->name != "kept") return std::nullopt;
    const Type type = environment_.kept->type_of(inner->name, member.name, environment_);
    return program::Expr{.node = program::Kept{inner->name.text, member.name.text}, .type = type, .span = span};
}

}  // namespace lang::checker
