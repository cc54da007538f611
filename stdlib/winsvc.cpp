// Windows services.
#include <fmt/format.h>

#include <cctype>

#include "runtime/module.hpp"
#include "stdlib/support/shape.hpp"
#include "stdlib/support/unreadable.hpp"
#include "stdlib/winsvc/script.hpp"
#include "stdlib/winsvc/status.hpp"
#include "stdlib/winsvc/verdict.hpp"

namespace stdlib {

namespace {

using namespace std::chrono_literals;
using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Parameter;
using lang::Type;
using lang::Value;
using runtime::Action;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::Query;
using runtime::Read;
using runtime::Reply;
using runtime::Verdict;

Parameter service() { return {"service", Kind::Text, "the service name or the display name; capitals do not matter"}; }

Parameter if_missing() {
    return {"if_missing", Type::of(services::if_missing_type()), "Skip: a machine without this service counts as done",
            Value::member(services::if_missing_type(), "Fail")};
}

bool skips_missing(const Context& context) { return context.arguments["if_missing"].member_name() == "Skip"; }

/// A service is one, however its name is written.
std::vector<runtime::Footprint> footprint(const Context& context) {
    std::string name = context.arguments.text("service");
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return {{"winsvc", std::move(name)}};
}

Value status_of(std::span<const Reply> replies) {
    const Reply& reply = replies.front();
    if (reply.truncated) return Value::unknown("the answer was too long to read");
    if (reply.out.empty() && !reply.ok())
        return support::unreadable(fmt::format("PowerShell could not be asked: {}", reply.describe()), reply.err);
    return services::status_from(reply.out);
}

Read read_status(Value (*then)(const Value&)) {
    return {.commands = [](const Context& context) { return std::vector{services::status_script(context.arguments.text("service"))}; },
            .value = [then](std::span<const Reply> replies, const Context&) { return then(status_of(replies)); }};
}

Value as_it_is(const Value& status) { return status; }

Builtin status() {
    return {{.name = "status",
             .hosts = HostKind::Windows,
             .parameters = {service()},
             .result = Type::of(services::status_type()),
             .doc = "What Windows says about a service. A service that does not exist answers `exists: false`, and its state is unknown.",
             .example = "require winsvc.status(\"robot5\").state on acd-tel1 == Running",
             .deadline = 30s},
            Query{read_status(as_it_is), footprint},
            {}};
}

Builtin running() {
    return {{.name = "running",
             .hosts = HostKind::Windows,
             .parameters = {service()},
             .result = Kind::Bool,
             .doc = "Is the service running? Unknown while it starts, stops, pauses or continues, and where there is no such service.",
             .example = "wait_until winsvc.running(\"robot5\") on acd-tel2  within 5m",
             .deadline = 30s},
            Query{read_status(services::running), footprint},
            {}};
}

using Judge = Verdict (*)(const Value& status, bool skip_missing);
using Arrived = Verdict (*)(const Value& before, const Value& now);

Action order(Judge may, Command (*script)(std::string_view), Arrived arrived) {
    return {.probe = read_status(as_it_is),
            .judge = [may](const Value& seen, const Context& context) { return may(seen, skips_missing(context)); },
            .command = [script](const Value&, const Context& context) { return script(context.arguments.text("service")); },
            .complaint = [](const Reply& reply, const Context&) { return services::complaint(reply); },
            .arrived = [arrived](const Value& before, const Value& now, const Context&) { return arrived(before, now); },
            .touches = footprint};
}

Builtin start() {
    return {
        {.name = "start",
         .effect = Effect::Action,
         .hosts = HostKind::Windows,
         .parameters = {service(), if_missing()},
         .result = {},
         .doc = "Starts a service and waits until Windows says Running. Fails at once, with its exit code, where it stops again; refused "
                "where it is disabled or paused. A service that is still stopping is waited for, up to 30 s.",
         .example = "winsvc.start(\"jtel Platform UDP Listener\")  within 5m",
         .deadline = 3min},
        order(services::may_start, services::start_script, [](const Value&, const Value& now) { return services::started(now); }),
        {}};
}

Builtin stop() {
    return {
        {.name = "stop",
         .effect = Effect::Action,
         .hosts = HostKind::Windows,
         .parameters = {service(), if_missing()},
         .result = {},
         .doc = "Stops a service and waits until Windows says Stopped. Services that depend on it are not stopped with it: while one runs, "
                "Windows refuses, and they are named.",
         .example = "winsvc.stop(\"robot5\", if_missing: Skip)  within 5m",
         .deadline = 3min},
        order(services::may_stop, services::stop_script, [](const Value&, const Value& now) { return services::stopped(now); }),
        {}};
}

Builtin restart() {
    return {
        {.name = "restart",
         .effect = Effect::Action,
         .hosts = HostKind::Windows,
         .parameters = {service(), if_missing()},
         .result = {},
         .doc = "Stops a service if it is up, and starts it. Done when it runs as another process than before. It is given 60 s to stop; "
                "after that it is not started again.",
         .example = "winsvc.restart(\"robot5\")  within 5m",
         .deadline = 3min},
        order(services::may_restart, services::restart_script, services::restarted),
        {}};
}

}  // namespace

runtime::Module winsvc() {
    return {
        .name = "winsvc",
        .doc =
            "Windows services, asked and ordered through PowerShell and WMI: numbers and names, never translated texts. Needs PowerShell 3 "
            "or later, and an administrator's log-in for orders.",
        .builtins = {status(), running(), start(), stop(), restart()},
        .detections = {},
        .residues = {},
        .sources = {"Microsoft Learn: Win32_Service, StartService and StopService", "Microsoft Learn: ServiceControllerStatus",
                    "Microsoft Learn: System Error Codes 1000-1299"},
        .evidence = {{runtime::Evidence::How::Manual, "Windows PowerShell 5.1"}}};
}

}  // namespace stdlib
