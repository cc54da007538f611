#include "stdlib/winsvc/status.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::winsvc {

namespace {

using lang::Kind;
using lang::Type;
using lang::Value;
using nlohmann::json;

/// The script's line: the last that begins like an object, whatever a profile or a mark of the encoding put before it.
json object_in(std::string_view output) {
    json found;
    for (const std::string_view line : support::lines(output)) {
        const auto begin = line.find('{');
        if (begin == std::string_view::npos) continue;
        json object = json::parse(line.substr(begin), nullptr, false);
        if (object.is_object()) found = std::move(object);
    }
    return found;
}

std::optional<std::int64_t> number(const json& object, const char* key) {
    const auto it = object.find(key);
    if (it == object.end() || !it->is_number_integer()) return std::nullopt;
    if (it->is_number_unsigned() && it->get<std::uint64_t>() > INT64_MAX) return std::nullopt;
    return it->get<std::int64_t>();
}

Value number_value(const json& object, const char* key) {
    const auto value = number(object, key);
    return value ? Value(*value) : Value::unknown(fmt::format("Windows did not tell '{}' as a number", key));
}

Value text_value(const json& object, const char* key) {
    const auto it = object.find(key);
    if (it == object.end() || !it->is_string()) return Value::unknown(fmt::format("Windows did not tell '{}'", key));
    return it->get<std::string>();
}

/// ServiceControllerStatus: 1 Stopped to 7 Paused, the order of the members.
Value state_from(const json& object) {
    const auto status = number(object, "status");
    const auto count = static_cast<std::int64_t>(state_type()->members.size());
    if (status && *status >= 1 && *status <= count) return lang::EnumMember{state_type(), static_cast<std::size_t>(*status - 1)};
    return Value::unknown(status ? fmt::format("Windows told the state {}, which this program does not know", *status)
                                 : "Windows told no state as a number");
}

/// Win32_Service.StartMode, which is never translated.
Value start_type_from(const json& object) {
    const Value mode = text_value(object, "start");
    if (mode.is_unknown()) return mode;
    return Value::member(start_type_type(), mode.text() == "Auto" ? "Automatic" : mode.text());
}

/// 1066 stands for "see the service's own code".
Value exit_code_from(const json& object) {
    constexpr std::int64_t service_specific = 1066;
    return number(object, "exit") == service_specific ? number_value(object, "specific") : number_value(object, "exit");
}

/// What StartService and StopService of Win32_Service return.
std::string_view meaning(std::int64_t code) {
    constexpr std::array<std::string_view, 25> meanings = {
        "",
        "it cannot be controlled",
        "access denied: log in as an administrator",
        "services that are running depend on it: stop them first",
        "it does not know this order",
        "it takes no orders now",
        "it is not running",
        "it did not answer in time",
        "it failed to start",
        "its program was not found",
        "it is so already",
        "the service database is locked",
        "a service that it depends on was removed",
        "a service that it depends on did not start",
        "it is disabled: set its start type first",
        "its account could not log on",
        "it is marked for deletion: close every window that shows services, or restart Windows",
        "it has no thread",
        "its dependencies form a circle",
        "a service of this name is running",
        "its name has invalid characters",
        "invalid parameters",
        "its account is invalid",
        "it exists already",
        "it is paused",
    };
    return code >= 0 && code < std::ssize(meanings) ? meanings[static_cast<std::size_t>(code)] : "see Win32_Service";
}

std::optional<std::string> refusal(const json& said, const char* verb) {
    const auto it = said.find(verb);
    if (it == said.end()) return std::nullopt;
    const auto code = number(said, verb);
    if (!code) return fmt::format("{} answered what is not a number", verb);
    const bool is_so_already = *code == 10 || (*code == 6 && std::string_view(verb) == "stop");
    if (*code == 0 || is_so_already) return std::nullopt;
    std::string text = fmt::format("{} was refused with {}: {}", verb, *code, meaning(*code));
    std::vector<std::string> dependents;
    for (const json& name : said.value("dependents", json::array())) {
        if (name.is_string()) dependents.push_back(name.get<std::string>());
    }
    if (!dependents.empty()) text += fmt::format(" ({})", fmt::join(dependents, ", "));
    return text;
}

}  // namespace

