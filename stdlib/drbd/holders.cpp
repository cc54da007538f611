#include "stdlib/drbd/holders.hpp"

#include <fmt/format.h>

#include "stdlib/drbd/read/status.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::drbd {

namespace {

using lang::Kind;
using lang::Type;
using lang::Value;
using runtime::Command;
using runtime::Context;
using runtime::Reply;

/// A mount shows the device as it was given: /dev/drbd0, or a link that udev made.
bool is_of(std::string_view source, std::string_view device, std::string_view resource) {
    const std::string link = fmt::format("/dev/drbd/by-res/{}", resource);
    return source == device || source == link || source.starts_with(link + "/");
}

Value read(std::span<const Reply> replies, const Context& context) {
    const Reply& devices = replies[0];
    if (devices.code != 0) return Value::unknown("drbdadm sh-dev: " + devices.describe());
    if (replies[1].code != 0) return Value::unknown("/proc/mounts: " + replies[1].describe());
    std::vector<Value> found;
    for (std::string& holder : holders(devices.out, context.arguments.text("resource"), replies.subspan(1)))
        found.emplace_back(std::move(holder));
    return Value::list(std::move(found));
}

}  // namespace

std::vector<Command> holder_commands() {
    return {Command::program({"cat", "/proc/mounts"}), Command::script({runtime::Verbatim{"ls -d /sys/block/drbd*/holders/*"}})};
}

std::vector<std::string> holders(std::string_view sh_dev, std::string_view resource, std::span<const Reply> replies) {
    std::vector<std::string> found;
    for (const std::string_view line : support::lines(sh_dev)) {
        const std::string_view device = support::trimmed(line);
        if (!device.starts_with("/dev/")) continue;
        for (const std::string_view mount : support::lines(replies[0].out)) {
            const auto words = support::words(mount);
            if (words.size() >= 2 && is_of(words[0], device, resource)) found.push_back(fmt::format("{} (mounted)", words[1]));
        }
        const std::string folder = fmt::format("/sys/block/{}/holders/", device.substr(device.rfind('/') + 1));
        for (const std::string_view path : support::lines(replies[1].out)) {
            if (path.starts_with(folder) && !path.ends_with('*'))
                found.push_back(fmt::format("{} (block device)", path.substr(folder.size())));
        }
    }
    return found;
}

runtime::Builtin holders_query() {
    return {
        {.name = "holders",
         .parameters = {resource_parameter()},
         .result = Type::list_of(Kind::Text),
         .doc = "What is known to hold the devices of a resource: mounts, and block devices that stand on them (LVM, multipath). An empty "
                "list is no proof: a mount in another name space and a program that has the device open do not show.",
         .example = "require drbd.holders(\"r0\").count == 0",
         .deadline = std::chrono::seconds(20)},
        runtime::Query{{.commands =
                            [](const Context& context) {
                                std::vector<Command> commands{Command::program({"drbdadm", "sh-dev", context.arguments.text("resource")})};
                                for (Command& command : holder_commands()) commands.push_back(std::move(command));
                                return commands;
                            },
                        .value = read},
                       support::object("drbd", "resource")},
        {}};
}

}  // namespace stdlib::drbd
