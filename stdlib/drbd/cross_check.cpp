#include "stdlib/drbd/cross_check.hpp"

#include <fmt/format.h>

#include "stdlib/support/scan.hpp"

namespace stdlib::drbd {

namespace {

using lang::Value;
using runtime::Context;
using runtime::Reply;

/// "Primary/Secondary" of DRBD 8.4, "Primary" of 9: this side's comes first.
Value own_role(std::span<const Reply> replies, const Context&) {
    const Reply& reply = replies.front();
    if (!reply.ok()) return Value::unknown(reply.describe());
    const std::string_view line = support::first_line(reply.out);
    const std::string_view role = line.substr(0, line.find('/'));
    if (role != "Primary" && role != "Secondary") return support::unreadable("`drbdadm role` tells no role", reply.out);
    return Value(role);
}

}  // namespace

runtime::CrossCheck role_by_drbdadm() {
    return {.query = "status",
            .tool = "drbdadm role",
            .read = {.commands =
                         [](const Context& context) {
                             return std::vector{runtime::Command::program({"drbdadm", "role", context.arguments.text("resource")})};
                         },
                     .value = own_role},
            .disagreement = [](const Value& status, const Value& role) -> std::optional<std::string> {
                const Value& told = status.field("role");
                if (told.is_unknown() || told.plain() == role.text()) return std::nullopt;
                return fmt::format("its role is {}", role.text());
            }};
}

}  // namespace stdlib::drbd
