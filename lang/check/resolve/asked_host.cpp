// Which host is asked by a query that names none: there must be one, and only one that may be meant.
#include <fmt/format.h>

#include "lang/check/resolve/expressions.hpp"

namespace lang::checker {

using Is = ExprContext::Chooser::Is;

ExprContext ExprContext::on_block(Span span) const {
    ExprContext inside = *this;
    inside.host = Host::Current;
    inside.chooser = Chooser{.is = Is::Block, .span = span};
    inside.outer_chooser.reset();
    return inside;
}

ExprContext ExprContext::on_element(const ast::Name& variable) const {
    ExprContext inside = *this;
    inside.outer_chooser = host == Host::Callers ? Chooser{.is = Is::Caller} : chooser;
    inside.host = Host::Current;
    inside.chooser = Chooser{.is = Is::Element, .variable = variable.text, .span = variable.span};
    return inside;
}

ExprContext ExprContext::on_wrong_element() const {
    ExprContext inside = *this;
    inside.host = Host::Untold;
    inside.chooser.reset();
    inside.outer_chooser.reset();
    return inside;
}

void Expressions::need_host(Span span, std::string_view name, const DefineInfo* because, bool acts) {
    if (expr_context_.host == ExprContext::Host::Untold) return;
    if (expr_context_.host == ExprContext::Host::Current) {
        if (!expr_context_.outer_chooser) return;
        TwoHosts two{span, std::string(name), *expr_context_.chooser, *expr_context_.outer_chooser};
        if (two.outer.is != Is::Caller) return report_two_hosts(two);
        perhaps_callers_.push_back(std::move(two));
        return;
    }
    if (expr_context_.host == ExprContext::Host::Callers) {
        if (define_ != nullptr && !define_->needs_host) define_->needs_host = span;
        return;
    }
    auto finding = environment_.report.error("E0311", span, fmt::format("`{}` needs a host, and no `on` is around it", name));
    finding.label("on which host?");
    if (because != nullptr) finding.see(*because->needs_host, "because of this");
    if (name == "host") {
        finding.help("`on HOSTS { … }` chooses the current host");
    } else if (acts) {
        finding.help(fmt::format("an action stands in a block: `on HOSTS {{ {}(…) }}`", name));
    } else {
        finding.help(fmt::format("write `{}(…) on HOST`, or put it into `on HOSTS {{ … }}`", name));
    }
}

void Expressions::report_two_hosts(const TwoHosts& two) {
    const bool is_value = two.name == "host";
    const std::string_view on = is_value ? "" : "on ";
    const std::string& inner = two.inner.variable;
    std::string other, where, way_out;
    switch (two.outer.is) {
        case Is::Element:
            other = fmt::format("`{}`", two.outer.variable);
            where = fmt::format("{} is a host, too", other);
            way_out = fmt::format(" or `{}{}`", on, two.outer.variable);
            break;
        case Is::Block:
            other = "the host of the `on` block";
            where = "this `on` block has a host, too";
            way_out = fmt::format("; to mean {}, name it before (`let outer = host`) and write `{}outer`", other, on);
            break;
        case Is::Caller:
            other = "the host that the define is called on";
            where = "the define is called on a host because of this";
            way_out = fmt::format("; to mean {}, make it a parameter of the define", other);
            break;
    }
    environment_.report
        .error("E0325", two.span, fmt::format("`{}` could be {} two hosts here", two.name, is_value ? "either of" : "asked of"))
        .label(fmt::format("`{}`, or {}?", inner, other))
        .see(two.inner.span, fmt::format("`{}` is a host", inner))
        .see(two.outer.span, std::move(where))
        .help(fmt::format("write `{}{}`{}", on, inner, way_out));
}

void Expressions::judge_callers_host() {
    if (define_ == nullptr || !define_->needs_host) return;
    for (TwoHosts& two : perhaps_callers_) {
        two.outer.span = *define_->needs_host;
        report_two_hosts(two);
    }
    perhaps_callers_.clear();
}

}  // namespace lang::checker
