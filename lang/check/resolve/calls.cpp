// Calls: which builtin or define is meant, what it may do there, and on which host.
#include <fmt/format.h>

#include <algorithm>

#include "lang/check/resolve/expressions.hpp"
#include "lang/check/restored.hpp"
#include "lang/text/elsewhere.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

CallParts Expressions::call(const ast::Call& written) {
    Callee callee = this->callee(written);
    CallParts parts{.what = callee.what, .index = callee.index};
    AnyType any;
    switch (callee.what) {
        case CallParts::What::Wrong:
            read_only(written);
            break;
        case CallParts::What::Builtin: {
            const Signature& signature = environment_.index[callee.index];
            parts.arguments =
                arguments(signature.parameters, signature.full_name(), std::nullopt, std::move(callee.receiver), written, any);
            parts.result = any.filled(signature.result).value_or(Type());
            break;
        }
        case CallParts::What::Define: {
            const DefineInfo& define = environment_.defines->known(callee.index, callee.span);
            parts.arguments = arguments(define.parameters, define.name, define.span, std::nullopt, written, any);
            parts.result = define.result;
            if (define_ != nullptr) define_->calls.push_back({callee.index, callee.span});
            break;
        }
    }
    return parts;
}

Expressions::Callee Expressions::callee(const ast::Call& written) {
    Report& report = environment_.report;
    if (const auto* member = std::get_if<ast::Member>(&written.callee->node)) {
        const auto* of = std::get_if<ast::NameUse>(&member->of->node);
        if (of == nullptr) return method(value(*member->of), member->name);
        const bool is_module = environment_.index.has_module(of->name);
        if (!is_value(of->name)) {
            if (is_module) return module_function(of->name, member->name);
            return method(unknown_name(of->name, member->of->span, nullptr, true), member->name);
        }
        // `for machine in … { on machine { machine.shutdown() } }`: the variable has no such method, the module has the function.
        program::Expr receiver = value(*member->of);
        const auto function = environment_.index.find(of->name, member->name.text);
        if (function && !environment_.index.find_method(receiver.type, member->name.text)) {
            return {.what = CallParts::What::Builtin, .index = *function, .receiver = std::nullopt, .span = member->name.span};
        }
        return method(std::move(receiver), member->name);
    }
    const auto* name = std::get_if<ast::NameUse>(&written.callee->node);
    if (name == nullptr) {
        report.error("E0211", written.callee->span, "only builtins and defines are called");
        value(*written.callee);
        return {};
    }
    const Span span = written.callee->span;
    const Meaning* meaning = environment_.names.find(name->name);
    if (meaning != nullptr && std::holds_alternative<MissingName>(meaning->what)) return {};
    const auto* define = meaning == nullptr ? nullptr : std::get_if<DefineName>(&meaning->what);
    if (define != nullptr) return {.what = CallParts::What::Define, .index = define->index, .receiver = std::nullopt, .span = span};
    if (environment_.may_be_lost(name->name) || report.full()) return {};
    if (is_value(name->name)) {
        report.error("E0211", span, fmt::format("`{}` is a value and cannot be called", name->name)).label("not a define");
        return {};
    }
    std::string otherwise;
    if (const auto builtins = environment_.index.functions_called(name->name); !builtins.empty()) {
        otherwise = fmt::format("builtins are called with their module: {}", listing(builtins));
    } else if (environment_.index.has_module(name->name)) {
        otherwise = fmt::format("`{}` is a module: {}", name->name, listing(environment_.index.functions(name->name)));
    }
    if (const std::string_view meant = other_statement(name->name); otherwise.empty() && !meant.empty()) otherwise = meant;
    if (const std::string_view meant = other_method(name->name); otherwise.empty() && !meant.empty()) {
        otherwise = fmt::format("a value is asked for it with a dot: `VALUE.{}`", meant);
    }
    const auto import = environment_.siblings.import_of(name->name);
    report.error("E0211", span, fmt::format("there is no define called `{}`", name->name))
        .label("not known")
        .help(import ? *import : suggestion(name->name, environment_.names.of<DefineName>(), otherwise));
    return {};
}

Expressions::Callee Expressions::module_function(const std::string& module, const ast::Name& function) {
    if (const auto found = environment_.index.find(module, function.text)) {
        return {.what = CallParts::What::Builtin, .index = *found, .receiver = std::nullopt, .span = function.span};
    }
    if (environment_.report.full()) return {};
    std::string otherwise;
    if (const auto elsewhere = environment_.index.functions_called(function.text); !elsewhere.empty()) {
        otherwise = fmt::format("did you mean {}?", listing(elsewhere));
    } else {
        otherwise = fmt::format("it has {}", listing(environment_.index.functions(module)));
    }
    environment_.report.error("E0202", function.span, fmt::format("the module `{}` has no `{}`", module, function.text))
        .label("not known")
        .help(suggestion(function.text, environment_.index.functions(module), otherwise));
    return {};
}

