#include "stdlib/pcs/read/values.hpp"

#include <fmt/format.h>

#include <array>

#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::pcs {

namespace {

using lang::Kind;
using lang::Type;
using lang::Value;
using support::record;
using support::record_type;

Types make_types() {
    Types made;
    made.role = support::enumeration(
        "pcs.Role", {"Stopped", "Starting", "Started", "Stopping", "Unpromoted", "Promoting", "Promoted", "Demoting", "Migrating"});
    made.node = record_type(
        "pcs.Node", {{"name", Kind::Text, "its name in the cluster"},
                     {"online", Kind::Bool, "member of the cluster; just after a crash it may still say so"},
                     {"standby", Kind::Bool, "in standby: its resources move away, it still counts for quorum"},
                     {"maintenance", Kind::Bool, "in maintenance: its resources are left as they are"},
                     {"pending", Kind::Bool, "it is still joining"},
                     {"unclean", Kind::Bool, "lost, and not known to be off"},
                     {"available", Kind::Bool,
                      "resources may run on it: online, nothing of the above, and its health is not red; unknown where that is yellow"},
                     {"dc", Kind::Bool, "the designated coordinator"},
                     {"resources", Type::list_of(Kind::Text), "names of the resources that are active on it"}});
    made.resource =
        record_type("pcs.Resource", {{"id", Kind::Text, "name of the primitive; every instance of a clone is one"},
                                     {"role", Type::of(made.role), "Master and Slave of older versions read Promoted and Unpromoted"},
                                     {"node", Kind::Text, "name of the node on which it is active; empty where on none"},
                                     {"managed", Kind::Bool, "Pacemaker may start and stop it"},
                                     {"failed", Kind::Bool, "its last operation failed"},
                                     {"blocked", Kind::Bool, "Pacemaker will not touch it until somebody cleans up"},
                                     {"group", Kind::Text, "the group, clone or bundle that it belongs to; empty where to none"},
                                     {"pending", Kind::Text, "what is in progress, such as Monitoring; empty where nothing is"}});
    made.failure = record_type("pcs.Failure", {{"operation", Kind::Text, "such as vip_start_0"},
                                               {"node", Kind::Text, "name of the node on which it failed"},
                                               {"said", Kind::Text, "the resource agent's reason"}});
    made.ban = record_type("pcs.Ban", {{"id", Kind::Text, "of the constraint; cli-ban-… comes from a ban or move by hand"},
                                       {"resource", Kind::Text, "what must not run there"},
                                       {"node", Kind::Text, "where it must not run"}});
    made.status =
        record_type("pcs.Status", {{"dc", Kind::Text, "name of the designated coordinator; unknown while none is elected"},
                                   {"quorum", Kind::Bool, "the coordinator sees enough nodes to act; unknown without one"},
                                   {"maintenance", Kind::Bool, "the whole cluster is in maintenance mode"},
                                   {"nodes", Type::list_of(Type::of(made.node)), "every configured node"},
                                   {"resources", Type::list_of(Type::of(made.resource)), "every primitive, clone instances one by one"},
                                   {"failures", Type::list_of(Type::of(made.failure)), "failed actions, until a cleanup"},
                                   {"bans", Type::list_of(Type::of(made.ban)), "constraints that keep a resource away from a node"}});
    return made;
}

template <typename Items>
Value list_of(const Items& items, auto&& value) {
    std::vector<Value> values;
    for (const auto& item : items) values.push_back(value(item));
    return Value::list(std::move(values));
}

Value flag(std::optional<bool> said, const char* what) {
    if (said) return *said;
    return Value::unknown(fmt::format("crm_mon does not say whether {}", what));
}

Value availability(const Node& node) {
    if (node.available() && !node.surely_available())
        return Value::unknown(fmt::format("{}'s health is yellow, and crm_mon does not say what that keeps away", node.name));
    return node.available();
}

/// The nearest that is around it.
std::string around(const Resource& resource) {
    return !resource.group.empty() ? resource.group : !resource.clone.empty() ? resource.clone : resource.bundle;
}

Value resource_value(const Resource& resource) {
    return record(types().resource, {{"id", resource.id},
                                     {"role", Value::member(types().role, resource.role)},
                                     {"node", fmt::format("{}", fmt::join(resource.nodes, " "))},
                                     {"managed", resource.managed},
                                     {"failed", resource.failed},
                                     {"blocked", resource.blocked},
                                     {"group", around(resource)},
                                     {"pending", resource.pending}});
}

Value failure_value(const Failure& failure) {
    return record(types().failure, {{"operation", failure.operation}, {"node", failure.node}, {"said", failure.said}});
}

Value ban_value(const Ban& ban) { return record(types().ban, {{"id", ban.id}, {"resource", ban.resource}, {"node", ban.node}}); }

}  // namespace

