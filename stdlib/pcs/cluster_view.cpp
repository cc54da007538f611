#include "stdlib/pcs/cluster_view.hpp"

#include <algorithm>

#include "stdlib/pcs/read/constraints.hpp"
#include "stdlib/pcs/read/values.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::pcs {

namespace {

using lang::Kind;
using lang::Type;
using lang::Value;

const std::shared_ptr<const lang::RecordType>& sight_type() {
    static const Type texts = Type::list_of(Kind::Text);
    static const auto type = support::record_type("pcs.ClusterView", {{"running", Kind::Bool, {}},
                                                                      {"node", Kind::Text, {}},
                                                                      {"online", Kind::Bool, {}},
                                                                      {"standby", Kind::Bool, {}},
                                                                      {"pending", Kind::Bool, {}},
                                                                      {"lost", Kind::Text, {}},
                                                                      {"active", texts, {}},
                                                                      {"location", Kind::Text, {}},
                                                                      {"disabled", Kind::Bool, {}},
                                                                      {"instances", texts, {}},
                                                                      {"unsettled", texts, {}},
                                                                      {"idle", Kind::Bool, {}},
                                                                      {"failures", texts, {}},
                                                                      {"by_hand", texts, {}},
                                                                      {"obstacle", Kind::Text, {}}});
    return type;
}

std::vector<std::string> texts(const Value& list) {
    std::vector<std::string> found;
    for (const Value& item : list.items()) found.push_back(item.text());
    return found;
}

/// The resource of an operation key: "vip" of "vip_monitor_10000", "drbd_r0" of "drbd_r0:1_start_0".
std::string resource_of(const std::string& operation) {
    const auto interval = operation.rfind('_');
    if (interval == std::string::npos || interval == 0) return operation;
    const auto task = operation.rfind('_', interval - 1);
    const std::string instance = operation.substr(0, task == std::string::npos ? interval : task);
    return instance.substr(0, instance.find(':'));
}

}  // namespace

Value ClusterView::value() const {
    return support::record(sight_type(), {{"running", running},
                                          {"node", node},
                                          {"online", online},
                                          {"standby", standby},
                                          {"pending", pending},
                                          {"lost", lost},
                                          {"active", value_of(active)},
                                          {"location", location},
                                          {"disabled", disabled},
                                          {"instances", value_of(instances)},
                                          {"unsettled", value_of(unsettled)},
                                          {"idle", idle},
                                          {"failures", value_of(failures)},
                                          {"by_hand", value_of(by_hand)},
                                          {"obstacle", obstacle}});
}

ClusterView ClusterView::of(const Value& value) {
    return {.running = value.field("running").boolean(),
            .node = value.field("node").text(),
            .online = value.field("online").boolean(),
            .standby = value.field("standby").boolean(),
            .pending = value.field("pending").boolean(),
            .lost = value.field("lost").text(),
            .active = texts(value.field("active")),
            .location = value.field("location").text(),
            .disabled = value.field("disabled").boolean(),
            .instances = texts(value.field("instances")),
            .unsettled = texts(value.field("unsettled")),
            .idle = value.field("idle").boolean(),
            .failures = texts(value.field("failures")),
            .by_hand = texts(value.field("by_hand")),
            .obstacle = value.field("obstacle").text()};
}

bool ClusterView::look(const Cluster& cluster, const lang::Host& machine) {
    const Node* found = cluster.find(machine);
    if (found == nullptr) return false;
    node = found->name;
    online = found->online;
    standby = found->standby;
    pending = found->pending;
    lost = pcs::lost(cluster, found->name);
    active = cluster.active_on(found->name);
    unsettled = pcs::unsettled(cluster);
    idle = pcs::idle(cluster);
    for (const Failure& failure : cluster.failures) failures.push_back(failure.describe());
    return true;
}

void ClusterView::look(const Cluster& cluster, const std::string& resource) {
    const auto where = pcs::location(cluster, resource);
    if (const auto* name = std::get_if<std::string>(&where)) location = *name;
    const auto named = cluster.named(resource);
    disabled = std::all_of(named.begin(), named.end(), [](const Resource* r) { return r->disabled; });
    for (const Resource* one : named) {
        for (const std::string& on : one->nodes) instances.push_back(one->id + " on " + on);
    }
    failures.clear();
    for (const Failure& failure : cluster.failures) {
        const std::string id = resource_of(failure.operation);
        const bool ours =
            std::any_of(named.begin(), named.end(), [&](const Resource* r) { return r->id.substr(0, r->id.find(':')) == id; });
        if (ours) failures.push_back(failure.describe());
    }
}

runtime::Read sight(std::function<const lang::Host&(const runtime::Context&)> machine,
                    std::function<void(ClusterView&, const Cluster&, const runtime::Context&)> add, bool with_constraints) {
    runtime::Read read =
        reading([machine = std::move(machine), add = std::move(add)](const Cluster& cluster, const runtime::Context& context) -> Value {
            ClusterView seen;
            if (!seen.look(cluster, machine(context))) return std::get<Value>(node_of(cluster, machine(context)));
            add(seen, cluster, context);
            return seen.value();
        });
    if (!with_constraints) return read;
    read.commands = [](const runtime::Context& context) { return std::vector{crm_mon(context), cibadmin_constraints()}; };
    read.value = [cluster = std::move(read.value)](std::span<const runtime::Reply> replies, const runtime::Context& context) -> Value {
        const Value found = cluster(replies, context);
        if (found.is_unknown()) return found;
        const auto constraints = read_constraints(replies[1]);
        if (const auto* untold = std::get_if<Unreadable>(&constraints)) return Value::unknown(untold->why);
        ClusterView seen = ClusterView::of(found);
        for (const Constraint& constraint : std::get<0>(constraints)) {
            if (constraint.by_hand() && constraint.resource == context.arguments.text("resource")) seen.by_hand.push_back(constraint.id);
        }
        return seen.value();
    };
    return read;
}

std::vector<std::string> fresh(const std::vector<std::string>& now, const std::vector<std::string>& before) {
    std::vector<std::string> found;
    for (const std::string& one : now) {
        if (std::find(before.begin(), before.end(), one) == before.end()) found.push_back(one);
    }
    return found;
}

}  // namespace stdlib::pcs
