#include "lang/check/lower/defines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lang/check/lower/statements.hpp"
#include "lang/check/resolve/expressions.hpp"
#include "lang/check/restored.hpp"

namespace lang::checker {

namespace {

/// What a person is told where a need says nothing: "power_on(machine: acd-tel1)".
program::Expr call_as_text(const DefineInfo& need) {
    program::Interpolated text;
    const auto words = [&](std::string said) {
        text.parts.push_back({.node = program::Literal{Value(std::move(said))}, .type = Kind::Text, .span = need.span});
    };
    words(need.name + "(");
    for (std::size_t i = 0; i < need.parameters.size(); ++i) {
        const Parameter& parameter = need.parameters[i];
        words(fmt::format("{}{}: ", i == 0 ? "" : ", ", parameter.name));
        text.parts.push_back({.node = program::Slot{static_cast<int>(i), parameter.name}, .type = parameter.type, .span = need.span});
    }
    words(")");
    return {.node = std::move(text), .type = Kind::Text, .span = need.span};
}

}  // namespace

std::string DefineInfo::usage() const { return checker::usage(name, parameters); }

template <typename Written>
DefineInfo Defines::described(const Written& written) {
    DefineInfo info;
    info.name = written.name.text;
    info.span = written.name.span;
    info.action = written.action;
    info.written = &written;
    for (const ast::Parameter& parameter : written.parameters) {
        for (std::size_t i = 0; i < info.parameters.size(); ++i) {
            if (info.parameters[i].name != parameter.name.text) continue;
            environment_.report.error("E0203", parameter.name.span, fmt::format("two parameters are called `{}`", parameter.name.text))
                .label("a second one")
                .see(info.parameter_spans[i], "the first one");
        }
        may_be_declared(parameter.name.text, parameter.name.span, environment_.report);
        info.parameters.push_back(
            {.name = parameter.name.text, .type = written_type(parameter.type, environment_.index, environment_.report), .doc = {}});
        info.parameter_spans.push_back(parameter.name.span);
    }
    if (written.result && !written.action) info.result = written_type(*written.result, environment_.index, environment_.report);
    if (written.result && written.action) {
        environment_.report.error("E0315", written.result->span, fmt::format("`{}` is an action, and actions have no value", info.name))
            .help("an action changes the world; what it changed is asked by a query");
    }
    return info;
}

std::size_t Defines::add(DefineInfo info) {
    const std::size_t index = infos_.size();
    environment_.names.declare(info.name, {DefineName{index}, info.span}, environment_.report);
    lowered_.push_back(unread(info));
    infos_.push_back(std::move(info));
    return index;
}

program::Define Defines::unread(const DefineInfo& info) {
    program::Define lowered;
    lowered.name = info.name;
    lowered.span = info.span;
    for (const Parameter& parameter : info.parameters) lowered.parameters.push_back(parameter.name);
    lowered.slots = static_cast<int>(info.parameters.size());
    return lowered;
}

void Defines::forget_since(std::size_t size) {
    for (; infos_.size() > size; infos_.pop_back()) {
        const Meaning* meaning = environment_.names.find(infos_.back().name);
        const auto* define = meaning == nullptr ? nullptr : std::get_if<DefineName>(&meaning->what);
        if (define != nullptr && define->index + 1 == infos_.size()) environment_.names.forget(infos_.back().name);
    }
}

void Defines::begin_again() {
    lowered_.clear();
    for (DefineInfo& info : infos_) {
        info.state = DefineInfo::State::Unread;
        info.calls.clear();
        lowered_.push_back(unread(info));
    }
}

void Defines::add(const ast::Define& define) { add(described(define)); }

void Defines::add(const ast::NeedsVerb& need) {
    DefineInfo info = described(need);
    if (!need.action && !need.result) {
        environment_.report.error("E0412", need.name.span, fmt::format("the query `{}` says no type", need.name.text))
            .help(fmt::format("write `needs query {}: bool`", info.usage()));
        environment_.names.declare(info.name, {MissingName{}, info.span}, environment_.report);
        return;
    }
    if (const Meaning* known = environment_.names.find(need.name.text)) {
        if (const auto* define = std::get_if<DefineName>(&known->what)) {
            infos_[define->index].is_needed = true;
            return check_need(info, infos_[define->index]);
        }
        if (std::holds_alternative<MissingName>(known->what)) return;
        environment_.names.declare(info.name, {MissingName{}, info.span}, environment_.report);  // which reports that it is taken
        return;
    }
    if (!need.action && (environment_.lacks_imports || !environment_.has_site)) {
        environment_.names.declare(info.name, {MissingName{}, info.span}, environment_.report);
        return;
    }
    if (!need.action) {
        auto finding = environment_.report.error("E0411", need.name.span, fmt::format("no site defines the query `{}`", need.name.text));
        finding.label("needed here");
        finding.help(fmt::format("add `define {}: {} = …` to the site", info.usage(), info.result.name()));
        environment_.names.declare(info.name, {MissingName{}, info.span}, environment_.report);
        return;
    }
    add(std::move(info));
}

void Defines::check_need(const DefineInfo& need, const DefineInfo& met) {
    if (met.is_need() && need.action == met.action && need.usage() == met.usage()) return;  // needed by two files alike
    std::string difference;
    if (met.action != need.action) {
        difference = need.action ? "an action is needed, and this is a query" : "a query is needed, and this is an action";
    } else if (met.usage() != need.usage()) {
        difference = fmt::format("`{}` is needed", need.usage());
    } else if (!met.action && !is_wrong(met.result) && !is_wrong(need.result) && met.result != need.result) {
        difference = fmt::format("{} is needed as its value", with_article(need.result));
    }
    if (difference.empty()) return;
    environment_.report.error("E0412", need.span, fmt::format("`{}` is not defined as it is needed", need.name))
        .label(difference)
        .see(met.span, fmt::format("`{}` is defined here", met.usage()));
}

DefineInfo& Defines::known(std::size_t index, Span call) {
    DefineInfo& info = infos_[index];
    if (info.state != DefineInfo::State::Unread) return info;
    if (depth_ >= most_calls) {
        environment_.report.error("E0213", call, fmt::format("defines call one another more than {} deep", most_calls));
        return info;
    }
    const Restored deeper(depth_, depth_ + 1);
    info.state = DefineInfo::State::Reading;
    // Reading it may read others, which are put into the same vector: they are all there already, so it does not move.
    read(info, lowered_[index]);
    info.state = DefineInfo::State::Read;
    return info;
}

void Defines::read(DefineInfo& info, program::Define& lowered) {
    Scope scope;
    for (std::size_t i = 0; i < info.parameters.size(); ++i) {
        const Parameter& parameter = info.parameters[i];
        scope.declare(parameter.name, parameter.type, info.parameter_spans[i], Binding::Kind::Parameter);
    }
    Expressions expressions(environment_, scope, &info, {.host = ExprContext::Host::Callers, .no_queries = {}});
    if (info.is_need()) {
        const ast::NeedsVerb& need = *std::get<const ast::NeedsVerb*>(info.written);
        lowered.human = need.text ? expressions.shown_text(*need.text, "what a person is told") : call_as_text(info);
        info.asks_people = true;
    } else if (const auto& define = *std::get<const ast::Define*>(info.written); info.action) {
        Statements statements(expressions);
        Place place;
        lowered.body = statements.block(std::get<ast::Block>(define.body), place);
        info.asks_people = statements.asks_people();
    } else {
        const auto& body = std::get<ast::Expr>(define.body);
        program::Expr value =
            define.result ? expressions.of_type(body, info.result, fmt::format("the value of `{}`", info.name)) : expressions.value(body);
        if (!define.result) info.result = value.type;
        lowered.body = std::move(value);
    }
    expressions.judge_callers_host();
    lowered.slots = scope.slots();
    lowered.slot_types = scope.slot_types();
    // The parameters of what others need are not its own choice: a site may do without some of them.
    const bool own = !info.is_need() && !info.is_needed;
    note_unused(scope, own ? std::optional(Unused::Is::ParameterOfDefine) : std::nullopt, environment_);
}

void Defines::finish(std::size_t first) {
    for (std::size_t i = first; i < infos_.size(); ++i) known(i, infos_[i].span);
    report_recursion();
}

/// Depth first along the calls; a call back to a define that is still open closes a circle.
void Defines::report_recursion() {
    enum class Colour { New, Open, Done };
    struct Visit {
        std::size_t define = 0;
        std::size_t next = 0;  ///< call to follow next
    };
    std::vector<Colour> colours(infos_.size(), Colour::New);
    for (std::size_t start = 0; start < infos_.size(); ++start) {
        if (colours[start] != Colour::New) continue;
        std::vector<Visit> way{{start}};
        colours[start] = Colour::Open;
        while (!way.empty()) {
            Visit& visit = way.back();
            const auto& calls = infos_[visit.define].calls;
            if (visit.next == calls.size()) {
                colours[visit.define] = Colour::Done;
                way.pop_back();
                continue;
            }
            const DefineInfo::CallTo call = calls[visit.next++];
            if (colours[call.define] == Colour::New) {
                colours[call.define] = Colour::Open;
                way.push_back({call.define});
            } else if (colours[call.define] == Colour::Open) {
                const auto begin = std::find_if(way.begin(), way.end(), [&](const Visit& v) { return v.define == call.define; });
                const DefineInfo& first = infos_[call.define];
                auto finding = environment_.report.error("E0213", first.span, fmt::format("`{}` calls itself", first.name));
                finding.label("defined here");
                for (auto at = begin; at != way.end(); ++at) {
                    const DefineInfo::CallTo& along = infos_[at->define].calls[at->next - 1];
                    finding.see(along.span, fmt::format("`{}` calls `{}` here", infos_[at->define].name, infos_[along.define].name));
                }
                finding.help("a procedure has an end: use `for`, or `wait_until` with its `within`");
                lowered_[call.define].body = program::Block{};  // so that whoever follows the calls comes to an end
            }
        }
    }
}

}  // namespace lang::checker
