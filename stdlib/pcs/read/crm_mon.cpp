// The XML of crm_mon. Attributes that every version writes must be there; those that came later may be missing.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <pugixml.hpp>

#include "stdlib/pcs/read/cluster.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::pcs {

namespace {

using pugi::xml_node;

/// Collects the first thing that was wrong, so that reading can go on to its end.
struct Complaints {
    std::optional<std::string> first;
    void add(std::string what) {
        if (!first) first = std::move(what);
    }
};

std::string text(const xml_node& node, const char* attribute) { return node.attribute(attribute).value(); }

std::optional<bool> flag(const xml_node& node, const char* attribute) {
    const std::string_view value = node.attribute(attribute).value();
    if (value == "true") return true;
    if (value == "false") return false;
    return std::nullopt;
}

bool needed(const xml_node& node, const char* attribute, Complaints& complaints) {
    const auto value = flag(node, attribute);
    if (!value) {
        complaints.add(fmt::format("crm_mon's <{}> '{}' does not say whether it is {}", node.name(),
                                   text(node, *node.attribute("name").value() ? "name" : "id"), attribute));
    }
    return value.value_or(false);
}

/// Before 2.1 the roles were called Master and Slave.
std::string role_of(const xml_node& resource) {
    const std::string role = text(resource, "role");
    if (role == "Master") return "Promoted";
    if (role == "Slave") return "Unpromoted";
    return role;
}

/// Pacemaker compares roles without regard to case.
bool is_role(std::string_view said, std::string_view role) {
    return std::equal(said.begin(), said.end(), role.begin(), role.end(), [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
    });
}

/// What is said of a resource, or of a group, clone or bundle around it, and holds for all that is in it.
void read_wish(const xml_node& node, Resource& resource) {
    const std::string_view role = node.attribute("target_role").value();
    resource.disabled |= flag(node, "disabled").value_or(false) || is_role(role, "Stopped");
    resource.unpromoted |= is_role(role, "Unpromoted") || is_role(role, "Slave");
}

Node::Health health_of(const xml_node& node) {
    const std::string_view health = node.attribute("health").value();
    return health == "red" ? Node::Health::Red : health == "yellow" ? Node::Health::Yellow : Node::Health::Green;
}

/// The resource that a guest is; 1.1.13 and older call it `container_id`.
std::string host_resource(const xml_node& node) {
    const std::string id = text(node, "id_as_resource");
    return id.empty() ? text(node, "container_id") : id;
}

Node::Kind kind_of(const xml_node& node) {
    const std::string_view type = node.attribute("type").value();
    if (type == "ping") return Node::Kind::Foreign;
    if (!host_resource(node).empty()) return Node::Kind::Guest;
    return type == "remote" ? Node::Kind::Remote : Node::Kind::Member;
}

Node read_node(const xml_node& xml, Complaints& complaints) {
    const Node::Kind kind = kind_of(xml);
    return {.name = text(xml, "name"),
            .online = needed(xml, "online", complaints),
            .standby = needed(xml, "standby", complaints),
            .maintenance = needed(xml, "maintenance", complaints),
            .pending = needed(xml, "pending", complaints),
            .unclean = needed(xml, "unclean", complaints),
            .standby_onfail = flag(xml, "standby_onfail").value_or(false),
            .shutdown = flag(xml, "shutdown").value_or(false),
            .dc = needed(xml, "is_dc", complaints),
            .kind = kind,
            .health = health_of(xml),
            .hosted_by = kind == Node::Kind::Remote ? text(xml, "name") : host_resource(xml)};
}

/// Adds a primitive; `around` holds what its group and clone say.
void read_resource(const xml_node& xml, Resource around, Cluster& cluster, Complaints& complaints) {
    Resource& resource = around;
    resource.id = text(xml, "id");
    resource.agent = text(xml, "resource_agent");
    resource.role = role_of(xml);
    resource.pending = text(xml, "pending");
    resource.active = needed(xml, "active", complaints);
    resource.managed = needed(xml, "managed", complaints);
    resource.failed = needed(xml, "failed", complaints);
    resource.blocked = flag(xml, "blocked").value_or(false);
    resource.failure_ignored = flag(xml, "failure_ignored").value_or(false);
    resource.orphaned = flag(xml, "orphaned").value_or(false) || flag(xml, "removed").value_or(false);
    read_wish(xml, resource);
    for (const xml_node& node : xml.children("node")) resource.nodes.push_back(text(node, "name"));
    cluster.resources.push_back(std::move(resource));
}

/// What a group, clone, bundle or replica says of all that is in it. False where it is none of them.
bool read_around(const xml_node& xml, Resource& around) {
    const std::string_view kind = xml.name();
    if (kind == "group") {
        around.group = text(xml, "id");
    } else if (kind == "clone") {
        around.clone = text(xml, "id");
        around.promotable = flag(xml, "multi_state").value_or(false);
        around.unique = flag(xml, "unique").value_or(false);
    } else if (kind == "bundle") {
        around.bundle = text(xml, "id");
    } else if (kind != "replica") {
        return false;
    }
    read_wish(xml, around);
    return true;
}

/// A list of resources: of the cluster, of a group, of an instance of a clone or bundle.
void read_members(const xml_node& parent, const Resource& around, Cluster& cluster, Complaints& complaints, int depth = 0) {
    constexpr int deepest = 4;  // bundle, replica, clone, group
    if (depth > deepest) return;
    const std::string_view outer = parent.name();
    std::size_t instance = 0;
    for (const xml_node& xml : parent.children()) {
        Resource inside = around;
        if (outer == "clone" || outer == "bundle") inside.instance = instance++;
        if (std::string_view(xml.name()) == "resource") {
            read_resource(xml, inside, cluster, complaints);
        } else if (read_around(xml, inside)) {
            read_members(xml, inside, cluster, complaints, depth + 1);
        }
    }
}

void read_summary(const xml_node& summary, Cluster& cluster) {
    const xml_node dc = summary.child("current_dc");
    if (flag(dc, "present").value_or(false)) {
        cluster.dc = text(dc, "name");
        cluster.quorum = flag(dc, "with_quorum");
    }
    const xml_node options = summary.child("cluster_options");
    cluster.maintenance = flag(options, "maintenance-mode");
    // Pacemaker 3.0.2 gave it its newer name.
    cluster.fencing = flag(options, options.attribute("fencing-enabled") ? "fencing-enabled" : "stonith-enabled");
    cluster.resources_stopped = flag(options, "stop-all-resources").value_or(false);
    cluster.opt_in = !flag(options, "symmetric-cluster").value_or(true);
    cluster.ignores_quorum = text(options, "no-quorum-policy") == "ignore";
}

/// "vip_monitor_10000". Where the history has kept no key, the entry's own id tells: "vip_last_failure_0" with a task and an interval.
std::string operation_of(const xml_node& failure) {
    if (std::string key = text(failure, "op_key"); !key.empty()) return key;
    std::string id = text(failure, "id");
    const std::string task = text(failure, "task");
    for (const std::string_view kept : {"_last_failure_0", "_last_0"}) {
        if (!id.ends_with(kept) || task.empty()) continue;
        const std::string interval = text(failure, "interval");
        return fmt::format("{}_{}_{}", id.substr(0, id.size() - kept.size()), task, interval.empty() ? "0" : interval);
    }
    return id;
}

/// The agent's reason; where it gave none (crm_mon writes "none"), what Pacemaker made of the operation, as "Timed Out".
std::string said_of(const xml_node& failure) {
    const std::string said = text(failure, "exitstatus"), reason = text(failure, "exitreason"), status = text(failure, "status");
    if (!reason.empty() && reason != "none") return said + ": " + reason;
    const bool tells_more = !status.empty() && !is_role(status, "complete") && !is_role(status, said);
    return tells_more ? fmt::format("{} ({})", said, status) : said;
}

void read_failures(const xml_node& root, Cluster& cluster) {
    for (const xml_node& xml : root.child("failures").children("failure")) {
        cluster.failures.push_back({operation_of(xml), text(xml, "node"), said_of(xml)});
    }
    for (const xml_node& node : root.child("node_history").children("node")) {
        for (const xml_node& xml : node.children("resource_history")) {
            const std::string count = text(xml, "fail-count");
            if (!count.empty() && count != "0") cluster.fail_counts.push_back({text(xml, "id"), text(node, "name"), count});
        }
    }
}

void read_bans(const xml_node& bans, Cluster& cluster) {
    constexpr int minus_infinity = -1'000'000;
    for (const xml_node& xml : bans.children("ban")) {
        const bool promoted_only = flag(xml, "promoted-only").value_or(flag(xml, "master_only").value_or(false));
        cluster.bans.push_back({.id = text(xml, "id"),
                                .resource = text(xml, "resource"),
                                .node = text(xml, "node"),
                                .absolute = xml.attribute("weight").as_int(minus_infinity) <= minus_infinity,
                                .promoted_only = promoted_only});
    }
}

void read_tickets(const xml_node& tickets, Cluster& cluster) {
    for (const xml_node& xml : tickets.children("ticket")) {
        const bool held = text(xml, "status") == "granted" && !flag(xml, "standby").value_or(false);
        if (!held) cluster.withheld.push_back(text(xml, "id"));
    }
}

/// The newest comes first: of each target the last that ended tells how it is now.
void read_fencing(const xml_node& history, Cluster& cluster) {
    if (history.attribute("status").as_int(0) != 0) cluster.errors.emplace_back("the history of fencing could not be read");
    for (const xml_node& xml : history.children("fence_event")) {
        const std::string_view said = xml.attribute("status").value();
        Fencing event{.state = said == "failed"    ? Fencing::State::Failed
                               : said == "success" ? Fencing::State::Done
                                                   : Fencing::State::Pending,
                      .target = text(xml, "target"),
                      .action = text(xml, "action"),
                      .reason = text(xml, "exit-reason")};
        const bool superseded = std::any_of(cluster.fencings.begin(), cluster.fencings.end(), [&](const Fencing& newer) {
            return newer.target == event.target && newer.state != Fencing::State::Pending &&
                   (newer.action == "on") == (event.action == "on");
        });
        if (event.state == Fencing::State::Pending || !superseded) cluster.fencings.push_back(std::move(event));
    }
}

/// Those of a bundle's container are guests with a name of their own.
void tell_bundles(Cluster& cluster) {
    for (Node& node : cluster.nodes) {
        const bool in_bundle = std::any_of(cluster.resources.begin(), cluster.resources.end(), [&](const Resource& r) {
            return !r.bundle.empty() && (r.id == node.hosted_by || r.id == node.name) && r.part() != Resource::Part::Service;
        });
        if (in_bundle && node.kind != Node::Kind::Member) node.kind = Node::Kind::Bundle;
    }
}

/// What crm_mon says went wrong, in its own words: they tell more than its code does.
std::vector<std::string> read_errors(const xml_node& status) {
    std::vector<std::string> found;
    for (const xml_node& error : status.child("errors").children("error")) {
        std::string_view words = error.child_value();
        for (const std::string_view prefix : {"error: ", "crm_mon: "}) {
            if (words.starts_with(prefix)) words.remove_prefix(prefix.size());
        }
        if (!words.empty()) found.emplace_back(words);
    }
    return found;
}

Unreadable refusal(int code, std::string said, const std::vector<std::string>& errors) {
    constexpr int not_connected = 102;
    const bool stopped = code == not_connected;
    if (!errors.empty())
        said = fmt::format("{}{}{}", code == 0 ? "" : said, code == 0 || said.empty() ? "" : ": ", fmt::join(errors, "; "));
    return {fmt::format("{} (crm_mon: {})", stopped ? "the cluster does not run on this node" : "crm_mon could not read the cluster", said),
            stopped};
}

}  // namespace

