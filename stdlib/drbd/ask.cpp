// Asking for the status of a resource: /proc/drbd with DRBD 8.4, JSON with 9, and drbdadm for what is configured.
#include <fmt/format.h>

#include "stdlib/drbd/actions.hpp"
#include "stdlib/drbd/status.hpp"
#include "stdlib/support/scan.hpp"

namespace stdlib::drbdadm {

namespace {

using lang::Value;
using runtime::Command;
using runtime::Context;
using runtime::Reply;

bool is_9(const Context& context) {
    const auto it = context.detected.find(kernel_version);
    return it != context.detected.end() && !it->second.is_unknown() && !it->second.text().starts_with("8.");
}

Value read_proc(const Reply& proc, const std::vector<int>& minors) {
    if (proc.code == 0) return status_from_proc(proc.out, minors);
    if (proc.err.find("No such file") != std::string::npos) return status({});  // the kernel module is not loaded
    return Value::unknown("/proc/drbd: " + proc.describe());
}

Value read_json(const Reply& json, const std::string& resource) {
    if (json.code == 0) return status_from_json(json.out, resource);
    if (json.err.find("No such resource") != std::string::npos) return status({});
    return Value::unknown("drbdsetup: " + json.describe());
}

}  // namespace

std::vector<Command> status_commands(const Context& context) {
    const std::string& resource = context.arguments.text("resource");
    return {is_9(context) ? Command::program({"drbdsetup", "status", resource, "--json"}) : Command::program({"cat", "/proc/drbd"}),
            Command::program({"drbdadm", "sh-dev", resource})};
}

Value read_status(std::span<const Reply> replies, const Context& context) {
    const Reply& state = replies[0];
    const Reply& devices = replies[1];
    const std::string& resource = context.arguments.text("resource");
    if (state.truncated || devices.truncated) return Value::unknown("DRBD's tools wrote more than can be read");
    if (devices.err.find("not defined in your config") != std::string::npos) {
        return Value::unknown(fmt::format("'{}' is no DRBD resource in the configuration of {}", resource, context.host->name));
    }
    if (devices.code != 0) return Value::unknown("drbdadm sh-dev: " + devices.describe());
    if (is_9(context)) return read_json(state, resource);
    const auto found = minors(devices.out);
    if (!found)
        return Value::unknown(fmt::format("no minor number in the device of '{}': '{}'", resource, support::first_line(devices.out)));
    return read_proc(state, *found);
}

}  // namespace stdlib::drbdadm