Expressions::Callee Expressions::method(program::Expr receiver, const ast::Name& name) {
    if (holds_wrong(receiver.type)) {
        // An unknown name before the point may have been meant as a module: it is reported already.
        return {};
    }
    if (const auto found = environment_.index.find_method(receiver.type, name.text)) {
        return {.what = CallParts::What::Builtin, .index = *found, .receiver = std::move(receiver), .span = name.span};
    }
    if (environment_.report.full()) return {};
    std::string otherwise;
    if (const auto functions = environment_.index.functions_called(name.text); !functions.empty()) {
        otherwise = fmt::format("builtins of that name: {}", listing(functions));
    }
    const std::vector<std::string> methods = environment_.index.methods(receiver.type);
    if (const std::string_view meant = other_method(name.text); std::find(methods.begin(), methods.end(), meant) != methods.end()) {
        otherwise = fmt::format("here that is `{}`", meant);
    }
    environment_.report.error("E0206", name.span, fmt::format("{} has no method `{}`", with_article(receiver.type), name.text))
        .label("not known")
        .help(suggestion(name.text, environment_.index.methods(receiver.type), otherwise));
    return {};
}

program::Expr Expressions::lower(const ast::Call& written, Span span, const Type*) {
    CallParts parts = call(written);
    switch (parts.what) {
        case CallParts::What::Builtin:
            return builtin_call(std::move(parts), &written, span);
        case CallParts::What::Define:
            return define_call(std::move(parts), &written, span);
        case CallParts::What::Wrong:
            break;
    }
    take_on(&written);
    return wrong(span);
}

program::Expr Expressions::builtin_call(CallParts parts, const ast::Call* written, Span span) {
    const Signature& signature = environment_.index[parts.index];
    Report& report = environment_.report;
    if (signature.effect == Effect::Action || signature.effect == Effect::Human) {
        const bool is_action = signature.effect == Effect::Action;
        report
            .error("E0308", span,
                   fmt::format("`{}` {}, and a condition or value may only ask", signature.full_name(),
                               is_action ? "is an action" : "is done by a person"))
            .label(is_action ? "an action" : "done by a person")
            .help("an action is a statement of its own");
        take_on(written);
        return wrong(span);
    }
    program::ExprPtr on = take_on(written);
    if (signature.effect == Effect::Query && !asks(span)) return wrong(span);
    const bool needs_host = signature.hosts != HostKind::None && signature.effect != Effect::Pure;
    if (on && !needs_host) {
        report.error("E0314", on->span, fmt::format("`{}` is not asked of a host: it takes no `on`", signature.full_name()))
            .label("no host is asked");
        return wrong(span);
    }
    if (!on && needs_host) need_host(span, signature.full_name());
    return {.node = program::Call{parts.index, std::move(parts.arguments), std::move(on)}, .type = parts.result, .span = span};
}

program::Expr Expressions::define_call(CallParts parts, const ast::Call* written, Span span) {
    const DefineInfo& define = (*environment_.defines)[parts.index];
    program::ExprPtr on = take_on(written);
    if (define.action) {
        environment_.report.error("E0308", span, fmt::format("`{}` is an action, and a condition or value may only ask", define.name))
            .label("an action")
            .see(define.span, "defined as an action here")
            .help("an action is a statement of its own");
        return wrong(span);
    }
    if (define.asks && !asks(span)) return wrong(span);
    if (!on && define.needs_host) need_host(span, define.name, &define);
    return {.node = program::CallDefine{parts.index, std::move(parts.arguments), std::move(on)}, .type = parts.result, .span = span};
}

bool Expressions::asks(Span span) {
    if (define_ != nullptr && !define_->asks) define_->asks = span;
    if (expr_context_.no_queries.empty()) return true;
    environment_.report.error("E0316", span, "nothing can be asked of the world here")
        .label("a query")
        .help(std::string(expr_context_.no_queries));
    return false;
}

program::Expr Expressions::lower(const ast::On& node, Span span, const Type* wanted) {
    Report& report = environment_.report;
    program::Expr host = on_hosts(*node.where);
    if (is_list_of_hosts(host.type)) {
        report.error("E0314", node.where->span, "a query is asked of one host, and this is a list")
            .label("a list of host")
            .help("`all h in HOSTS: …` asks all of them, `one of HOSTS` is the only one");
        host = wrong(node.where->span);
    }
    const ast::Call* call = root_of_chain(*node.what);
    if (call == nullptr) {
        value(*node.what, wanted);
        report.error("E0314", node.where->span, "only a query can be asked `on` a host").label("nothing is asked here");
        return wrong(span);
    }
    const Restored here(on_, On{call, boxed(std::move(host))});
    program::Expr answer = value(*node.what, wanted);
    answer.span = span;  // the host is part of what is asked
    return answer;
}

/// The call that reads the world in `drbd.status("r0").role` or `shell.query("…").line(2)`: the first of the chain.
const ast::Call* Expressions::root_of_chain(const ast::Expr& expression) {
    const ast::Expr* at = &expression;
    while (true) {
        if (const auto* member = std::get_if<ast::Member>(&at->node)) {
            at = member->of.get();
        } else if (const auto* call = std::get_if<ast::Call>(&at->node)) {
            const auto* member = std::get_if<ast::Member>(&call->callee->node);
            if (member == nullptr) return call;
            if (std::holds_alternative<ast::NameUse>(member->of->node)) return call;
            at = member->of.get();
        } else {
            return nullptr;
        }
    }
}

program::ExprPtr Expressions::take_on(const ast::Call* call) {
    if (call == nullptr || on_.call != call) return nullptr;
    on_.call = nullptr;
    return std::move(on_.host);
}

}  // namespace lang::checker