Reading read(std::string_view xml) {
    pugi::xml_document document;
    const auto parsed = document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8);
    const xml_node root = document.document_element();
    const std::string_view name = root.name();
    if (!parsed || (name != "pacemaker-result" && name != "crm_mon")) {
        return Unreadable{"crm_mon wrote no XML that can be read: " + support::quoted_output(xml)};
    }
    const xml_node status = root.child("status");
    const int code = status ? status.attribute("code").as_int(-1) : 0;
    std::vector<std::string> errors = read_errors(status);
    if (const xml_node disconnected = root.child("crm-mon-disconnected")) {
        if (std::string why = text(disconnected, "description"); errors.empty() && !why.empty()) errors.push_back(std::move(why));
    }
    const bool complete = root.child("nodes") && root.child("summary");
    if (code != 0 || (!complete && !errors.empty())) return refusal(code, text(status, "message"), errors);
    if (!complete) return Unreadable{"crm_mon tells of no cluster: there are no nodes in its XML"};
    Cluster cluster;
    Complaints complaints;
    read_summary(root.child("summary"), cluster);
    for (const xml_node& node : root.child("nodes").children("node")) cluster.nodes.push_back(read_node(node, complaints));
    read_members(root.child("resources"), {}, cluster, complaints);
    cluster.errors = std::move(errors);
    tell_bundles(cluster);
    read_failures(root, cluster);
    read_bans(root.child("bans"), cluster);
    read_tickets(root.child("tickets"), cluster);
    read_fencing(root.child("fence_history"), cluster);
    if (complaints.first) return Unreadable{*complaints.first};
    return cluster;
}

}  // namespace stdlib::pcs
