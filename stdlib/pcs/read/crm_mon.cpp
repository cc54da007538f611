// The XML of crm_mon. Attributes that every version writes must be there; those that came later may be missing.
#include <fmt/format.h>

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

bool meant_to_stop(const xml_node& node) {
    return flag(node, "disabled").value_or(false) || std::string_view(node.attribute("target_role").value()) == "Stopped";
}

Node read_node(const xml_node& xml, Complaints& complaints) {
    return {.name = text(xml, "name"),
            .online = needed(xml, "online", complaints),
            .standby = needed(xml, "standby", complaints),
            .maintenance = needed(xml, "maintenance", complaints),
            .pending = needed(xml, "pending", complaints),
            .unclean = needed(xml, "unclean", complaints),
            .standby_onfail = flag(xml, "standby_onfail").value_or(false),
            .shutdown = flag(xml, "shutdown").value_or(false),
            .dc = needed(xml, "is_dc", complaints)};
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
    resource.disabled |= meant_to_stop(xml) || flag(xml, "orphaned").value_or(false) || flag(xml, "removed").value_or(false);
    for (const xml_node& node : xml.children("node")) resource.nodes.push_back(text(node, "name"));
    cluster.resources.push_back(std::move(resource));
}

/// A list of resources: of the cluster, of a group, of an instance of a clone or bundle.
void read_members(const xml_node& parent, const Resource& around, Cluster& cluster, Complaints& complaints, int depth = 0) {
    constexpr int deepest = 4;  // bundle, replica, clone, group
    if (depth > deepest) return;
    std::size_t instance = 0;
    for (const xml_node& xml : parent.children()) {
        const std::string_view kind = xml.name();
        Resource inside = around;
        if (std::string_view(parent.name()) == "clone") inside.instance = instance++;
        if (kind == "resource") {
            read_resource(xml, inside, cluster, complaints);
            continue;
        }
        if (kind == "group" || kind == "bundle") inside.group = text(xml, "id");
        if (kind == "clone") {
            inside.clone = text(xml, "id");
            inside.promotable = flag(xml, "multi_state").value_or(false);
        }
        inside.disabled |= meant_to_stop(xml);
        if (kind == "group" || kind == "clone" || kind == "bundle" || kind == "replica") {
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
}

void read_troubles(const xml_node& root, Cluster& cluster) {
    for (const xml_node& xml : root.child("failures").children("failure")) {
        std::string said = text(xml, "exitstatus");
        if (const std::string reason = text(xml, "exitreason"); !reason.empty()) said += ": " + reason;
        cluster.failures.push_back({text(xml, "op_key"), text(xml, "node"), std::move(said)});
    }
    for (const xml_node& node : root.child("node_history").children("node")) {
        for (const xml_node& xml : node.children("resource_history")) {
            const std::string count = text(xml, "fail-count");
            if (!count.empty() && count != "0") cluster.fail_counts.push_back({text(xml, "id"), text(node, "name"), count});
        }
    }
    for (const xml_node& xml : root.child("bans").children("ban")) {
        cluster.bans.push_back({text(xml, "id"), text(xml, "resource"), text(xml, "node")});
    }
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
    if (status && status.attribute("code").as_int(-1) != 0) {
        constexpr int not_connected = 102;
        const bool stopped = status.attribute("code").as_int(-1) == not_connected;
        return Unreadable{
            fmt::format("{} (crm_mon: {})", stopped ? "the cluster does not run on this node" : "crm_mon could not read the cluster",
                        text(status, "message")),
            stopped};
    }
    if (!root.child("nodes") || !root.child("summary")) return Unreadable{"crm_mon tells of no cluster: there are no nodes in its XML"};
    Cluster cluster;
    Complaints complaints;
    read_summary(root.child("summary"), cluster);
    for (const xml_node& node : root.child("nodes").children("node")) cluster.nodes.push_back(read_node(node, complaints));
    read_members(root.child("resources"), {}, cluster, complaints);
    read_troubles(root, cluster);
    if (complaints.first) return Unreadable{*complaints.first};
    return cluster;
}

}  // namespace stdlib::pcs
