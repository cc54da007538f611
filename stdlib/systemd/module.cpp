// Services of Linux machines: systemd, and init scripts where there is none.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/module.hpp"
#include "stdlib/pcs/read/values.hpp"
#include "stdlib/support/readers.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"
#include "stdlib/systemd/discovery.hpp"
#include "stdlib/systemd/owner.hpp"
#include "stdlib/systemd/residues.hpp"
#include "stdlib/systemd/status.hpp"
#include "stdlib/systemd/verdict.hpp"

namespace stdlib::systemd {

namespace {

using namespace std::chrono_literals;
using lang::Effect;
using lang::Kind;
using lang::Parameter;
using lang::Type;
using lang::Value;
using runtime::Action;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::Detection;
using runtime::Query;
using runtime::Read;
using runtime::Reply;
using runtime::Verdict;

constexpr auto detected_manager = "systemd.manager";
constexpr std::string_view init_scripts = "init scripts";

Parameter unit() {
    return {.name = "unit", .type = Kind::Text, .doc = "the unit; `.service` may be left out", .reads = support::text_reader(no_name)};
}

std::vector<runtime::Footprint> footprint(const Context& context) { return {{"systemd", full_name(context.arguments.text("unit"))}}; }

bool has_init_scripts(const Context& context) {
    const auto found = context.detected.find(detected_manager);
    return found != context.detected.end() && !found->second.is_unknown() && found->second.text() == init_scripts;
}

/// `systemctl VERB -- UNIT` or `service NAME VERB`.
Command order(const Context& context, const std::string& verb) {
    std::string unit = context.arguments.text("unit");
    if (!has_init_scripts(context)) return Command::program({"systemctl", verb, "--", std::move(unit)});
    if (unit.ends_with(".service")) unit.resize(unit.size() - std::string_view(".service").size());
    return Command::program({"service", std::move(unit), verb});
}

std::vector<Command> ask_status(const Context& context) {
    const std::string& unit = context.arguments.text("unit");
    if (no_name(unit)) return {};
    if (has_init_scripts(context)) return {order(context, "status")};
    return {Command::program({"systemctl", "show", "-p", std::string(properties), "--", unit}).typed_as({"systemctl", "status", unit})};
}

Value status_of(std::span<const Reply> replies, const Context& context) {
    if (replies.empty()) return Value::unknown(no_name(context.arguments.text("unit")).value_or("nothing was asked"));
    const Reply& reply = replies.front();
    if (reply.truncated) return Value::unknown("the answer was too long to read");
    if (has_init_scripts(context)) return status_from_init_script(reply);
    if (!reply.ok()) return support::unreadable(fmt::format("systemd could not be asked: {}", reply.describe()), reply.err);
    return status_from(reply.out);
}

Read read_status(Value (*then)(const Value&)) {
    return {.commands = ask_status,
            .value = [then](std::span<const Reply> replies, const Context& context) { return then(status_of(replies, context)); }};
}

Value as_it_is(const Value& status) { return status; }

Builtin status() {
    return {{.name = "status",
             .parameters = {unit()},
             .result = Type::of(status_type()),
             .doc = "How a unit stands. Ask `load` to tell a unit that is stopped from one that does not exist: both are Inactive.",
             .example = "require systemd.status(\"wildfly\").enabled on acd-jb1 == \"enabled\"",
             .deadline = 20s},
            Query{read_status(as_it_is), footprint},
            {detected_manager}};
}

Builtin running() {
    return {
        {.name = "running",
         .parameters = {unit()},
         .result = Kind::Bool,
         .doc =
             "Is the unit active? Unknown while it starts or stops, while systemd waits to start it again after it died, and where there "
             "is no such unit. Active is not yet serving: ask the service itself too, where that matters.",
         .example = "wait_until systemd.running(\"wildfly\") on acd-jb1  within 5m",
         .deadline = 20s},
        Query{read_status(systemd::running), footprint},
        {detected_manager}};
}

/// What an action sees: the unit's status, and why it must not be touched by hand; empty where it may.
const std::shared_ptr<const lang::RecordType>& seen_type() {
    static const auto type = support::record_type("systemd.Seen", {{"status", Type::of(status_type()), {}}, {"obstacle", Kind::Text, {}}});
    return type;
}

/// The unit may be asked for by a name that Pacemaker does not use: what it is called else, systemd tells.
std::vector<std::string> names_of(const Reply& reply, const Context& context) {
    std::vector<std::string> names{full_name(context.arguments.text("unit"))};
    if (has_init_scripts(context)) return names;
    for (std::string& name : names_from(reply.out)) names.push_back(std::move(name));
    return names;
}

Read read_with_owner() {
    return {.commands =
                [](const Context& context) {
                    auto commands = ask_status(context);
                    if (!commands.empty() && !pcs::absent(context)) commands.push_back(pcs::crm_mon(context));
                    return commands;
                },
            .value = [](std::span<const Reply> replies, const Context& context) -> Value {
                const Value status = status_of(replies.first(std::min<std::size_t>(replies.size(), 1)), context);
                if (status.is_unknown()) return status;
                const Value obstacle = replies.size() < 2 ? Value("") : owner(replies[1], names_of(replies[0], context), *context.host);
                return obstacle.is_unknown() ? obstacle : support::record(seen_type(), {{"status", status}, {"obstacle", obstacle}});
            }};
}

const Value& status_in(const Value& seen) { return seen.is_unknown() ? seen : seen.field("status"); }

using Judge = Verdict (*)(const Value& status, std::string_view unit);
using Arrived = Verdict (*)(const Value& before, const Value& now, std::string_view unit);

/// Nothing is sent to a unit that a cluster manager runs, not even where that would bring it where the manager wants it.
Verdict judged(Judge may, const Value& seen, const Context& context) {
    Verdict verdict = may(status_in(seen), context.arguments.text("unit"));
    if (verdict.state != Verdict::State::Needed || seen.field("obstacle").text().empty()) return verdict;
    return {Verdict::State::Refused, seen.field("obstacle").text()};
}

Builtin action(lang::Signature signature, Judge may, Arrived arrived) {
    signature.effect = Effect::Action;
    signature.parameters = {unit()};
    const std::string verb = signature.name;
    Action parts{
        .probe = read_with_owner(),
        .judge = [may](const Value& seen, const Context& context) { return judged(may, seen, context); },
        .command = [verb](const Value&, const Context& context) { return order(context, verb); },
        .complaint = {},
        .arrived = [arrived](const Value& before, const Value& now,
                             const Context& context) { return arrived(status_in(before), status_in(now), context.arguments.text("unit")); },
        .touches = footprint};
    return {std::move(signature), std::move(parts), {detected_manager, std::string(pcs::pacemaker_version)}};
}

Builtin start() {
    return action({.name = "start",
                   .parameters = {},
                   .result = {},
                   .doc = "Starts a unit. Refused for a unit that is masked, faulty or not there. Fails at once where it fails.",
                   .done = "it is Active, or, of type oneshot, has run to its end",
                   .example = "systemd.start(\"wildfly\")  within 5m",
                   .deadline = 5min},
                  may_start, started);
}

Builtin stop() {
    return action({.name = "stop",
                   .parameters = {},
                   .result = {},
                   .doc = "Stops a unit. What may start it again (`mariadb.socket` does, at the next "
                          "client) is told; stop that first. Refused where there is no such unit.",
                   .done = "it is Inactive or Failed",
                   .example = "systemd.stop(\"wildfly\")  within 5m",
                   .deadline = 5min},
                  may_stop, stopped);
}

Builtin restart() {
    return action({.name = "restart",
                   .parameters = {},
                   .result = {},
                   .doc = "Restarts a unit, or starts it.",
                   .done = "it is Active as another invocation than before",
                   .example = "systemd.restart(\"haproxy\")  within 1m",
                   .deadline = 5min},
                  may_restart, restarted);
}

/// `command -v` says nothing where there is none; whatever else speaks (sudo, the shell) did not answer the question.
Value manager_from(const Reply& reply) {
    if (reply.ok()) return "systemd";
    if (reply.out.empty() && reply.err.empty()) return init_scripts;
    return support::unreadable(fmt::format("it could not be told whether there is a systemctl: {}", reply.describe()), reply.err);
}

Detection manager() {
    return {detected_manager,
            {.commands =
                 [](const Context&) { return std::vector{Command::script({runtime::Verbatim{"command -v systemctl"}}).as_login_user()}; },
             .value = [](std::span<const Reply> replies, const Context&) { return manager_from(replies.front()); }}};
}

}  // namespace

runtime::Module module() {
    return {.name = "systemd",
            .doc =
                "Units of systemd. On a machine without `systemctl` the same builtins use `service NAME start|stop|restart|status`. A unit "
                "that "
                "Pacemaker runs is not started or stopped from here.",
            .builtins = {status(), running(), start(), stop(), restart()},
            .detections = {manager()},
            .residues = {failed_units(), site_units()},
            .sources = {"systemctl(1), systemd.exec(5), org.freedesktop.systemd1(5) of systemd 252",
                        "Linux Standard Base 5.0, Init Script Actions (exit status of `status`)"},
            .evidence = {{runtime::Evidence::How::Real, "systemd 252"},
                         {runtime::Evidence::How::Recorded, "systemd 252"},
                         {runtime::Evidence::How::Manual, "init scripts of the Linux Standard Base"}},
            .counterpart = "winsvc",
            .discovery = discovery(),
            .rights = runtime::programs_only,
            .paths = {{"service", "/usr/sbin/service"}}};
}

}  // namespace stdlib::systemd
