// sc.exe and the PowerShell scripts that procrun sends, answered as Windows answers.
#include <fmt/format.h>

#include "rehearsal/windows.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using State = Service::State;

/// What sc.exe prints of a service; its numbers are what a reader can rely on.
std::string sc_state(const Service& service) {
    static constexpr std::string_view names[] = {"", "STOPPED", "START_PENDING", "STOP_PENDING", "RUNNING"};
    const bool running = service.state == State::Running;
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

}  // namespace

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
        const ControlError error = start ? start_service(call.host, *service, call.now) : stop_service(call.host, *service, call.now);
        if (error != ControlError::None)
            return sc_failed(start ? "StartService" : "ControlService", static_cast<int>(error), explained(error));
    }
    return Answer{.out = sc_state(*service), .takes = 80ms};
}

Answer Windows::powershell(const Invocation&) { return {}; }

}  // namespace rehearsal
