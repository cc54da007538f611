#include "stdlib/pcs/discovery.hpp"

#include <set>

#include "stdlib/support/findings.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::pcs {

namespace {

using lang::Kind;
using lang::Type;
using lang::Value;
using runtime::Command;
using runtime::FoundCluster;
using runtime::FoundMachine;
using support::texts_in;
using Words = std::vector<std::string>;

/// What a node says of its cluster: the nodes, what it moves (groups, and resources of none), the addresses among that.
const std::shared_ptr<const lang::RecordType>& seen_type() {
    static const Type texts = Type::list_of(Kind::Text);
    static const auto type = support::record_type("Seen", {{"nodes", texts, ""}, {"resources", texts, ""}, {"addresses", texts, ""}});
    return type;
}

/// Clones run everywhere, and nobody moves them.
Words moved(const Value& status) {
    Words all;
    for (const Value& resource : status.field("resources").items()) {
        const Value& role = resource.field("role");
        const bool is_clone = !role.is_unknown() && (role.member_name() == "Promoted" || role.member_name() == "Unpromoted");
        const std::string& group = resource.field("group").text();
        if (!is_clone) support::add_once(all, group.empty() ? resource.field("id").text() : group);
    }
    return all;
}

/// The values of all `<nvpair name="ip" value="…"/>`.
Words addresses_in(std::string_view resources) {
    constexpr std::string_view value = "value=\"";
    Words all;
    for (const std::string_view line : support::lines(resources)) {
        const std::size_t at = line.find(value);
        if (line.find("name=\"ip\"") == std::string_view::npos || at == std::string_view::npos) continue;
        const std::size_t begin = at + value.size();
        support::add_once(all, std::string(line.substr(begin, line.find('"', begin) - begin)));
    }
    return all;
}

runtime::Finding look(runtime::AskedMachine& machine) {
    if (support::is_absent(machine.ask(Command::program({"crm_mon", "--version"})))) return {};
    const Value status = machine.query("status");
    if (status.is_unknown()) return support::not_known("Pacemaker", status.why_unknown().why);
    Words nodes;
    for (const Value& node : status.field("nodes").items()) nodes.push_back(node.field("name").text());
    const runtime::Reply resources = machine.ask(Command::program({"cibadmin", "--query", "--scope", "resources"}));
    runtime::Finding finding;
    if (!resources.ok()) finding = support::not_known("the addresses that the cluster moves", resources.describe());
    if (nodes.empty()) return finding;
    finding.what = support::record(seen_type(), {{"nodes", support::text_list(nodes)},
                                                 {"resources", support::text_list(moved(status))},
                                                 {"addresses", support::text_list(addresses_in(resources.out))}});
    return finding;
}

FoundCluster cluster_of(const Value& seen, std::span<const FoundMachine> all) {
    FoundCluster cluster;
    Words drbd;
    for (const std::string& node : texts_in(seen.field("nodes"))) {
        if (const FoundMachine* one = runtime::find_machine(all, node)) {
            support::add_once(cluster.nodes, one->name);
            for (const std::string& resource : texts_in(one->found_by("drbd"))) support::add_once(drbd, resource);
        } else {
            cluster.remarks.push_back("a cluster node: " + node + " is none of these machines");
        }
    }
    if (cluster.nodes.empty()) return cluster;
    cluster.name = drbd.empty() ? "moved" : "storage";
    const Words resources = texts_in(seen.field("resources")), addresses = texts_in(seen.field("addresses"));
    if (!resources.empty()) cluster.entries.push_back({"resource", resources});
    if (!drbd.empty()) cluster.entries.push_back({"drbd", drbd});
    if (!addresses.empty()) cluster.entries.push_back({"ip", {addresses.front()}});
    for (std::size_t i = 1; i < addresses.size(); ++i) cluster.remarks.push_back("it moves another address: " + addresses[i]);
    return cluster;
}

/// All nodes tell of the same cluster: it is written once.
std::vector<FoundCluster> clusters(std::span<const FoundMachine> all) {
    std::vector<FoundCluster> found;
    std::set<std::set<std::string>> known;
    for (const FoundMachine& machine : all) {
        const Value seen = machine.found_by("pcs");
        if (seen.is_nothing()) continue;
        const Words nodes = texts_in(seen.field("nodes"));
        if (known.insert({nodes.begin(), nodes.end()}).second) found.push_back(cluster_of(seen, all));
    }
    return found;
}

}  // namespace

runtime::Discovery discovery() {
    return {.layer = runtime::Discovery::Layer::ClusterManager,
            .look = look,
            .summary = [](const Value&) { return "Pacemaker"; },
            .clusters = clusters,
            .looks_for = "Pacemaker"};
}

}  // namespace stdlib::pcs
