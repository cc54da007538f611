#include "stdlib/drbd/actions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "stdlib/drbd/holders.hpp"
#include "stdlib/drbd/status.hpp"
#include "stdlib/pcs/values.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::drbdadm {

namespace {

using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Parameter;
using lang::Value;
using runtime::Action;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::Reply;
using runtime::Verdict;
using State = runtime::Verdict::State;

/// A field of a status as its word; "?" where it is unknown.
std::string word(const Value& status, std::string_view field) {
    const Value& value = status.field(field);
    return value.is_unknown() ? "?" : value.member_name();
}

Verdict refused(std::string why) { return {State::Refused, std::move(why)}; }

std::string down_here(const Context& context) {
    return fmt::format("{} is down on {}: bring it up first (drbdadm up)", context.arguments.text("resource"), context.host->name);
}

/// The first field that decides and could not be read.
std::optional<Verdict> unclear(const Value& status, std::initializer_list<std::string_view> fields) {
    for (const std::string_view field : fields) {
        const Value& value = status.field(field);
        if (value.is_unknown()) return Verdict{State::Unclear, fmt::format("{} is {}", field, value.plain())};
    }
    return std::nullopt;
}

// ---- does Pacemaker move the roles of this resource?

/// The status, and the Pacemaker resource that owns the roles; empty where none does.
const std::shared_ptr<const lang::RecordType>& owned_type() {
    static const auto type = support::record_type(
        "drbd.Owned", {{"status", lang::Type::of(types().status), {}}, {"owner", Kind::Text, {}}, {"holders", Kind::Text, {}}});
    return type;
}

std::vector<std::string> named_in(const Value& setting) {
    std::vector<std::string> names;
    if (const auto* one = std::get_if<lang::Text>(&setting.payload())) names.push_back(one->value);
    if (const auto* many = std::get_if<std::shared_ptr<const lang::List>>(&setting.payload())) {
        for (const Value& item : (*many)->items) names.push_back(item.text());
    }
    return names;
}

/// A cluster of the site around this host that names its DRBD resources, but not this one.
bool site_says_free(const Context& context) {
    for (const lang::Cluster& cluster : context.site->clusters) {
        const bool ours = std::find(cluster.nodes.begin(), cluster.nodes.end(), context.host) != cluster.nodes.end();
        const auto drbd = cluster.settings.find("drbd");
        if (cluster.kind != "pacemaker" || !ours || drbd == cluster.settings.end()) continue;
        const auto names = named_in(drbd->second);
        return std::find(names.begin(), names.end(), context.arguments.text("resource")) == names.end();
    }
    return false;
}

/// crm_mon does not tell which DRBD resource an agent cares for: any managed one counts, unless the site says otherwise.
Value owner(const Reply& crm_mon, const Context& context) {
    if (pacemaker::not_installed(crm_mon)) return "";
    const auto reading = pacemaker::read(crm_mon);
    if (const auto* unreadable = std::get_if<pacemaker::Unreadable>(&reading)) {
        return unreadable->stopped ? Value("") : Value::unknown("whether Pacemaker moves the roles: " + unreadable->why);
    }
    const auto& cluster = std::get<pacemaker::Cluster>(reading);
    const pacemaker::Node* here = cluster.find(*context.host);
    const bool left_alone = cluster.maintenance.value_or(false) || (here != nullptr && here->maintenance);
    if (left_alone || site_says_free(context)) return "";
    for (const pacemaker::Resource& resource : cluster.resources) {
        if (resource.managed && resource.agent.starts_with("ocf:") && resource.agent.ends_with(":linbit:drbd")) return resource.id;
    }
    return "";
}

runtime::Read status_probe() { return {.commands = status_commands, .value = read_status, .reads_silence = false}; }

/// Whoever makes it Secondary wants to hear what holds the device: the kernel's refusal does not tell.
runtime::Read owned_probe(bool with_holders) {
    return {.commands =
                [with_holders](const Context& context) {
                    auto commands = status_commands(context);
                    if (with_holders) {
                        for (Command& command : holder_commands()) commands.push_back(std::move(command));
                    }
                    if (!pacemaker::absent(context)) commands.push_back(pacemaker::crm_mon(context));
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

// ---- roles

/// May it become Primary, as far as this host can tell? Only a peer that is seen to be Secondary rules a split brain out.
Verdict may_promote(const Value& status, const Context& context) {
    if (const auto verdict = unclear(status, {"disk", "connection", "replication"})) return *verdict;
    const std::string disk = word(status, "disk"), connection = word(status, "connection"), replication = word(status, "replication");
    if (disk != "UpToDate") return refused(fmt::format("its disk here is {}: wait until drbd.in_sync", disk));
    if (replication == "Behind") return refused("it is Behind: the peer has data that is not here yet");
    if (connection != "Connected") {
        if (context.arguments.boolean("alone")) return {State::Needed, {}};
        return refused(
            fmt::format("the connection is {}: the peer may be Primary too, and that would be a split brain. Where the peer is known to "
                        "be off, say `alone: true`",
                        connection));
    }
    if (const auto verdict = unclear(status, {"peer_role"})) return *verdict;
    if (word(status, "peer_role") == "Primary" && !context.arguments.boolean("dual")) {
        return refused("the peer is Primary: make it Secondary first; where both are meant to be Primary, say `dual: true`");
    }
    return {State::Needed, {}};
}

Verdict judge_primary(const Value& seen, const Context& context) {
    if (seen.is_unknown()) return {State::Unclear, seen.plain()};
    const Value& status = seen.field("status");
    if (const auto verdict = unclear(status, {"role"})) return *verdict;
    if (word(status, "role") == "Primary") return {State::Reached, {}};
    if (word(status, "role") == "Down") return refused(down_here(context));
    if (const auto verdict = owned(seen)) return *verdict;
    return may_promote(status, context);
}

Verdict judge_secondary(const Value& seen, const Context& context) {
    if (seen.is_unknown()) return {State::Unclear, seen.plain()};
    const Value& status = seen.field("status");
    if (const auto verdict = unclear(status, {"role"})) return *verdict;
    if (word(status, "role") == "Secondary") return {State::Reached, {}};
    if (word(status, "role") == "Down") return refused(down_here(context));
    if (const auto verdict = owned(seen)) return *verdict;
    return {State::Needed, {}};
}

/// The kernel changes a role at once or not at all; what is left is to see it.
auto has_role(std::string_view role) {
    return [role](const Value&, const Value& now, const Context&) -> Verdict {
        if (now.is_unknown()) return {State::Moving, now.plain()};
        const std::string is = word(now.field("status"), "role");
        if (is == role) return {State::Reached, {}};
        const std::string& held = now.field("holders").text();
        return {State::Needed, fmt::format("still {}{}", is, held.empty() ? "" : "; held by " + held)};
    };
}

// ---- the connection

Verdict judge_connect(const Value& status, const Context& context) {
    if (status.is_unknown()) return {State::Unclear, status.plain()};
    if (const auto verdict = unclear(status, {"connection"})) return *verdict;
    const std::string connection = word(status, "connection");
    if (connection == "Connected") return {State::Reached, {}};
    if (connection == "Down") return refused(down_here(context));
    if (connection != "StandAlone") return {State::Moving, "it waits for the peer: " + connection};
    if (status.field("split_brain_suspected").boolean() && !context.arguments.boolean("peer_unchanged")) {
        return refused(
            "a split brain is suspected: StandAlone, with data that the peer lacks. Look at the kernel log of both sides. Where the peer "
            "is known to have written nothing since the connection ended, say `peer_unchanged: true`");
    }
    return {State::Needed, {}};
}

Verdict connect_arrived(const Value&, const Value& now, const Context&) {
    if (now.is_unknown()) return {State::Moving, now.plain()};
    const std::string connection = word(now, "connection");
    if (connection == "Connected") return {State::Reached, {}};
    if (connection == "StandAlone") {
        return {State::Failed, "StandAlone again: the two sides refuse each other, most likely a split brain; the kernel log tells"};
    }
    return {State::Moving, connection};
}

Verdict judge_disconnect(const Value& status, const Context&) {
    if (status.is_unknown()) return {State::Unclear, status.plain()};
    if (const auto verdict = unclear(status, {"connection", "replication"})) return *verdict;
    const std::string connection = word(status, "connection"), replication = word(status, "replication");
    if (connection == "StandAlone" || connection == "Down") return {State::Reached, {}};
    if (connection == "Connected" && replication != "Established") {
        return refused(
            fmt::format("a synchronisation runs ({}): ended now, one side stays Inconsistent. Wait until drbd.in_sync", replication));
    }
    return {State::Needed, {}};
}

Verdict disconnect_arrived(const Value&, const Value& now, const Context&) {
    if (now.is_unknown()) return {State::Moving, now.plain()};
    const std::string connection = word(now, "connection");
    return connection == "StandAlone" ? Verdict{State::Reached, {}} : Verdict{State::Needed, connection};
}

// ---- what drbdadm says

/// The kernel's reason, with what can be done about it. drbdadm passes it on with exit status 11.
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

Builtin action(std::string verb, std::vector<Parameter> options, std::string doc, std::string example, runtime::Read probe,
               std::function<Verdict(const Value&, const Context&)> judge,
               std::function<Verdict(const Value&, const Value&, const Context&)> arrived) {
    std::vector<Parameter> parameters{{"resource", Kind::Text, "name of the DRBD resource"}};
    parameters.insert(parameters.end(), options.begin(), options.end());
    return {{.name = verb,
             .effect = Effect::Action,
             .hosts = HostKind::Linux,
             .parameters = std::move(parameters),
             .result = Kind::Nothing,
             .doc = std::move(doc),
             .example = std::move(example),
             .deadline = std::chrono::minutes(1)},
            Action{.probe = std::move(probe),
                   .judge = std::move(judge),
                   .command =
                       [verb](const Value&, const Context& context) {
                           return Command::program({"drbdadm", verb, context.arguments.text("resource")});
                       },
                   .complaint = complaint,
                   .arrived = std::move(arrived),
                   .poll = std::chrono::seconds(1),
                   .ends_link = false,
                   .touches = support::object("drbd", "resource")},
            {std::string(kernel_version), std::string(utils_version_name), std::string(pacemaker::pacemaker_version)}};
}

}  // namespace

std::vector<Builtin> actions() {
    const Parameter dual{"dual", Kind::Bool, "the peer may be Primary already: a Primary/Primary construct", Value(false)};
    const Parameter alone{"alone", Kind::Bool, "the peer is known to be off: no connection is needed", Value(false)};
    const Parameter peer_unchanged{"peer_unchanged", Kind::Bool, "the peer is known to have written nothing since the connection ended",
                                   Value(false)};
    return {
        action("primary", {dual, alone},
               "Makes the resource Primary on the current host. Refused unless its disk is UpToDate and a connected peer is seen to be "
               "Secondary, "
               "and where Pacemaker moves the roles. Never forces.",
               "drbd.primary(\"r0\")", owned_probe(false), judge_primary, has_role("Primary")),
        action("secondary", {},
               "Makes the resource Secondary on the current host. Everything that uses the device must have ended before. Refused where "
               "Pacemaker "
               "moves the roles.",
               "drbd.secondary(\"r0\")", owned_probe(true), judge_secondary, has_role("Secondary")),
        action(
            "connect", {peer_unchanged},
            "Connects a StandAlone resource to its peer. Arrived when they are connected; what was missed is then synchronised: wait for "
            "drbd.in_sync. Refused when a split brain is suspected; it is never resolved from here.",
            "drbd.connect(\"r0\")  within 2m", status_probe(), judge_connect, connect_arrived),
        action("disconnect", {}, "Ends the connection: nothing is replicated until `connect`. Refused while a synchronisation runs.",
               "drbd.disconnect(\"r0\")  undo drbd.connect(\"r0\")", status_probe(), judge_disconnect, disconnect_arrived),
    };
}

}  // namespace stdlib::drbdadm
