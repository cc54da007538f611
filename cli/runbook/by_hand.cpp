#include "cli/runbook/by_hand.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/command/all.hpp"
#include "cli/runbook/simulated_site.hpp"
#include "cli/runbook/typed_line.hpp"
#include "cli/terminal/words.hpp"
#include "lang/analysis/nodes.hpp"
#include "lang/model/this_machine.hpp"

namespace cli::show {

namespace ir = lang::program;
using runtime::Value;

namespace {

bool is_request(const runtime::Command& command) { return command.form() == runtime::Command::Form::Request; }

}  // namespace

ByHand::ByHand(const ir::Program& program, const std::string& scene) : program_(program) {
    constexpr const char* healthy = "healthy";
    if (!scene.empty() && scene != healthy)
        simulated_.push_back(std::make_unique<SimulatedSite>(program, make_scene(program.site, scene, 1)));
    simulated_.push_back(std::make_unique<SimulatedSite>(program, make_scene(program.site, healthy, 1)));
}

ByHand::~ByHand() = default;

std::string ByHand::source_of(lang::Span span) const { return simulated_.back()->evaluator.source_of(span); }

/// Is the value there without asking anybody?
std::optional<Value> ByHand::plain(const ir::Expr& expression, runtime::Frame& frame) const {
    runtime::Evaluation evaluation("");
    Value value = simulated_.back()->evaluator.evaluate(expression, frame, evaluation);
    return value.is_unknown() || !evaluation.observations().empty() ? std::nullopt : std::optional(std::move(value));
}

std::optional<Value> ByHand::computed(const ir::Expr& expression, const runtime::Frame& before) const {
    const auto is_open = [](const runtime::Frame& frame, int slot) { return frame.slots[static_cast<std::size_t>(slot)].is_nothing(); };
    const bool depends = lang::analysis::any_node(expression, [&](const ir::Expr& part) {
        if (const auto* slot = std::get_if<ir::Slot>(&part.node)) return is_open(before, slot->index);
        if (const auto* global = std::get_if<ir::Global>(&part.node))
            return is_open(before.globals != nullptr ? *before.globals : before, global->index);
        if (const auto* call = std::get_if<ir::Call>(&part.node)) {
            const lang::Signature& signature = registry()[call->builtin].signature;
            return signature.effect != lang::Effect::Pure || signature.reads_clock;
        }
        return std::holds_alternative<ir::Kept>(part.node) || std::holds_alternative<ir::CallDefine>(part.node);
    });
    if (depends) return std::nullopt;
    try {
        runtime::Frame frame = before;
        return plain(expression, frame);
    } catch (const runtime::Failure&) {
        return std::nullopt;  // `one of` without one match, an overflow: the run says so
    }
}

/// What a run reads only where the left side leaves it open, a person wants to see as well: both sides are asked, and each host.
void ByHand::collect(const ir::Expr& expression, runtime::Frame frame, std::vector<Look>& looks) {
    const auto at = [&](const ir::ExprPtr& on) {
        const auto host = on ? plain(*on, frame) : std::nullopt;
        return host ? &host->host() : on ? nullptr : frame.host;
    };
    if (const auto* logic = std::get_if<ir::Logic>(&expression.node)) {
        collect(*logic->left, frame, looks);
        collect(*logic->right, frame, looks);
    } else if (const auto* compare = std::get_if<ir::Compare>(&expression.node)) {
        collect(*compare->left, frame, looks);
        collect(*compare->right, frame, looks);
    } else if (const auto* negated = std::get_if<ir::Not>(&expression.node)) {
        collect(*negated->operand, frame, looks);
    } else if (const auto* asked = std::get_if<ir::IsUnknown>(&expression.node)) {
        collect(*asked->operand, frame, looks);
    } else if (const auto* field = std::get_if<ir::FieldOf>(&expression.node)) {
        collect(*field->record, frame, looks);
    } else if (const auto* filter = std::get_if<ir::Filter>(&expression.node)) {
        collect(*filter->list, frame, looks);
    } else if (const auto* quantified = std::get_if<ir::Quantified>(&expression.node)) {
        collect(*quantified->list, frame, looks);
        const auto list = plain(*quantified->list, frame);
        if (!list) return;
        for (const Value& item : list->items()) {
            frame[quantified->slot] = item;
            if (quantified->on_element) frame.host = &item.host();
            collect(*quantified->body, frame, looks);
        }
    } else if (const auto* call = std::get_if<ir::CallDefine>(&expression.node)) {
        runtime::Frame inner{.slots = {}, .globals = frame.globals != nullptr ? frame.globals : &frame, .host = at(call->on)};
        for (const ir::Expr& argument : call->arguments) {
            collect(argument, frame, looks);
            inner.slots.push_back(plain(argument, frame).value_or(Value::unknown("found out on the way")));
        }
        inner.slots.resize(static_cast<std::size_t>(program_.defines[call->define].slots));
        collect(std::get<ir::Expr>(program_.defines[call->define].body), inner, looks);
    } else if (const auto* query = std::get_if<ir::Call>(&expression.node)) {
        for (const ir::Expr& argument : query->arguments) collect(argument, frame, looks);
        const lang::Host* host = at(query->on);
        if (host != nullptr) look(*query, *host, frame, looks);
    }
}

void ByHand::look(const ir::Call& call, const lang::Host& host, runtime::Frame& frame, std::vector<Look>& looks) {
    const runtime::Builtin& builtin = registry()[call.builtin];
    const auto* query = std::get_if<runtime::Query>(&builtin.parts);
    if (query == nullptr) return;
    std::vector<Value> values;
    for (const ir::Expr& argument : call.arguments) {
        const auto value = plain(argument, frame);
        if (!value) return;
        values.push_back(*value);
    }
    SimulatedSite& simulated = *simulated_.back();
    Look look{.host = host.name,
              .call = runtime::call_text(builtin.signature, values),
              .command = {},
              .why = {},
              .doc = first_sentence(builtin.signature.doc)};
    const runtime::Arguments arguments(builtin.signature, std::move(values));
    if (builtin.typed) {
        look.command = as_typed(builtin.typed(arguments).command, host);
    } else {
        const runtime::Detected detected = simulated.connections.detect(host, builtin.needs, builtin.signature.deadline, "");
        const auto commands = query->read.commands(simulated.connections.context(arguments, &host, detected));
        look.command = as_typed(commands, host);
        if (look.command.empty()) look.why = why_not_typed(commands, host);
        look.from_here = lang::is_of_no_site(host) || (!commands.empty() && std::all_of(commands.begin(), commands.end(), is_request));
    }
    if (told_.insert({look.host, look.command, look.command.empty() ? look.call : std::string()}).second) looks.push_back(std::move(look));
}

std::vector<Look> ByHand::looks(const ir::Expr& expression, const runtime::Frame& frame) {
    std::vector<Look> all;
    told_.clear();
    try {
        collect(expression, frame, all);
    } catch (const runtime::Failure&) {
        // What cannot be evaluated before a run is shown as it is written.
    }
    return all;
}

const lang::Host* ByHand::found(const ir::Find& find, const runtime::Frame& before) {
    runtime::Frame frame = before;
    const lang::Host* only = nullptr;
    try {
        const auto list = plain(find.list, frame);
        if (!list) return nullptr;
        for (const Value& item : list->items()) {
            frame[find.variable_slot] = item;
            frame.host = &item.host();
            runtime::Evaluation evaluation("");
            const Value fits = simulated_.front()->evaluator.evaluate(find.condition, frame, evaluation);
            if (fits.is_unknown()) return nullptr;
            if (!fits.boolean()) continue;
            if (only != nullptr) return nullptr;
            only = &item.host();
        }
    } catch (const runtime::Failure&) {
        return nullptr;
    }
    return only;
}

std::optional<Deed> ByHand::deed_in(SimulatedSite& simulated, std::size_t index, const runtime::Arguments& arguments,
                                    const lang::Host& host, bool only_if_needed, std::string& why_not) {
    using State = runtime::Verdict::State;
    const runtime::Builtin& builtin = registry()[index];
    const auto& action = std::get<runtime::Action>(builtin.parts);
    const runtime::Detected detected = simulated.connections.detect(host, builtin.needs, builtin.signature.deadline, "");
    const runtime::Context context = simulated.connections.context(arguments, &host, detected);
    Deed deed{.command = {}, .why = {}, .check = {}, .doc = first_sentence(builtin.signature.doc)};
    Value seen;
    std::string nothing_to_do;
    if (action.probe) {
        seen = simulated.connections.read(*action.probe, context, builtin.signature.deadline, runtime::event::CommandEnded::For::Probe, "");
        if (seen.is_unknown()) {
            why_not = "the simulated site does not tell: " + seen.why_unknown().why;
            return std::nullopt;
        }
        deed.check = as_typed(action.probe->commands(context), host);
        const runtime::Verdict verdict = action.judge(seen, context);
        if (only_if_needed && verdict.state != State::Needed) return std::nullopt;
        if (verdict.state == State::Refused || verdict.state == State::Unclear) {
            why_not = "on the simulated site it is refused: " + verdict.why;
            return std::nullopt;
        }
        if (verdict.state == State::Reached) nothing_to_do = "on the simulated site nothing is to be done: " + verdict.why;
    }
    const runtime::Command command = action.command(seen, context);
    deed.command = as_typed(command, host);
    if (deed.command.empty()) deed.why = nothing_to_do.empty() ? why_not_typed(command, host) : nothing_to_do;
    deed.from_here = lang::is_of_no_site(host) || is_request(command);
    return deed;
}

SimulatedSite& ByHand::followed() {
    if (!followed_) {
        Scene scene{.world = std::make_unique<rehearsal::World>(*simulated_.front()->scene.world), .journal = nullptr};
        followed_ = std::make_unique<SimulatedSite>(program_, std::move(scene));
    }
    return *followed_;
}

void ByHand::follow(std::size_t index, const std::vector<Value>& values, const lang::Host& host) {
    const runtime::Builtin& builtin = registry()[index];
    const auto& action = std::get<runtime::Action>(builtin.parts);
    SimulatedSite& site = followed();
    const runtime::Arguments arguments(builtin.signature, values);
    const lang::Duration patience = builtin.signature.deadline;
    const runtime::Detected detected = site.connections.detect(host, builtin.needs, patience, "");
    const runtime::Context context = site.connections.context(arguments, &host, detected);
    Value seen;
    if (action.probe) {
        seen = site.connections.read(*action.probe, context, patience, runtime::event::CommandEnded::For::Probe, "");
        if (seen.is_unknown() || action.judge(seen, context).state != runtime::Verdict::State::Needed) return;
    }
    site.connections.run(host, action.command(seen, context), patience, runtime::event::CommandEnded::For::Action, "");
    constexpr lang::Duration settles = std::chrono::seconds(20);  // a unit has stopped, a load balancer has looked
    site.scheduler.sleep_until(site.scheduler.now() + settles, site.stop, runtime::Stop::Level::NoNewAction);
}

Deed ByHand::deed(std::size_t index, const std::vector<Value>& values, const lang::Host& host) {
    const runtime::Builtin& builtin = registry()[index];
    const lang::Signature& signature = builtin.signature;
    const runtime::Arguments arguments(signature, values);
    Deed by_hand{.command = {}, .why = {}, .check = {}, .doc = first_sentence(signature.doc)};
    if (builtin.typed) {
        const runtime::Typed typed = builtin.typed(arguments);
        by_hand.command = as_typed(typed.command, host);
        by_hand.check = as_typed(typed.check, host);
        return by_hand;
    }
    std::vector<SimulatedSite*> sites;
    for (const auto& simulated : simulated_) sites.push_back(simulated.get());
    sites.push_back(&followed());
    std::string why_not;
    for (const bool only_if_needed : {true, false}) {
        for (SimulatedSite* site : sites) {
            auto deed = deed_in(*site, index, arguments, host, only_if_needed, why_not);
            if (!deed) continue;
            if (!deed->command.empty()) return std::move(*deed);
            by_hand = std::move(*deed);  // another site may know more
        }
    }
    if (by_hand.why.empty()) by_hand.why = why_not;
    return by_hand;
}

}  // namespace cli::show
