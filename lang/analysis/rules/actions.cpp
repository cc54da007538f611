// Actions and calls of defines: what acts, and whether the machine suits it.
#include <fmt/format.h>

#include <algorithm>

#include "lang/analysis/analyzer.hpp"
#include "lang/model/this_machine.hpp"

namespace lang::analysis {

using namespace program;

namespace {

bool fits(HostKind kind, Os os) {
    return kind == HostKind::Any || kind == HostKind::None || (kind == HostKind::Windows) == (os == Os::Windows);
}

/// Is there an `else` with which the run goes on where it fails?
bool goes_on_after_failure(const Clauses& clauses) {
    const auto* otherwise = std::get_if<Block>(&clauses.otherwise);
    return otherwise != nullptr && (otherwise->empty() || !std::holds_alternative<Fail>(otherwise->back().node));
}

}  // namespace

Analyzer::Flow Analyzer::analyze(const Action& action, Span span) {
    may_fail(span);
    signs_off(catalog_[action.builtin]);
    visit_all(action.arguments);
    takes(action.builtin, action.arguments);
    suits(action.builtin, span, state_.place);
    can_be_sent(action.builtin, action.arguments, span, state_.place);
    names(action.builtin, action.arguments, state_.place);
    const Place& place = state_.place;
    const bool is_here = place.kind == Place::Kind::Here;
    const bool is_known = is_here || (place.kind == Place::Kind::Machine && place.sure);
    if (branches_.collecting() && is_known && catalog_[action.builtin].hosts != HostKind::None) {
        Act act{is_here ? &this_machine(*program_.site) : place.host, span, calls(trail_), {}};
        for (const Expr& argument : action.arguments) act.arguments.push_back(state_.known(argument));
        act.touches = touched(catalog_[action.builtin], act);
        branches_.note(std::move(act));
    }
    visit(action.done_when);
    {
        const Until caught(needs_.caught, needs_.caught + (goes_on_after_failure(action.clauses) ? 1 : 0));
        if (unforeseen_ == 0) needs_.acts(place, given_in(action.arguments), span, is_certain());
    }
    if (place.kind == Place::Kind::Machine && catalog_[action.builtin].switches_off) switches_off(*place.host, span);
    clauses(action.clauses);
    return Flow::GoesOn;
}

Analyzer::Flow Analyzer::analyze(const RunDefine& run, Span span) {
    may_fail(span);
    visit_all(run.arguments);
    const auto within = limit(run.clauses.within);
    {
        const Until inside(limit_, within ? std::optional(Limit{*within, run.clauses.within->span}) : limit_);
        const Until caught(needs_.caught, needs_.caught + (goes_on_after_failure(run.clauses) ? 1 : 0));
        const Needs::Call call(needs_, given_in(run.arguments));
        enter(program_.defines[run.define], run.arguments, span);
    }
    switches(program_.defines[run.define], run.arguments, span);
    clauses(run.clauses);
    return Flow::GoesOn;
}

/// What an action with these arguments touches on its machine; nothing where they are not all known, or not to be taken.
std::vector<Footprint> Analyzer::touched(const Signature& signature, const Act& act) const {
    std::vector<Value> values;
    for (const std::optional<Value>& argument : act.arguments) {
        if (!argument || argument->is_unknown()) return {};
        values.push_back(*argument);
    }
    if (!signature.touches || values.size() != signature.parameters.size() || refusal(signature, values)) return {};
    return signature.touches(values, *act.host, *program_.site);
}

/// The machines that are given, or may be.
std::vector<const Host*> Analyzer::given_in(const std::vector<Expr>& arguments) const {
    std::vector<const Host*> given;
    for (const Expr& argument : arguments) {
        if (const auto hosts = possible_hosts(argument, state_)) given.insert(given.end(), hosts->all.begin(), hosts->all.end());
    }
    return given;
}

/// One machine must go on keeping the site's lock.
void Analyzer::switches_off(const Host& host, Span span) {
    if (!is_whole_ || !lock_hosts_.switch_off(host)) return;  // what is missing may switch one on
    findings_.error("E0528", span, fmt::format("with {} every machine that keeps the site's lock is off", host.name), trail_, About::Values)
        .label("switches off the last that is on")
        .see(program_.site->lock_span, fmt::format("the lock is kept by {}", listed(program_.site->lock_hosts)))
        .help("let the lock be kept by a machine that this procedure does not switch off");
}

/// By their names: how a site switches its machines cannot be seen in what it sends.
void Analyzer::switches(const Define& define, const std::vector<Expr>& arguments, Span call) {
    if (!define.switches_off() && !define.switches_on()) return;
    for (const Host* host : given_in(arguments)) needs_.is_dealt_with(*host);
    for (const Expr& argument : arguments) {
        const auto machines = possible_hosts(argument, state_);
        if (!machines || !machines->exact) continue;
        for (const Host* host : machines->all) define.switches_off() ? switches_off(*host, call) : lock_hosts_.switch_on(*host);
    }
}

void Analyzer::enter(const Define& define, const std::vector<Expr>& arguments, Span call) {
    constexpr std::size_t deepest = 200;  // the checker has refused recursion
    if (trail_.size() > deepest) return;
    entered_.insert(&define);
    Scope scope = entered(define, arguments, state_);
    std::vector<std::string> given;
    for (std::size_t i = 0; i < arguments.size() && i < define.parameters.size(); ++i) {
        const auto& value = scope.values[i];
        const bool a_list = value && std::holds_alternative<std::shared_ptr<const List>>(value->payload());
        if (value && !a_list) given.push_back(fmt::format("`{}` is {}", define.parameters[i], value->show()));
    }
    const std::string with = given.empty() ? "" : fmt::format(", where {}", listed(given));
    trail_.push_back({Turn::Kind::Call, call, fmt::format("`{}` is called here{}", define.name, with)});
    {
        const Until inside(state_.scope, &scope);
        if (define.human) {
            needs_.acts({}, {}, call, false);
            visit(*define.human);
            asks(Requirements::Question::Kind::Confirm, *define.human);
        } else if (const auto* statements = std::get_if<Block>(&define.body)) {
            block(*statements);
        } else {
            visit(std::get<Expr>(define.body));
        }
    }
    trail_.pop_back();
}

void Analyzer::clauses(const Clauses& clauses) {
    limit(clauses.within);
    visit(clauses.leave);
    const Until unsure(unsure_, unsure_ + 1);
    const Until on_a_failure(aside_, aside_ + 1);
    if (const auto* message = std::get_if<Expr>(&clauses.otherwise)) visit(*message);
    if (const auto* statements = std::get_if<Block>(&clauses.otherwise)) {
        const Perhaps perhaps(lock_hosts_);
        block(*statements);
    }
    if (!clauses.undo) return;
    const Aside aside(lock_hosts_);
    const Until no_limit(limit_, std::optional<Limit>{});  // runs at the end of the outermost step, after its branches have joined
    branches_.pause();
    block(*clauses.undo);
    branches_.resume();
}

void Analyzer::suits(std::size_t builtin, Span span, const Place& place) {
    const Signature& signature = catalog_[builtin];
    takes_secrets(signature, place);
    if (signature.effect == Effect::Query && unforeseen_ == 0) needs_.asks(builtin, signature, place, condition_, is_certain());
    if (signature.hosts == HostKind::None || signature.effect == Effect::Pure || signature.effect == Effect::Human) return;
    if (place.kind == Place::Kind::Machine) {
        const bool runs_there = fits(signature.hosts, place.host->os);
        findings_.used_on(builtin, span, *place.host, Findings::Wants::System, runs_there, place.sure, place.chosen, trail_);
        if (runs_there) suits_cluster(builtin, span, place);
    } else if (place.kind == Place::Kind::Here && signature.hosts == HostKind::Windows) {
        findings_
            .error("E0525", span, fmt::format("`{}` is for Windows, and the machine that procrun runs on is not", signature.full_name()),
                   trail_)
            .label("used here")
            .see(place.chosen, "`here` is chosen here");
    }
}

}  // namespace lang::analysis
