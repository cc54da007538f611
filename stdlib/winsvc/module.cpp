// Windows services.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/module.hpp"
#include "stdlib/support/readers.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"
#include "stdlib/winsvc/discovery.hpp"
#include "stdlib/winsvc/roster.hpp"
#include "stdlib/winsvc/sc.hpp"
#include "stdlib/winsvc/script.hpp"
#include "stdlib/winsvc/status.hpp"
#include "stdlib/winsvc/verdict.hpp"

namespace stdlib::winsvc {

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

/// CreateService: both names have at most 256 characters.
std::optional<std::string> no_service(std::string_view name) {
    constexpr std::size_t longest = 256;
    if (name.empty()) return "a service has a name, and this is empty: does the site lack a fact?";
    const auto characters = std::count_if(name.begin(), name.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; });
    if (static_cast<std::size_t>(characters) > longest) return fmt::format("the name of a service has at most {} characters", longest);
    if (support::has_control(name)) return fmt::format("the name of a service has no line ends in it, and this is {}", Value(name).show());
    if (name.front() == ' ' || name.back() == ' ')
        return fmt::format("the name of a service has no blanks around it, and this is {}", Value(name).show());
    return std::nullopt;
}

Parameter service() {
    return {.name = "service",
            .type = Kind::Text,
            .doc = "the service name or the display name; capitals do not matter",
            .reads = support::text_reader(no_service)};
}

Parameter if_missing() {
    return {"if_missing", Type::of(if_missing_type()), "Skip: a machine without this service counts as done",
            Value::member(if_missing_type(), "Fail")};
}

bool skips_missing(const Context& context) { return context.arguments["if_missing"].member_name() == "Skip"; }

std::vector<runtime::Footprint> footprint(const Context& context) {
    return {{"winsvc", without_capitals(context.arguments.text("service"))}};
}

constexpr auto detected_shell = "winsvc.shell";

/// Through sc.exe only where it is known that PowerShell does not run.
Through through(const Context& context) {
    const auto found = context.detected.find(detected_shell);
    const bool sc = found != context.detected.end() && !found->second.is_unknown() && found->second.text() == "sc.exe";
    return sc ? Through::Sc : Through::PowerShell;
}

bool by_sc(const Context& context) { return through(context) == Through::Sc; }

Read find_shell() {
    return {.commands = [](const Context&) { return std::vector{shell_script()}; },
            .value = [](std::span<const Reply> replies, const Context&) -> Value {
                // Whatever stands in for PowerShell, a stub or a message of cmd, does not add up.
                return replies.front().out.find("{\"powershell\":") != std::string::npos ? "PowerShell" : "sc.exe";
            }};
}

Value status_of(std::span<const Reply> replies, const Context& context) {
    const Reply& reply = replies.front();
    if (reply.truncated) return Value::unknown("the answer was too long to read");
    if (by_sc(context)) return sc::status_from(reply.out);
    if (reply.out.empty() && !reply.ok())
        return support::unreadable(fmt::format("PowerShell could not be asked: {}", reply.describe()), reply.err);
    return status_from(reply.out);
}

Read read_status(Value (*then)(const Value&)) {
    return {.commands =
                [](const Context& context) {
                    const std::string& service = context.arguments.text("service");
                    return std::vector{by_sc(context) ? sc::status(service) : status_script(service)};
                },
            .value = [then](std::span<const Reply> replies, const Context& context) { return then(status_of(replies, context)); }};
}

Value as_it_is(const Value& status) { return status; }

Builtin status() {
    return {{.name = "status",
             .hosts = HostKind::Windows,
             .parameters = {service()},
             .result = Type::of(status_type()),
             .doc = "What Windows says about a service. A service that does not exist answers `exists: false`, and its state is unknown.",
             .example = "require winsvc.status(\"robot5\").state on acd-tel1 == Running",
             .deadline = 30s},
            Query{read_status(as_it_is), footprint},
            {detected_shell}};
}

Builtin running() {
    return {{.name = "running",
             .hosts = HostKind::Windows,
             .parameters = {service()},
             .result = Kind::Bool,
             .doc = "Is the service running? Unknown while it starts, stops, pauses or continues, and where there is no such service.",
             .example = "wait_until winsvc.running(\"robot5\") on acd-tel2  within 5m",
             .deadline = 30s},
            Query{read_status(winsvc::running), footprint},
            {detected_shell}};
}

using Judge = Verdict (*)(const Value& status, bool skip_missing, Through);
using Arrived = Verdict (*)(const Value& before, const Value& now);
using Order = Command (*)(std::string_view service);

/// sc.exe wants the service's name, which the probe has found out; the script looks for it again.
Action order(Judge may, Order script, Order sc, Arrived arrived) {
    return {
        .probe = read_status(as_it_is),
        .judge = [may](const Value& seen, const Context& context) { return may(seen, skips_missing(context), through(context)); },
        .command =
            [script, sc](const Value& seen, const Context& context) {
                return by_sc(context) ? sc(seen.field("name").text()) : script(context.arguments.text("service"));
            },
        .complaint = [](const Reply& reply, const Context& context) { return by_sc(context) ? sc::complaint(reply) : complaint(reply); },
        .arrived = [arrived](const Value& before, const Value& now, const Context&) { return arrived(before, now); },
        .touches = footprint};
}

Builtin start() {
    return {{.name = "start",
             .effect = Effect::Action,
             .hosts = HostKind::Windows,
             .parameters = {service(), if_missing()},
             .result = {},
             .doc = "Starts a service. Fails at once, with its exit code, where it stops again; refused "
                    "where it is disabled or paused. A service that is still stopping is waited for, up to 30 s.",
             .done = "it is Running",
             .example = "winsvc.start(\"jtel Platform UDP Listener\")  within 5m",
             .deadline = 3min},
            order(may_start, start_script, sc::start, [](const Value&, const Value& now) { return started(now); }),
            {detected_shell}};
}

