// sc.exe and the PowerShell scripts that procrun sends, answered as Windows answers.
#include <fmt/format.h>

#include "rehearsal/core/coreutils.hpp"
#include "rehearsal/core/roles.hpp"
#include "rehearsal/core/unnamed.hpp"
#include "rehearsal/windows/model.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using lang::Duration;
using lang::Host;

/// What sc.exe prints of a service; its numbers are what a reader can rely on.
std::string sc_state(const Service& service) {
    static constexpr std::string_view names[] = {"", "STOPPED", "START_PENDING", "STOP_PENDING", "RUNNING"};
    const bool running = service.state == Service::State::Running;
    return fmt::format(
        "\r\nSERVICE_NAME: {} \r\n        TYPE               : 10  WIN32_OWN_PROCESS  \r\n        STATE              : {}  {} \r\n"
        "                                ({}, NOT_PAUSABLE, IGNORES_SHUTDOWN)\r\n        WIN32_EXIT_CODE    : {}  ({:#x})\r\n"
        "        SERVICE_EXIT_CODE  : 0  (0x0)\r\n        CHECKPOINT         : 0x0\r\n        WAIT_HINT          : 0x0\r\n",
        service.name, static_cast<int>(service.state), names[static_cast<std::size_t>(service.state)],
        running ? "STOPPABLE" : "NOT_STOPPABLE", service.exit_code, service.exit_code);
}

Answer sc_failed(std::string_view step, int code, std::string_view text) {
    return Answer{.code = code, .out = fmt::format("[SC] {} FAILED {}:\r\n\r\n{}\r\n\r\n", step, code, text)};
}

std::string_view explained(ControlError error) {
    switch (error) {
        case ControlError::None:
            return "";
        case ControlError::AlreadyRunning:
            return "An instance of the service is already running.";
        case ControlError::Disabled:
            return "The service cannot be started, either because it is disabled or because it has no enabled devices associated with it.";
        case ControlError::NotStarted:
            return "The service has not been started.";
        case ControlError::NotAccepting:
            return "The service cannot accept control messages at this time.";
    }
    return "";
}

/// The scripts of procrun name themselves in their first line and the service in the second.
struct ServiceScript {
    std::string verb, service;
};
std::optional<ServiceScript> read_script_of_service(std::string_view text) {
    constexpr std::string_view mark = "# winsvc.", name = "$name = '";
    if (!text.starts_with(mark)) return std::nullopt;
    ServiceScript script;
    const std::size_t line_end = text.find('\n');
    script.verb = text.substr(mark.size(), line_end - mark.size());
    std::size_t at = text.find(name);
    if (at == std::string_view::npos) return std::nullopt;
    for (at += name.size(); at < text.size(); ++at) {
        if (text[at] == '\'' && (at + 1 == text.size() || text[at + 1] != '\'')) return script;
        if (text[at] == '\'') ++at;  // doubled: one of the name's own
        script.service += text[at];
    }
    return std::nullopt;
}

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string json_status(const Host& host, const Service& service) {
    static constexpr std::string_view modes[] = {"Boot", "System", "Auto", "Manual", "Disabled"};
    const bool own_code = service.exit_code == 1066;
    return fmt::format(R"({{"exists":true,"name":{},"display":{},"status":{},"start":"{}","exit":{},"specific":{},"pid":{}}})",
                       in_quotes(service.name), in_quotes(service.display), static_cast<int>(service.state),
                       modes[static_cast<std::size_t>(service.mode)], service.exit_code, own_code ? 1 : 0, process_id(host, service));
}

std::string json_states(const std::vector<Service>& services) {
    std::string out;
    for (const Service& service : services)
        out += fmt::format("{}[{},{},{}]", out.empty() ? "" : ",", in_quotes(service.name), in_quotes(service.display),
                           static_cast<int>(service.state));
    return fmt::format(R"({{"services":[{}]}})", out);
}

/// What StartService and StopService of WMI return.
int returned(ControlError error) {
    switch (error) {
        case ControlError::None:
            return 0;
        case ControlError::NotAccepting:
            return 5;
        case ControlError::NotStarted:
            return 6;
        case ControlError::AlreadyRunning:
            return 10;
        case ControlError::Disabled:
            return 14;
    }
    return 21;
}