const std::shared_ptr<const lang::EnumType>& state_type() {
    static const auto type = support::enumeration(
        "winsvc.State", {"Stopped", "StartPending", "StopPending", "Running", "ContinuePending", "PausePending", "Paused"});
    return type;
}

const std::shared_ptr<const lang::EnumType>& start_type_type() {
    static const auto type = support::enumeration("winsvc.StartType", {"Boot", "System", "Automatic", "Manual", "Disabled"});
    return type;
}

const std::shared_ptr<const lang::RecordType>& status_type() {
    static const auto type = support::record_type(
        "winsvc.Status",
        {{"exists", Kind::Bool, "is there a service of this name or display name? Where not, all else is unknown"},
         {"name", Kind::Text, "the service name, \"robot5\""},
         {"display_name", Kind::Text, "the name that the list of services shows"},
         {"state", Type::of(state_type()), "what the Service Control Manager says"},
         {"start_type", Type::of(start_type_type()), "Disabled services cannot be started"},
         {"exit_code", Kind::Int, "how it ended last, the service's own code where it gave one; 0 is well, 1077 not started since boot"},
         {"pid", Kind::Int, "its process; 0 where it is stopped"}});
    return type;
}

const std::vector<support::Facts>& script_fields() {
    static const std::vector<support::Facts> table = {
        {{"exists", "error", "name", "display", "status", "start", "exit", "specific", "pid"}},
        {{"stop", "late", "dependents", "powershell", "services", "denied"}, "answers of other scripts, which have readers of their own"},
    };
    return table;
}

const std::vector<support::Facts>& sc_fields() {
    static const std::vector<support::Facts> table = {
        {{"SERVICE_NAME", "DISPLAY_NAME", "STATE", "WIN32_EXIT_CODE", "SERVICE_EXIT_CODE", "PID", "START_TYPE"}},
        {{"TYPE", "ERROR_CONTROL", "TAG", "FLAGS"}, "what kind of service it is: read only to know a block by its shape"},
        {{"CHECKPOINT", "WAIT_HINT"}, "how far a start or stop is: that one is under way, STATE tells"},
        {{"BINARY_PATH_NAME", "LOAD_ORDER_GROUP", "DEPENDENCIES", "SERVICE_START_NAME"}, "how it is configured"},
    };
    return table;
}

Value missing_status() {
    const Value none = Value::unknown("there is no such service");
    return support::record(status_type(), {{"exists", false},
                                           {"name", none},
                                           {"display_name", none},
                                           {"state", none},
                                           {"start_type", none},
                                           {"exit_code", none},
                                           {"pid", none}});
}

Value status_from(std::string_view output) {
    const json said = object_in(output);
    if (const auto it = said.find("error"); said.is_object() && it != said.end())
        return support::unreadable(fmt::format("Windows could not be asked: {}", text_value(said, "error").plain()), output);
    const auto exists = said.find("exists");
    if (!said.is_object() || exists == said.end() || !exists->is_boolean())
        return support::unreadable(fmt::format("the status of a service was expected; {}", support::quoted_output(output)), output);
    if (!exists->get<bool>()) return missing_status();
    return support::record(status_type(), {{"exists", true},
                                           {"name", text_value(said, "name")},
                                           {"display_name", text_value(said, "display")},
                                           {"state", state_from(said)},
                                           {"start_type", start_type_from(said)},
                                           {"exit_code", exit_code_from(said)},
                                           {"pid", number_value(said, "pid")}});
}

Value running(const Value& status) {
    if (status.is_unknown()) return status;
    const Value& state = status.field("state");
    if (state.is_unknown()) return state;
    if (state.member_name().ends_with("Pending")) return Value::unknown(fmt::format("it is {}", state.member_name()));
    return state.member_name() == "Running";
}

std::optional<std::string> complaint(const runtime::Reply& reply) {
    if (reply.ending != runtime::Ending::Exited) return std::nullopt;
    const json said = object_in(reply.out);
    if (!said.is_object()) return reply.describe();
    if (said.contains("error")) return text_value(said, "error").plain();
    if (said.contains("exists")) return "there is no such service";
    if (auto refused = refusal(said, "stop")) return refused;
    if (said.contains("late")) return "it had not stopped after 60 s, so it was not started again";
    return refusal(said, "start");
}

}  // namespace stdlib::winsvc
