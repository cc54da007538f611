// Actions and people: looked at, judged, and never done.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/plan/planner.hpp"
#include "runtime/shell/sudoers.hpp"

namespace runtime {

using Kind = PlanItem::Kind;
using State = Verdict::State;

namespace {

/// For one look at what an action would change.
constexpr Duration probe_timeout = std::chrono::seconds(30);

void hosts_in(const Value& value, std::vector<const lang::Host*>& hosts) {
    if (const auto* host = std::get_if<const lang::Host*>(&value.payload())) hosts.push_back(*host);
    if (!std::holds_alternative<std::shared_ptr<const lang::List>>(value.payload())) return;
    for (const Value& item : value.items()) hosts_in(item, hosts);
}

/// What is written to the command's standard input: of a socket or a client it is the order itself. The line of a request has it already.
std::string input_of(const Command& command) {
    if (command.form() == Command::Form::Request) return {};
    std::string text;
    for (const Part& part : command.input()) {
        if (const auto* verbatim = std::get_if<Verbatim>(&part)) text += verbatim->text;
        if (const auto* quoted = std::get_if<Quoted>(&part)) text += quoted->text;
        if (std::holds_alternative<Hidden>(part)) text += "***";
    }
    while (text.ends_with('\n')) text.pop_back();
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.replace(at, 1, "; ");
    return text.empty() ? text : " <<< " + text;
}

/// Would any of these do something?
bool acts(const std::vector<PlanItem>& items, std::size_t from) {
    return std::any_of(items.begin() + static_cast<std::ptrdiff_t>(from), items.end(), [](const PlanItem& item) {
        return item.outlook == Outlook::WouldChange || item.kind == Kind::Human ||
               (item.kind == Kind::Action && item.outlook == Outlook::KnownAfter) || acts(item.children, 0);
    });
}

}  // namespace

void Planner::clauses(PlanItem& item, const ir::Clauses& clauses, Place& place) {
    if (clauses.undo && !clauses.undo->empty()) {
        const ir::Block& undo = *clauses.undo;
        item.undo = evaluator_.source_of({undo.front().span.begin, undo.back().span.end, undo.front().span.file});
    }
    if (clauses.leave) item.leave = text(*clauses.leave, place);
}

/// With what is known of the arguments; the others as they are written.
std::string Planner::call_of(const std::string& name, const std::vector<ir::Expr>& arguments, const std::vector<Value>& values) const {
    std::string inside;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::holds_alternative<ir::Literal>(arguments[i].node) && i > 0) continue;
        inside += (inside.empty() ? "" : ", ") + (values[i].is_unknown() ? evaluator_.source_of(arguments[i]) : values[i].show());
    }
    return fmt::format("{}({})", name, inside);
}

void Planner::look(PlanItem& item, const Builtin& builtin, const Arguments& arguments, const lang::Host& host) {
    const auto& action = std::get<runtime::Action>(builtin.parts);
    if (auto refused = lang::refusal(builtin.signature, arguments.values())) {
        item.outlook = Outlook::Refused;
        item.why = std::move(*refused);
        return;
    }
    const Detected detected = connections_.detect(host, builtin.needs, probe_timeout, item.step);
    const Context context = connections_.context(arguments, &host, detected);
    Value seen;
    Verdict verdict{.state = State::Needed, .why = {}};
    if (action.probe) {
        seen = connections_.read(*action.probe, context, probe_timeout, event::CommandEnded::For::Probe, item.step);
        verdict = seen.is_unknown() ? Verdict{.state = State::Unclear, .why = seen.why_unknown().why} : action.judge(seen, context);
    }
    item.why = verdict.why;
    if (verdict.state == State::Reached) {
        item.outlook = Outlook::AlreadySo;
    } else if (verdict.state == State::Needed) {
        item.outlook = Outlook::WouldChange;
        const Command command = action.command(seen, context);
        item.command = connections_.shown(host, command) + input_of(command);
        if (action.preview) preview(item, *action.preview, context);
        ask_sudo(item, command, host);
    } else if (const auto by = seen.is_unknown() ? pending_.near(host) : pending_.around(host, builtin.signature.module)) {
        item.outlook = Outlook::KnownAfter;
        item.why = "known only after " + *by;
    } else if (verdict.state == State::Refused) {
        item.outlook = Outlook::Refused;
    } else {
        item.outlook = Outlook::CannotTell;
        if (verdict.state == State::Moving) item.why = "it is on the move: " + verdict.why;
    }
}

/// Where the tools for it are not there the plan says nothing of it.
void Planner::preview(PlanItem& item, const Read& read, const Context& context) {
    const Value told = connections_.read(read, context, probe_timeout, event::CommandEnded::For::Query, item.step);
    if (told.is_unknown()) return;
    for (const Value& line : told.items()) item.preview.push_back(line.plain());
}

