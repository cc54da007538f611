#include "stdlib/drbd/judge.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "stdlib/drbd/actions.hpp"
#include "stdlib/drbd/holders.hpp"
#include "stdlib/pcs/read/values.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::drbd {

using lang::Kind;
using lang::Value;
using runtime::Command;
using runtime::Context;
using runtime::Reply;
using runtime::Verdict;
using State = runtime::Verdict::State;

std::string word(const Value& status, std::string_view field) {
    const Value& value = status.field(field);
    return value.is_unknown() ? "?" : value.member_name();
}

Verdict refused(std::string why) { return {State::Refused, std::move(why)}; }

std::string down_here(const Context& context) {
    return fmt::format("{} is down on {}: bring it up first (drbdadm up)", context.arguments.text("resource"), context.host->name);
}

std::optional<Verdict> unclear(const Value& status, std::initializer_list<std::string_view> fields) {
    for (const std::string_view field : fields) {
        const Value& value = status.field(field);
        if (value.is_unknown()) return Verdict{State::Unclear, fmt::format("{} is {}", field, value.plain())};
    }
    return std::nullopt;
}

namespace {

// ---- does Pacemaker move the roles of this resource?

/// The status, and the Pacemaker resource that owns the roles; empty where none does.
const std::shared_ptr<const lang::RecordType>& owned_type() {
    static const auto type = support::record_type(
        "drbd.Owned", {{"status", lang::Type::of(types().status), {}}, {"owner", Kind::Text, {}}, {"holders", Kind::Text, {}}});
    return type;
}

/// A cluster of the site around this host that names its DRBD resources, but not this one.
bool site_says_free(const Context& context) {
    for (const lang::Cluster& cluster : context.site->clusters) {
        const bool ours = std::find(cluster.nodes.begin(), cluster.nodes.end(), context.host) != cluster.nodes.end();
        const auto drbd = cluster.settings.find("drbd");
        if (cluster.kind != "pacemaker" || !ours || drbd == cluster.settings.end()) continue;
        const auto names = support::texts_in(drbd->second);
        return std::find(names.begin(), names.end(), context.arguments.text("resource")) == names.end();
    }
    return false;
}

/// crm_mon does not tell which DRBD resource an agent cares for: any managed one counts, unless the site says otherwise.
Value owner(const Reply& crm_mon, const Context& context) {
    if (pcs::not_installed(crm_mon)) return "";
    const auto reading = pcs::read(crm_mon);
    if (const auto* unreadable = std::get_if<pcs::Unreadable>(&reading)) {
        return unreadable->stopped ? Value("") : Value::unknown("whether Pacemaker moves the roles: " + unreadable->why);
    }
    const auto& cluster = std::get<pcs::Cluster>(reading);
    const pcs::Node* here = cluster.find(*context.host);
    const bool left_alone = cluster.maintenance.value_or(false) || (here != nullptr && here->maintenance);
    if (left_alone || site_says_free(context)) return "";
    for (const pcs::Resource& resource : cluster.resources) {
        if (resource.managed && resource.agent.starts_with("ocf:") && resource.agent.ends_with(":linbit:drbd")) return resource.id;
    }
    return "";
}

}  // namespace

runtime::Read status_probe() { return {.commands = status_commands, .value = read_status, .reads_silence = false}; }

runtime::Read owned_probe(bool with_holders) {
    return {.commands =
                [with_holders](const Context& context) {
                    auto commands = status_commands(context);
                    if (with_holders) {
                        for (Command& command : holder_commands()) commands.push_back(std::move(command));
                    }
                    if (!pcs::absent(context)) commands.push_back(pcs::crm_mon(context));
                    return commands;
                },
            .value = [with_holders](std::span<const Reply> replies, const Context& context) -> Value {
                const Value status = read_status(replies.first(2), context);
                if (status.is_unknown()) return status;
                std::string held;
                if (with_holders)
                    held = fmt::format("{}",
                                       fmt::join(holders(replies[1].out, context.arguments.text("resource"), replies.subspan(2, 2)), ", "));
                const std::size_t crm_mon = with_holders ? 4 : 2;
                const Value by = replies.size() <= crm_mon ? Value("") : owner(replies[crm_mon], context);
                return by.is_unknown() ? by : support::record(owned_type(), {{"status", status}, {"owner", by}, {"holders", held}});
            },
            .reads_silence = false};
}

std::optional<Verdict> owned(const Value& seen) {
    const std::string& owner = seen.field("owner").text();
    if (owner.empty()) return std::nullopt;
    return refused(
        fmt::format("Pacemaker moves the roles here (resource {}): use pcs.standby or pcs.move, or say in the site's cluster which "
                    "`drbd` resources are Pacemaker's",
                    owner));
}

/// The kernel changes a role at once or not at all; what is left is to see it.
std::function<Verdict(const Value&, const Value&, const Context&)> has_role(std::string_view role) {
    return [role](const Value&, const Value& now, const Context&) -> Verdict {
        if (now.is_unknown()) return {State::Moving, now.plain()};
        const std::string is = word(now.field("status"), "role");
        if (is == role) return {State::Reached, {}};
        const std::string& held = now.field("holders").text();
        return {State::Needed, fmt::format("still {}{}", is, held.empty() ? "" : "; held by " + held)};
    };
}

std::optional<std::string> complaint(const Reply& reply, const Context&) {
    if (reply.ok()) return std::nullopt;
    struct Advice {
        std::string_view code, what;
    };
    static constexpr Advice advice[] = {
        {"(-1)", "the peer is Primary, and the configuration does not allow two"},
        {"(-2)", "no disk that is UpToDate can be reached"},
        {"(-12)",
         "something holds the device open: unmount it, and look for holders with `lsblk`, `fuser -vm`, multipath and LVM, and for mounts "
         "in other name spaces"},
    };
    for (const Advice& known : advice) {
        if (reply.err.find(fmt::format("State change failed: {}", known.code)) != std::string::npos) {
            return fmt::format("{} ({})", known.what, reply.describe());
        }
    }
    return reply.describe();
}

}  // namespace stdlib::drbd
