// Asking for the status of a resource: /proc/drbd with DRBD 8.4; with 9 JSON, or events where drbd-utils are older than it; and drbdadm
// for what is configured.
#include <fmt/format.h>

#include <array>

#include "stdlib/drbd/actions.hpp"
#include "stdlib/drbd/read/status.hpp"
#include "stdlib/support/scan.hpp"

namespace stdlib::drbd {

namespace {

using lang::Value;
using runtime::Command;
using runtime::Context;
using runtime::Reply;

std::string detected(const Context& context, std::string_view name) {
    const auto it = context.detected.find(name);
    return it == context.detected.end() || it->second.is_unknown() ? std::string() : it->second.text();
}

enum class Dialect { Proc, Json, Events };

/// Where the kernel's version is not known, /proc/drbd says it in its first line.
Dialect dialect(const Context& context) {
    const std::string kernel = detected(context, kernel_version);
    if (kernel.empty() || kernel.starts_with("8.")) return Dialect::Proc;
    constexpr std::array<std::int64_t, 3> with_json{8, 9, 8};
    const std::string utils = detected(context, utils_version_name);
    return utils.empty() || support::version_numbers(utils) >= with_json ? Dialect::Json : Dialect::Events;
}

Views read_proc(const Reply& proc, const Reply& minors_told, const std::string& resource) {
    const auto found = minors(minors_told.out);
    if (!found) return Value::unknown(fmt::format("drbdadm told no minor number of '{}': '{}'", resource, support::said(minors_told.out)));
    if (proc.code == 0) return views_from_proc(proc.out, *found);
    if (proc.err.find("No such file") != std::string::npos) return std::vector<View>{};  // the kernel module is not loaded
    return Value::unknown("/proc/drbd: " + proc.describe());
}

Views read_drbdsetup(const Reply& reply, Views (*read)(std::string_view, std::string_view), const std::string& resource) {
    if (reply.code == 0) return read(reply.out, resource);
    if (reply.err.find("No such resource") != std::string::npos) return std::vector<View>{};
    return Value::unknown("drbdsetup: " + reply.describe());
}

}  // namespace

std::vector<Command> status_commands(const Context& context) {
    const std::string& resource = context.arguments.text("resource");
    const Command sh_minor = Command::program({"drbdadm", "sh-minor", resource});
    switch (dialect(context)) {
        case Dialect::Json:
            return {Command::program({"drbdsetup", "status", resource, "--json"}), sh_minor};
        case Dialect::Events:
            return {Command::program({"drbdsetup", "events2", "--now", "--statistics", resource}), sh_minor};
        case Dialect::Proc:
            break;
    }
    return {Command::program({"cat", "/proc/drbd"}), sh_minor};
}

Views read_views(std::span<const Reply> replies, const Context& context) {
    const Reply& state = replies[0];
    const Reply& minors_told = replies[1];
    const std::string& resource = context.arguments.text("resource");
    if (state.truncated || minors_told.truncated) return Value::unknown("DRBD's tools wrote more than can be read");
    if (minors_told.err.find("not defined in your config") != std::string::npos) {
        return Value::unknown(fmt::format("'{}' is not a DRBD resource in the configuration of {}", resource, context.host->name));
    }
    if (minors_told.code != 0) return Value::unknown("drbdadm sh-minor: " + minors_told.describe());
    switch (dialect(context)) {
        case Dialect::Json:
            return read_drbdsetup(state, views_from_json, resource);
        case Dialect::Events:
            return read_drbdsetup(state, views_from_events, resource);
        case Dialect::Proc:
            break;
    }
    return read_proc(state, minors_told, resource);
}

Value read_status(std::span<const Reply> replies, const Context& context) { return status(read_views(replies, context)); }

}  // namespace stdlib::drbd
