// Waits: times that fit into each other, and conditions that can change while a run waits.
#include <fmt/format.h>

#include "lang/analysis/analyzer.hpp"
#include "lang/analysis/nodes.hpp"
#include "lang/program/constant.hpp"

namespace lang::analysis {

using namespace program;

Analyzer::Flow Analyzer::analyze(const Wait& wait, Span span) {
    may_fail(span);
    {
        const Until reads(needs_.reads, Needs::Reads::Wait);
        visit(wait.condition);
    }
    visit(wait.showing);
    times(wait);
    never_changes(wait);
    const Until unsure(unsure_, unsure_ + 1);
    const Perhaps perhaps(lock_hosts_);
    const Until on_a_failure(aside_, aside_ + 1);
    if (const auto* message = std::get_if<Expr>(&wait.otherwise)) visit(*message);
    if (const auto* statements = std::get_if<Block>(&wait.otherwise)) block(*statements);
    return Flow::GoesOn;
}

void Analyzer::times(const Wait& wait) {
    const auto within = limit(wait.within);
    const auto every = time(wait.every, "every");
    const auto each = time(wait.each, "each");
    const auto holding = time(wait.holding, "holding");
    if (!within) return;
    if (every && *every > *within) {
        findings_
            .error("E0532", wait.every->span,
                   fmt::format("the second look comes after {}, and the wait ends after {}", show(*every), show(*within)), trail_)
            .label("longer than `within`")
            .see(wait.within->span, "the end of the wait")
            .help("make `every` shorter or `within` longer");
    }
    if (holding && *holding >= *within) {
        findings_
            .error("E0533", wait.holding->span,
                   fmt::format("this can never succeed: the condition must hold for {}, and the wait ends after {}", show(*holding),
                               show(*within)),
                   trail_)
            .label("not shorter than `within`")
            .see(wait.within->span, "the end of the wait")
            .help("make `holding` shorter or `within` longer");
    }
    if (each && *each > *within) {
        findings_
            .warning("W0657", wait.each->span, fmt::format("one look may take {}, and the wait ends after {}", show(*each), show(*within)),
                     trail_)
            .label("longer than `within`")
            .see(wait.within->span, "the end of the wait")
            .help("make `each` shorter: a look that hangs should leave time for another one");
    }
}

void Analyzer::never_changes(const Wait& wait) {
    const auto condition = state_.known(wait.condition);
    const bool never = condition && !condition->is_unknown() && !condition->boolean();
    if (never && !only_literals(wait.condition)) {
        findings_.error("E0542", wait.condition.span, "this can never become true, whatever the machines say", trail_, About::Values)
            .label("always false")
            .help(names_in(wait.condition));
    } else if (!asks_the_world(wait.condition, program_, catalog_)) {
        findings_.warning("W0651", wait.condition.span, "this condition cannot change while the run waits: it asks no machine", trail_)
            .label(condition ? "always " + condition->show() : "fixed before the wait begins")
            .help("put a query into the condition, or write `require`");
    }
}

std::optional<Duration> Analyzer::time(const Expr& clause, std::string_view word) {
    visit(clause);
    return time_of(clause, word);
}

std::optional<Duration> Analyzer::time_of(const Expr& clause, std::string_view word) {
    const auto value = state_.known(clause);
    if (!value || value->is_unknown()) return std::nullopt;
    const std::string unfit = unfit_as_limit(value->duration());
    if (unfit.empty()) return value->duration();
    findings_.error("E0531", clause.span, fmt::format("`{}` {}", word, unfit), trail_, About::Values)
        .label(value->duration() > Duration::zero() ? "longer than a hundred years" : "not longer than 0s")
        .help(only_literals(clause) ? "write a duration such as `30s` or `5m`" : names_in(clause));
    return std::nullopt;
}

std::optional<Duration> Analyzer::limit(const ExprPtr& within) {
    const auto duration = time(within, "within");
    if (duration && limit_ && *duration > limit_->duration) {
        findings_
            .warning("W0656", within->span,
                     fmt::format("{} is cut to {}, the time that is allowed around it", show(*duration), show(limit_->duration)), trail_)
            .label("longer than what is around it")
            .see(limit_->span, "this ends first")
            .help("make this one shorter or the outer one longer");
    }
    return duration;
}

}  // namespace lang::analysis