/// Without a password of the site a yes of sudo's is not all of it: `sudo -l` does not tell whether a password would be asked for. A no is.
void Planner::ask_sudo(PlanItem& item, const Command& command, const lang::Host& host) {
    const auto [said, is_new] = sudo_says_.try_emplace({&host, connections_.shown(host, command)});
    if (is_new) said->second = connections_.asked_of_sudo(host, command, probe_timeout, item.step);
    const std::optional<Reply>& answer = said->second;
    if (!answer || answer->ok()) return;
    const auto also = [&](std::string why) { item.why = item.why.empty() ? std::move(why) : fmt::format("{}; {}", item.why, why); };
    // 1 is sudo's no. Other statuses are the shell's, which has no sudo, or nobody's.
    if (answer->ending != Ending::Exited || answer->code != 1)
        return also(fmt::format("whether sudo on {} would run it could not be asked: {}", host.name, answer->describe()));
    item.outlook = Outlook::Refused;
    const lang::Host& to = command.other_host() != nullptr ? *command.other_host() : host;
    const auto narrowed = sudoers_command(command, world_.registry.paths());
    if (const auto* allowed = std::get_if<SudoersCommand>(&narrowed)) {
        also(fmt::format("sudo on {} would refuse it ({}); what allows it in sudoers: {}", to.name, answer->describe(),
                         sudoers_line(to, *allowed)));
    } else {
        also(fmt::format("sudo on {} would refuse it ({}); no line of sudoers can allow just that: {}", to.name, answer->describe(),
                         std::get<NotNarrow>(narrowed).why));
    }
}

void Planner::visit(const ir::Action& statement, const ir::Stmt& stmt, Place& place) {
    const Builtin& builtin = world_.registry[statement.builtin];
    const auto& action = std::get<runtime::Action>(builtin.parts);
    const lang::Host& host = *place.frame.host;
    std::vector<Value> values;
    for (const ir::Expr& argument : statement.arguments) values.push_back(lang::as_argument(see(argument, place).value));

    PlanItem act = item(Kind::Action, Outlook::KnownAfter, {}, stmt, place);
    clauses(act, statement.clauses, place);
    if (const Value* unknown = lang::unknown_among(values)) {
        act.text = call_of(builtin.signature.full_name(), statement.arguments, values);
        act.outlook = unknown->is_later() ? Outlook::KnownAfter : Outlook::CannotTell;
        act.why = unknown->why_unknown().why;
        pending_.touch_all_around(host, by(builtin.signature.full_name(), place));
        return add(std::move(act), place);
    }
    act.text = call_text(builtin.signature, values);
    const Arguments arguments(builtin.signature, std::move(values));
    const Detected nothing;
    const std::vector<Footprint> touches = action.touches(connections_.context(arguments, &host, nothing));
    const auto pending = action.probe ? pending_.over(host, of_system(touches, builtin.signature.module)) : std::nullopt;
    const Seen done = statement.done_when && !pending ? see(*statement.done_when, place) : Seen{.value = false};
    if (pending) {
        act.why = "known only after " + *pending;
    } else if (done.is(true)) {
        act.outlook = Outlook::AlreadySo;
        act.why = written(*statement.done_when, place);
    } else if (done.value.is_unknown()) {
        act.outlook = done.value.is_later() ? Outlook::KnownAfter : Outlook::CannotTell;
        act.why = done.value.why_unknown().why;
    } else {
        look(act, builtin, arguments, host);
    }
    if (act.outlook != Outlook::AlreadySo && act.outlook != Outlook::Refused) {
        act.danger = builtin.signature.danger;
        const std::string after = by(builtin.signature.full_name(), place);
        // A script that says what it is to reach is taken at its word: that is what will be otherwise.
        if (!statement.done_when) pending_.touch(host, touches, after);
        for (const Reading& reading : done.readings) pending_.touch(*reading.host, reading.about, after);
    }
    add(std::move(act), place);
}

/// What a person does, or what happens inside a verb of the site, may concern every machine that its arguments name.
void Planner::visit(const ir::RunDefine& statement, const ir::Stmt& stmt, Place& place) {
    const ir::Define& define = program_.defines[statement.define];
    std::vector<Value> values;
    for (const ir::Expr& argument : statement.arguments) values.push_back(see(argument, place).value);
    const std::string call = call_of(define.name, statement.arguments, values);
    std::vector<const lang::Host*> concerned;
    for (const Value& value : values) hosts_in(value, concerned);

    Place inner = place;
    inner.bindings.clear();
    for (std::size_t i = 0; i < values.size(); ++i)
        inner.bindings.push_back({define.parameters[i], values[i].is_unknown() ? "?" : values[i].plain()});
    inner.frame = Frame{.slots = std::move(values),
                        .globals = place.frame.globals != nullptr ? place.frame.globals : &place.frame,
                        .host = place.frame.host};
    inner.frame.slots.resize(std::max(statement.arguments.size(), static_cast<std::size_t>(define.slots)));
    const std::size_t before = place.items->size();
    if (define.human) {
        PlanItem human = item(Kind::Human, Outlook::SignOff, text(*define.human, inner), stmt, place);
        clauses(human, statement.clauses, place);
        add(std::move(human), place);
    } else {
        PlanItem heading = item(Kind::Define, Outlook::Said, call, stmt, place);
        clauses(heading, statement.clauses, place);
        if (!heading.undo.empty() || !heading.leave.empty()) add(std::move(heading), place);
        block(std::get<ir::Block>(define.body), inner);
    }
    if (!acts(*place.items, before)) return;
    for (const lang::Host* host : concerned) pending_.come_near(*host, by(define.name, place));
}

// ---------------------------------------------------------------- people

void Planner::visit(const ir::Confirm& confirm, const ir::Stmt& stmt, Place& place) {
    add(item(Kind::Confirm, Outlook::SignOff, text(confirm.text, place), stmt, place), place);
}

void Planner::visit(const ir::Ask& ask, const ir::Stmt& stmt, Place& place) {
    PlanItem question = item(Kind::Ask, Outlook::SignOff, text(ask.question, place), stmt, place);
    place.frame[ask.slot] = Value::later("known only after " + by("the answer", place));
    add(std::move(question), place);
}

}  // namespace runtime
