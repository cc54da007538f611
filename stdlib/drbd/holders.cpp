#include "stdlib/drbd/holders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

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

/// A line of /proc/self/mountinfo: "36 35 147:0 / /srv/data rw,noatime shared:1 - ext4 /dev/drbd_home rw". Which device it is, its number
/// says (147 is DRBD's), whatever name it was mounted by. Some file systems (btrfs) have a number of their own: then the name must do.
struct Mount {
    std::string_view number, where, source;
};

std::optional<Mount> mount_in(std::string_view line) {
    const auto words = support::words(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 6 || words.end() - dash < 3) return std::nullopt;
    return Mount{words[2], words[4], dash[2]};
}

bool is_of(const Mount& mount, int minor, std::string_view resource) {
    const std::string link = fmt::format("/dev/drbd/by-res/{}/", resource);
    if (!mount.number.starts_with("0:")) return mount.number == fmt::format("147:{}", minor);
    return mount.source == fmt::format("/dev/drbd{}", minor) || mount.source.starts_with(link);
}

Value read(std::span<const Reply> replies, const Context& context) {
    const Reply& told = replies[0];
    if (told.code != 0) return Value::unknown("drbdadm sh-minor: " + told.describe());
    if (!minors(told.out)) return Value::unknown("drbdadm told no minor number: " + support::quoted_output(told.out));
    if (replies[1].code != 0) return Value::unknown("/proc/self/mountinfo: " + replies[1].describe());
    std::vector<Value> found;
    for (std::string& holder : holders(told.out, context.arguments.text("resource"), replies.subspan(1)))
        found.emplace_back(std::move(holder));
    return Value::list(std::move(found));
}

}  // namespace

std::vector<Command> holder_commands() {
    return {Command::program({"cat", "/proc/self/mountinfo"}).as_login_user(),
            Command::script({runtime::Verbatim{"ls -d /sys/block/drbd*/holders/*"}}).as_login_user()};
}

std::vector<std::string> holders(std::string_view sh_minor, std::string_view resource, std::span<const Reply> replies) {
    std::vector<std::string> found;
    const auto add = [&](std::string what) {
        if (std::find(found.begin(), found.end(), what) == found.end()) found.push_back(std::move(what));
    };
    for (const int minor : minors(sh_minor).value_or(std::vector<int>{})) {
        for (const std::string_view line : support::lines(replies[0].out)) {
            const auto mount = mount_in(line);
            if (mount && is_of(*mount, minor, resource)) add(fmt::format("{} (mounted)", mount->where));
        }
        // The kernel's own name of the device, however it is called in /dev.
        const std::string folder = fmt::format("/sys/block/drbd{}/holders/", minor);
        for (const std::string_view path : support::lines(replies[1].out)) {
            if (path.starts_with(folder) && !path.ends_with('*')) add(fmt::format("{} (block device)", path.substr(folder.size())));
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
        runtime::Query{
            {.commands =
                 [](const Context& context) {
                     std::vector<Command> commands{Command::program({"drbdadm", "sh-minor", context.arguments.text("resource")})};
                     for (Command& command : holder_commands()) commands.push_back(std::move(command));
                     return commands;
                 },
             .value = read},
            support::object("drbd", "resource")},
        {}};
}

}  // namespace stdlib::drbd