const Types& types() {
    static const Types all = make_types();
    return all;
}

Value value_of(const std::vector<std::string>& texts) {
    return list_of(texts, [](const std::string& text) -> Value { return text; });
}

Value value_of(const Node& node, const Cluster& cluster) {
    return record(types().node, {{"name", node.name},
                                 {"online", node.online},
                                 {"standby", node.standby},
                                 {"maintenance", node.maintenance},
                                 {"pending", node.pending},
                                 {"unclean", node.unclean},
                                 {"available", availability(node)},
                                 {"dc", node.dc},
                                 {"resources", value_of(cluster.active_on(node.name))}});
}

Value value_of(const Cluster& cluster) {
    return record(types().status, {{"dc", cluster.dc ? Value(*cluster.dc) : Value::unknown("the cluster has elected no DC")},
                                   {"quorum", flag(cluster.quorum, "there is quorum")},
                                   {"maintenance", flag(cluster.maintenance, "the cluster is in maintenance mode")},
                                   {"nodes", list_of(cluster.nodes, [&](const Node& node) { return value_of(node, cluster); })},
                                   {"resources", list_of(cluster.resources, resource_value)},
                                   {"failures", list_of(cluster.failures, failure_value)},
                                   {"bans", list_of(cluster.bans, ban_value)}});
}

bool at_least(const runtime::Detected& detected, std::string_view detection, int major, int minor, int patch) {
    const auto it = detected.find(detection);
    if (it == detected.end() || it->second.is_unknown()) return false;
    return support::version_numbers(it->second.text()) >= std::array<std::int64_t, 3>{major, minor, patch};
}

runtime::Command crm_mon(const runtime::Context& context) {
    const bool old = context.detected.contains(pacemaker_version) && !at_least(context.detected, pacemaker_version, 2, 0, 3);
    return runtime::Command::program({"crm_mon", "-1", "-r", old ? "--as-xml" : "--output-as=xml"}).typed_as({"crm_mon", "-1", "-r"});
}

bool absent(const runtime::Context& context) {
    const auto it = context.detected.find(pacemaker_version);
    return it != context.detected.end() && !it->second.is_unknown() && it->second.text() == "none";
}

bool not_installed(const runtime::Reply& reply) {
    constexpr int no_such_command = 127;
    return reply.code == no_such_command || (reply.code != 0 && reply.err.find("command not found") != std::string::npos);
}

Reading read(const runtime::Reply& reply) {
    if (reply.truncated) return Unreadable{"crm_mon wrote more than can be read"};
    if (reply.code != 0 && reply.out.find('<') == std::string::npos) {
        // 1.1 says it in words only.
        const bool stopped = (reply.out + reply.err).find("Connection to cluster failed") != std::string::npos;
        return Unreadable{(stopped ? "the cluster does not run on this node: " : "crm_mon: ") + reply.describe(), stopped};
    }
    return read(std::string_view(reply.out));
}

runtime::Read reading(std::function<Value(const Cluster&, const runtime::Context&)> value) {
    return {.commands = [](const runtime::Context& context) { return std::vector{crm_mon(context)}; },
            .value = [value = std::move(value)](std::span<const runtime::Reply> replies, const runtime::Context& context) -> Value {
                const Reading reading = read(replies.front());
                if (const auto* unreadable = std::get_if<Unreadable>(&reading)) {
                    return support::unreadable(unreadable->why, replies.front().out);
                }
                return value(std::get<Cluster>(reading), context);
            },
            .reads_silence = false};
}

std::variant<const Node*, Value> node_of(const Cluster& cluster, const lang::Host& host) {
    if (const Node* node = cluster.find(host)) return node;
    std::vector<std::string> names;
    for (const Node& node : cluster.nodes) names.push_back(node.name);
    return Value::unknown(fmt::format("{} is not a node of this cluster; its nodes are {}", host.name, fmt::join(names, ", ")));
}

lang::Parameter node_parameter(std::string name, std::string doc) {
    return {.name = std::move(name), .type = Kind::Host, .doc = std::move(doc), .names = "pacemaker.nodes"};
}

lang::Parameter resource_parameter(std::string doc, support::Empty empty) {
    const auto no_resource = [](std::string_view resource) { return support::no_name_of("a resource", resource); };
    return {.name = "resource",
            .type = Kind::Text,
            .doc = std::move(doc),
            .names = "pacemaker.resource",
            .reads = support::text_reader(no_resource, empty)};
}

}  // namespace stdlib::pcs