/// PowerShell starts slowly.
Answer said(const std::string& json, Duration waited = 0s) { return Answer{.out = json + "\r\n", .takes = waited + 700ms}; }

}  // namespace

std::optional<std::string> asked_service(const Invocation& call) {
    const auto& words = call.words;
    if (words.front() == "sc" || words.front() == "sc.exe") return words.size() == 3 ? std::optional(words[2]) : std::nullopt;
    const auto script = words.front() == "powershell" ? read_script_of_service(words.back()) : std::nullopt;
    return script ? std::optional(script->service) : std::nullopt;
}

Answer Windows::sc(const Invocation& call) {
    const auto& words = call.words;
    const std::string verb = words.size() > 1 ? words[1] : "";
    const bool query = verb == "query" || verb == "queryex", start = verb == "start", stop = verb == "stop";
    if (words.size() != 3 || (!query && !start && !stop)) return Answer{.code = 1639, .out = "ERROR:  Unrecognized command\r\n"};
    Service* service = find(call.host, words[2]);
    if (service == nullptr || service->name != words[2]) {  // sc.exe knows service names only, not display names
        const std::string_view step = query ? "EnumQueryServicesStatus:OpenService" : start ? "StartService: OpenService" : "OpenService";
        return sc_failed(step, 1060, "The specified service does not exist as an installed service.");
    }
    if (!query) {
        // sc.exe does not wait for a pending state to end.
        ControlError error = ControlError::NotAccepting;
        if (!service->until) error = start ? order_start(call.host, *service, call.now) : order_stop(call.host, *service, call.now);
        if (error != ControlError::None)
            return sc_failed(start ? "StartService" : "ControlService", static_cast<int>(error), explained(error));
    }
    return Answer{.out = sc_state(*service), .takes = 80ms};
}

std::optional<Answer> Windows::powershell(const Invocation& call) {
    const std::string& text = call.words.back();
    if (text.starts_with("# winsvc.shell\n")) return said(R"({"powershell":5})");
    if (text.starts_with("# winsvc.states\n") || text.starts_with("# winsvc.own\n")) return said(json_states(machines_.at(call.host.name)));
    const auto script = read_script_of_service(text);
    if (!script) return not_simulated(text);
    Service* service = find(call.host, script->service);
    if (service == nullptr) return said(R"({"exists":false})");
    if (script->verb == "status") return said(json_status(call.host, *service));

    // A service takes no orders while a start or a stop is pending: the script waits for that first.
    const Duration pending = service->until ? *service->until - call.now : 0s;
    if (script->verb == "start")
        return said(fmt::format(R"({{"start":{}}})", returned(order_start(call.host, *service, call.now))), pending);
    if (script->verb == "stop") return said(fmt::format(R"({{"stop":{}}})", returned(order_stop(call.host, *service, call.now))), pending);
    if (script->verb == "restart") {
        const ControlError stopped = order_stop(call.host, *service, call.now);
        const Duration stopping = service->until ? *service->until - call.now : 0s;
        const ControlError started = order_start(call.host, *service, call.now);
        if (stopped == ControlError::NotStarted) return said(fmt::format(R"({{"start":{}}})", returned(started)));
        return said(fmt::format(R"({{"stop":{},"start":{}}})", returned(stopped), returned(started)), stopping);
    }
    return not_simulated(text);
}

std::optional<std::string> Windows::unnamed(const Invocation& call, const World&) const {
    const auto name = call.host.os == lang::Os::Windows ? asked_service(call) : std::nullopt;
    if (!name || has(call.host, *name)) return std::nullopt;
    for (const std::string& written : fact_texts(call.host, "services")) {
        if (written.find(*name) != std::string::npos) return std::nullopt;  // the site has it, and the scene took it away
    }
    return fmt::format("{} has no service \"{}\": {}", call.host.name, *name, as_fact(call.host, "services", true, *name));
}

}  // namespace rehearsal
