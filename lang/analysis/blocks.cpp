#include "lang/analysis/analyze.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "lang/analysis/analyzer.hpp"
#include "lang/analysis/nodes.hpp"
#include "lang/program/constant.hpp"

namespace lang {

void analyze(const program::Program& program, const Catalog& catalog, Diagnostics& diagnostics, bool is_whole) {
    analysis::Analyzer analyzer(program, catalog, is_whole);
    analyzer.everything();
    Diagnostics found;
    analyzer.findings().append_to(found);
    std::copy_if(found.begin(), found.end(), std::back_inserter(diagnostics),
                 [&](const Diagnostic& finding) { return is_whole || finding.severity == Severity::Error; });
}

}  // namespace lang

namespace lang::analysis {

using namespace program;

Analyzer::Analyzer(const Program& program, const Catalog& catalog, bool is_whole, NeedsOptions needs)
    : program_(program),
      catalog_(catalog),
      is_whole_(is_whole),
      findings_(catalog, program.site.get()),
      globals_(program.slots),
      state_{.program = program, .globals = &globals_, .scope = &globals_, .steps = &steps_},
      lock_hosts_(program.site.get()),
      needs_(std::move(needs)) {
    for (const program::Parameter& parameter : program.parameters) globals_.bind(parameter.slot, parameter.value);
}

void Analyzer::everything() {
    block(program_.body);
    {
        const Until rehearsals_only(unforeseen_, unforeseen_ + 1);
        for (const Invariant& invariant : program_.invariants) visit(invariant.condition);
    }
    for (const Watch& watch : program_.watches) {
        time(watch.every, "every");
        visit(watch.condition);
    }
    unused_defines();
}

/// What no call reaches is seen with nothing known but the site: an imported file may be right for other procedures.
void Analyzer::unused_defines() {
    const Until unforeseen(unforeseen_, unforeseen_ + 1);
    const Until unsure(unsure_, unsure_ + 1);
    const Until nobody_switches(lock_hosts_, LockHosts(nullptr));
    for (const Define& define : program_.defines) {
        if (define.human || entered_.contains(&define)) continue;
        Scope scope(define.slots);
        const Until inside(state_.scope, &scope);
        if (const auto* statements = std::get_if<Block>(&define.body)) {
            block(*statements);
        } else {
            visit(std::get<Expr>(define.body));
        }
    }
}

Analyzer::Flow Analyzer::block(const Block& block) {
    for (const Stmt& next : block) {
        if (statement(next) == Flow::GoesOn) continue;
        if (&next != &block.back()) {
            const Stmt& unreached = *(&next + 1);
            findings_.warning("W0655", unreached.span, "this is never reached", trail_)
                .label("not run")
                .see(next.span, "nothing goes on behind this")
                .help("remove it, or move it before what ends the run");
        }
        return Flow::Ends;
    }
    return Flow::GoesOn;
}

Analyzer::Flow Analyzer::statement(const Stmt& statement) {
    if (!spend()) return Flow::GoesOn;
    return std::visit([&](const auto& node) { return analyze(node, statement.span); }, statement.node);
}

Analyzer::Flow Analyzer::analyze(const Step& step, Span) {
    visit(step.title);
    const auto within = limit(step.within);
    if (step.retry) {
        const auto every = time(step.retry->every, "every");
        if (step.retry->times > most_attempts) {
            findings_
                .error("E0536", step.retry->every->span,
                       fmt::format("this step would be tried {} times more, and {} is the most", step.retry->times, most_attempts), trail_)
                .help("write how often it may be tried before a person is asked");
        }
        if (within && every && *every > *within) {
            findings_
                .error("E0532", step.retry->every->span,
                       fmt::format("the next attempt comes after {}, and the step ends after {}", show(*every), show(*within)), trail_)
                .label("longer than the step's `within`")
                .see(step.within->span, "the step's end")
                .help("make `every` shorter or `within` longer");
        }
    }
    const Until inside(limit_, within ? std::optional(Limit{*within, step.within->span}) : limit_);
    const Until over(over_, over_ + (needs_.is_over(step.number) ? 1 : 0));
    return block(step.body);
}

Analyzer::Flow Analyzer::analyze(const If& choice, Span) {
    visit(choice.condition);
    const auto condition = state_.known(choice.condition);
    if (condition && !condition->is_unknown()) {
        const bool always = only_literals(choice.condition);
        const Until decided(decided_, decided_ + (always ? 0 : 1));
        const Flow flow = block(condition->boolean() ? choice.yes : choice.no);
        return always ? flow : Flow::GoesOn;  // with other values the run goes on
    }
    const Until unsure(unsure_, unsure_ + 1);
    auto off = lock_hosts_.situations();
    const Flow yes = block(choice.yes);
    off = lock_hosts_.exchange(std::move(off));
    const Flow no = block(choice.no);
    if (no == Flow::Ends) {
        lock_hosts_.exchange(std::move(off));
    } else if (yes == Flow::GoesOn) {
        lock_hosts_.join(off);
    }
    return yes == Flow::Ends && no == Flow::Ends ? Flow::Ends : Flow::GoesOn;
}

Analyzer::Flow Analyzer::analyze(const Require& require, Span span) {
    may_fail(span);
    const std::size_t errors = findings_.errors();
    {
        const Until reads(needs_.reads, Needs::Reads::Require);
        const Until condition(condition_, require.condition.span);
        visit(require.condition);
    }
    visit(require.message);
    const auto condition = state_.known(require.condition);
    if (!condition || condition->is_unknown()) return Flow::GoesOn;
    const bool holds = condition->boolean();
    if (only_literals(require.condition)) {
        findings_
            .warning("W0652", require.condition.span, fmt::format("this condition is always {}: it is made of literals", condition->show()),
                     trail_)
            .help("require something about the site or the parameters, or leave it out");
    } else if (!holds && unsure_ == 0 && findings_.errors() == errors) {
        const auto message = require.message ? state_.known(*require.message) : std::nullopt;
        const std::string why = message && !message->is_unknown() ? ": " + message->plain() : ", whatever the machines say";
        findings_.error("E0541", require.condition.span, "this requirement does not hold" + why, trail_, About::Values)
            .label("false")
            .help(names_in(require.condition));
    }
    return Flow::GoesOn;
}

Analyzer::Flow Analyzer::analyze(const Let& let, Span span) {
    may_fail(span);
    visit(let.value);
    bind(*state_.scope, let.slot, let.value, state_);
    return Flow::GoesOn;
}

Analyzer::Flow Analyzer::analyze(const Ask& ask, Span) {
    visit(ask.question);
    asks(Requirements::Question::Kind::Value, ask.question, ask.type);
    state_.scope->bind(ask.slot, std::nullopt);
    return Flow::GoesOn;
}

Analyzer::Flow Analyzer::analyze(const Confirm& confirm, Span) {
    visit(confirm.text);
    asks(Requirements::Question::Kind::Confirm, confirm.text);
    limit(confirm.within);
    return Flow::GoesOn;
}

Analyzer::Flow Analyzer::analyze(const Note& note, Span) {
    visit(note.text);
    return Flow::GoesOn;
}

Analyzer::Flow Analyzer::analyze(const Fail& fail, Span span) {
    visit(fail.text);
    if (unsure_ == 0 && decided_ > 0) {
        const auto text = state_.known(fail.text);
        const std::string why = text && !text->is_unknown() ? ": " + text->plain() : "";
        findings_.error("E0541", span, "with these values the run always fails here" + why, trail_, About::Values).label("always reached");
    }
    return Flow::Ends;
}

Analyzer::Flow Analyzer::analyze(const GoOn& go_on, Span) {
    visit(go_on.reason);
    return Flow::GoesOn;
}

Analyzer::Flow Analyzer::analyze(const Commit& commit, Span) {
    visit(commit.reason);
    return Flow::GoesOn;
}

/// Runs behind everything else, so neither its actions nor its times meet those around it.
Analyzer::Flow Analyzer::analyze(const OnFailure& on_failure, Span) {
    const Until unsure(unsure_, unsure_ + 1);
    const Until no_limit(limit_, std::optional<Limit>{});
    const Aside aside(lock_hosts_);
    const Until on_a_failure(aside_, aside_ + 1);
    branches_.pause();
    block(on_failure.body);
    branches_.resume();
    return Flow::GoesOn;
}

}  // namespace lang::analysis