Builtin stop() {
    return {{.name = "stop",
             .effect = Effect::Action,
             .hosts = HostKind::Windows,
             .parameters = {service(), if_missing()},
             .result = {},
             .doc = "Stops a service. Services that depend on it are not stopped with it: while one runs, "
                    "Windows refuses, and they are named.",
             .done = "it is Stopped",
             .example = "winsvc.stop(\"robot5\", if_missing: Skip)  within 5m",
             .deadline = 3min},
            order(may_stop, stop_script, sc::stop, [](const Value&, const Value& now) { return stopped(now); }),
            {detected_shell}};
}

Builtin restart() {
    return {{.name = "restart",
             .effect = Effect::Action,
             .hosts = HostKind::Windows,
             .parameters = {service(), if_missing()},
             .result = {},
             .doc = "Stops a service if it is up, and starts it. It is given 60 s to stop; "
                    "after that it is not started again.",
             .done = "it runs as another process than before",
             .example = "winsvc.restart(\"robot5\")  within 5m",
             .deadline = 3min},
            order(may_restart, restart_script, sc::start, restarted),
            {detected_shell}};
}

/// The fact `services` says which ones a machine should have running.
std::vector<std::string> services_of(const lang::Host& host) {
    std::vector<std::string> names;
    const auto fact = host.facts.find("services");
    if (fact == host.facts.end() || fact->second.is_unknown()) return names;
    for (const Value& name : fact->second.items()) names.push_back(name.text());
    return names;
}

runtime::Residue stopped_services() {
    const auto commands = [](const Context& context) { return std::vector{by_sc(context) ? sc::states() : states_script()}; };
    const auto value = [](std::span<const Reply> replies, const Context& context) {
        const Reply& reply = replies.front();
        const auto roster = by_sc(context) ? roster_from_sc(reply.out) : roster_from_powershell(reply.out);
        if (reply.truncated || !roster)
            return support::unreadable(fmt::format("the list of services was expected; {}", support::quoted_output(reply.out)), reply.err);
        return not_running(*roster, services_of(*context.host), context.host->name);
    };
    return {.name = "stopped services",
            .query = {Read{.commands = commands, .value = value}, support::everything("winsvc")},
            .needs = {detected_shell},
            .applies = [](const lang::Host& host, const lang::Site&) { return !services_of(host).empty(); }};
}

/// A script that is sent makes its answer readable for a program. For a person there are the cmdlets themselves.
Builtin typed(const std::string& cmdlet, Builtin builtin) {
    builtin.typed = [cmdlet, acts = builtin.signature.effect == Effect::Action](const runtime::Arguments& arguments) -> runtime::Typed {
        const std::string& service = arguments.text("service");
        if (!acts) return {.command = {cmdlet, service}};
        return {.command = {cmdlet, service}, .check = {"Get-Service", service}};
    };
    return builtin;
}

/// What the account may do with the services, in the words of the Service Control Manager. Names are asked of it, too.
std::vector<runtime::Right> access(const Context& context, std::string_view more) {
    const std::string where = "Windows, by an administrator (the services' security descriptors: sc.exe sdset)";
    const auto of = [&](const std::string& service) {
        return runtime::Right{where, fmt::format("service \"{}\": SERVICE_QUERY_CONFIG, SERVICE_QUERY_STATUS{}", service, more)};
    };
    std::vector<runtime::Right> rights = {{where, "the Service Control Manager: SC_MANAGER_CONNECT, SC_MANAGER_ENUMERATE_SERVICE"}};
    if (!context.arguments.values().empty()) {
        rights.push_back(of(context.arguments.text("service")));
    } else {
        for (const std::string& service : services_of(*context.host)) rights.push_back(of(service));
    }
    return rights;
}

Builtin with(std::string_view access_rights, Builtin builtin) {
    builtin.rights = [access_rights](const Context& context) { return access(context, access_rights); };
    return builtin;
}

}  // namespace

runtime::Module module() {
    std::vector<Builtin> builtins{
        typed("Get-Service", status()), typed("Get-Service", running()), typed("Start-Service", with(", SERVICE_START", start())),
        typed("Stop-Service", with(", SERVICE_STOP", stop())), typed("Restart-Service", with(", SERVICE_START, SERVICE_STOP", restart()))};
    return {.name = "winsvc",
            .doc =
                "Windows services, asked and ordered through PowerShell and WMI: numbers and names, never translated texts. Where "
                "PowerShell 3 or "
                "later does not run, sc.exe is asked and ordered instead, all but `restart`. Orders need an administrator's log-in.",
            .builtins = std::move(builtins),
            .detections = {{detected_shell, find_shell()}},
            .residues = {stopped_services()},
            .sources = {"Microsoft Learn: Win32_Service, StartService and StopService", "Microsoft Learn: ServiceControllerStatus",
                        "Microsoft Learn: System Error Codes 1000-1299", "Microsoft Learn: sc.exe query, qc and GetKeyName"},
            .evidence = {{runtime::Evidence::How::Real, "Wine 8.0's service manager by sc.exe"},
                         {runtime::Evidence::How::Manual, "Windows PowerShell 5.1"},
                         {runtime::Evidence::How::Manual, "sc.exe of Windows"}},
            .counterpart = "systemd",
            .discovery = discovery(),
            .aliases = {"windows"},
            .rights = [](const Context& context) { return access(context, ""); }};
}

}  // namespace stdlib::winsvc
