// crm_mon and pcs: what they answer and what they set going. Both come back long before the cluster has done it.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "rehearsal/core/coreutils.hpp"
#include "rehearsal/core/roles.hpp"
#include "rehearsal/core/unnamed.hpp"
#include "rehearsal/pacemaker/crm_resource.hpp"
#include "rehearsal/pacemaker/model.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using Role = ResourceRole;
using State = ClusterNode::State;
using Words = std::span<const std::string>;

constexpr lang::Duration pcs_takes = 5s;     ///< from the call to its return
constexpr lang::Duration thinks = 500ms;     ///< from that to the first step
constexpr lang::Duration thinks_twice = 5s;  ///< until a node that may take resources again gets some
constexpr lang::Duration cluster_starts = 3s, cluster_joins = 20s;

/// pcs complains on stderr, with rc 1.
Answer refuses(std::string_view why) { return {.code = 1, .err = fmt::format("Error: {}\n", why), .takes = 1500ms}; }

Answer not_running() {
    return refuses(
        "error running crm_mon, is pacemaker running?\n  error: Could not connect to launcher: Connection refused\n"
        "  crm_mon: Connection to cluster failed: Connection refused");
}

Answer crm_mon(const PacemakerCluster& cluster, bool runs_here, const Invocation& call, const World& world) {
    const auto has = [&](std::string_view word) { return std::find(call.words.begin(), call.words.end(), word) != call.words.end(); };
    if (has("--version"))
        return {.out = "Pacemaker 2.1.5\nWritten by Andrew Beekhof and the Pacemaker project contributors\n", .takes = 60ms};
    if (!has("--output-as=xml")) return not_simulated("crm_mon without --output-as=xml");
    std::string request;
    for (const std::string& word : call.words) request += (request.empty() ? "" : " ") + word;
    if (!runs_here) return {.code = 102, .out = crm_mon_not_connected(request), .takes = 170ms};
    return {.out = crm_mon_xml(cluster, *cluster.node_of(call.host), request, call.now, world), .takes = 240ms};
}

/// `cibadmin --query --scope resources`, as far as addresses go.
Answer cib_resources(const PacemakerCluster& cluster, const World& world) {
    std::string out;
    const lang::Cluster* declared = world.site->find_cluster(cluster.name);
    const std::string address = declared == nullptr ? "" : setting_text(*declared, "ip", "");
    for (const ResourceGroup& group : cluster.groups) {
        for (const ResourceInstance& member : group.members) {
            if (member.agent != agents::address || address.empty()) continue;
            out += fmt::format(
                "  <primitive id=\"{0}\" class=\"ocf\" provider=\"heartbeat\" type=\"IPaddr2\">\n    <instance_attributes "
                "id=\"{0}-attributes\">\n"
                "      <nvpair id=\"{0}-ip\" name=\"ip\" value=\"{1}\"/>\n    </instance_attributes>\n  </primitive>\n",
                member.id, address);
        }
    }
    return {.out = "<resources>\n" + out + "</resources>\n", .takes = 60ms};
}

/// `cibadmin --query --scope constraints`: the colocations and orders of the healthy site are left out, nobody reads them here.
Answer cibadmin(const PacemakerCluster& cluster, bool runs_here, const Invocation& call, const World& world) {
    const std::vector<std::string> constraints{"cibadmin", "--query", "--scope", "constraints"};
    const std::vector<std::string> resources{"cibadmin", "--query", "--scope", "resources"};
    if (runs_here && call.words == resources) return cib_resources(cluster, world);
    if (call.words != constraints && call.words != resources)
        return {.code = 64, .err = "cibadmin: only --query --scope constraints or resources is simulated\n"};
    if (!runs_here)
        return {.code = 102, .err = "cibadmin: Init failed, could not perform requested operations: Not connected\n", .takes = 170ms};
    std::string out;
    for (const ResourceGroup& group : cluster.groups) {
        if (!group.preferred) continue;
        out += fmt::format("  <rsc_location id=\"cli-prefer-{0}\" rsc=\"{0}\" role=\"Started\" node=\"{1}\" score=\"INFINITY\"/>\n",
                           group.id, cluster.nodes[*group.preferred].host->name);
    }
    return {.out = out.empty() ? "<constraints/>\n" : "<constraints>\n" + out + "</constraints>\n", .takes = 60ms};
}

class Pcs {
  public:
    Pcs(PacemakerCluster& cluster, const Invocation& call, bool runs_here)
        : cluster_(cluster), call_(call), here_(*cluster.node_of(call.host)), runs_here_(runs_here) {}

    std::optional<Answer> run() {
        const Words words(call_.words);
        if (words.size() == 2 && words[1] == "--version") return Answer{.out = "0.11.5\n", .takes = 400ms};
        if (words.size() < 3) return std::nullopt;
        const std::string& noun = words[1];
        const std::string& verb = words[2];
        const Words rest = words.subspan(3);
        if (noun == "cluster" && (verb == "start" || verb == "stop")) return start_or_stop(verb == "start", rest);
        if (noun == "node" && (verb == "standby" || verb == "unstandby")) return standby(verb == "standby", rest);
        if (noun != "resource") return std::nullopt;
        if (verb == "move" && rest.size() == 2) return move(rest[0], rest[1]);
        if (verb == "clear" && !rest.empty()) return clear(rest[0]);
        if ((verb == "disable" || verb == "enable") && rest.size() == 1) return wish(rest[0], verb == "disable");
        if (verb == "cleanup") return cleanup(rest);
        return std::nullopt;
    }

  private:
    /// The nodes that are meant: those named, all, or this one. A name that the cluster does not know is an error.
    std::variant<std::vector<std::size_t>, Answer> nodes_meant(Words names) const {
        std::vector<std::size_t> nodes;
        for (const std::string& name : names) {
            if (name == "--force") continue;
            if (name == "--all") {
                for (std::size_t node = 0; node < cluster_.nodes.size(); ++node) nodes.push_back(node);
                continue;
            }
            const auto node = cluster_.node_named(name);
            if (!node) return refuses(fmt::format("Node '{}' does not appear to exist in configuration", name));
            nodes.push_back(*node);
        }
        if (nodes.empty()) nodes.push_back(here_);
        return nodes;
    }

    void configured(lang::Duration pause) {
        cluster_.changed = call_.now;
        cluster_.changed_on = call_.host.name;
        cluster_.ready = std::max(cluster_.ready, call_.now + pcs_takes + pause);
    }

    Answer standby(bool on, Words names) {
        if (!runs_here_) return not_running();
        auto meant = nodes_meant(names);
        if (auto* refusal = std::get_if<Answer>(&meant)) return std::move(*refusal);
        for (const std::size_t node : std::get<0>(meant)) cluster_.nodes[node].is_standby = on;
        configured(on ? thinks : thinks_twice);
        return {.takes = pcs_takes};
    }

    ResourceGroup* find_group(const std::string& resource) {
        for (ResourceGroup& group : cluster_.groups) {
            const bool member = std::any_of(group.members.begin(), group.members.end(), [&](const auto& m) { return m.id == resource; });
            if (group.id == resource || member) return &group;
        }
        const bool is_clone =
            std::any_of(cluster_.clones.begin(), cluster_.clones.end(), [&](const auto& clone) { return clone.id() == resource; });
        return is_clone && !cluster_.groups.empty() ? &cluster_.groups.front() : nullptr;
    }

    Answer no_resource(const std::string& id) const { return refuses(fmt::format("bundle/clone/group/resource '{}' does not exist", id)); }

    /// pcs 0.11 sets a constraint, waits for the move, and takes the constraint away again.
    Answer move(const std::string& resource, const std::string& where) {
        if (!runs_here_) return not_running();
        ResourceGroup* group = find_group(resource);
        if (group == nullptr) return no_resource(resource);
        const auto node = cluster_.node_named(where);
        if (!node) return refuses(fmt::format("Node '{}' does not appear to exist in configuration", where));
        const auto& first = group->members.front();
        const bool there = first.role == Role::Started && first.node == *node;
        const bool heard = cluster_.hears(here_, *node);
        if (there || !heard || !cluster_.nodes[*node].takes_resources()) {
            return refuses(
                fmt::format("Unable to move resource '{}' using a location constraint. Current location of the resource may be affected by "
                            "some other constraint.",
                            resource));
        }
        const lang::Duration takes = (cluster_.clones.empty() ? 12s : 40s) * (cluster_.is_slow ? 4 : 1);
        group->preferred = node;
        group->preference_ends = call_.now + takes;
        configured(thinks);
        if (first.role != Role::Stopped && !cluster_.hears(here_, first.node)) {
            // Nothing is started elsewhere before the node that has it is fenced.
            return {.code = 1,
                    .err = fmt::format("Error: Unable to move resource '{}': it is still running on '{}'\n", resource,
                                       cluster_.nodes[first.node].host->name),
                    .takes = takes};
        }
        std::string words = fmt::format("Location constraint to move resource '{}' has been created\n", resource);
        words += "Waiting for the cluster to apply configuration changes...\n";
        words += fmt::format("Location constraint created to move resource '{}' has been removed\n", resource);
        words += "Waiting for the cluster to apply configuration changes...\n";
        words += fmt::format("resource '{}' is running on node '{}'\n", resource, where);
        return {.err = std::move(words), .takes = takes};
    }

    Answer clear(const std::string& resource) {
        if (!runs_here_) return not_running();
        ResourceGroup* group = find_group(resource);
        if (group == nullptr) return no_resource(resource);
        group->preferred.reset();
        group->preference_ends.reset();
        configured(thinks);
        return {.takes = pcs_takes};
    }

    Answer wish(const std::string& resource, bool disabled) {
        if (!runs_here_) return not_running();
        ResourceGroup* group = find_group(resource);
        if (group == nullptr) return no_resource(resource);
        group->is_disabled = disabled;
        configured(thinks);
        return {.takes = pcs_takes};
    }

    Answer cleanup(Words names) {
        if (!runs_here_) return not_running();
        const auto meant = [&](const ResourceInstance& instance, const std::string& parent) {
            return names.empty() || names[0] == instance.id || names[0] == parent;
        };
        std::string out;
        const auto clean = [&](ResourceInstance& instance, const std::string& parent) {
            if (!meant(instance, parent)) return;
            instance.failed_on.clear();
            std::erase_if(cluster_.failures, [&](const FailedAction& failure) { return failure.resource == instance.id; });
            for (const ClusterNode& node : cluster_.nodes) out += fmt::format("Cleaned up {} on {}\n", instance.id, node.host->name);
        };
        for (PromotableClone& clone : cluster_.clones) {
            for (ResourceInstance& instance : clone.instances) clean(instance, clone.id());
        }
        for (ResourceGroup& group : cluster_.groups) {
            for (ResourceInstance& member : group.members) clean(member, group.id);
        }
        if (out.empty()) return no_resource(names.empty() ? "" : names[0]);
        configured(thinks);
        return {.out = out + "Waiting for 1 reply from the controller\n... got reply (done)\n", .takes = pcs_takes};
    }

    Answer start_or_stop(bool start, Words names) {
        auto meant = nodes_meant(names);
        if (auto* refusal = std::get_if<Answer>(&meant)) return std::move(*refusal);
        if (!start && names.empty() && runs_here_ && cluster_.quorate(cluster_.present(here_)) &&
            !cluster_.quorate(cluster_.present(here_) - 1))
            return refuses("Stopping the node will cause a loss of the quorum, use --force to override");
        Answer answer{.takes = start ? cluster_starts : 3s};
        const bool elsewhere = !names.empty();
        for (const std::size_t index : std::get<0>(meant)) {
            ClusterNode& node = cluster_.nodes[index];
            const std::string prefix = elsewhere ? node.host->name + ": " : "";
            if (start) {
                answer.out += prefix + "Starting Cluster...\n";
                if (node.state != State::Offline) continue;
                node.state = State::Joining;
                node.due = call_.now + cluster_joins;
                continue;
            }
            answer.err += fmt::format("{0}Stopping Cluster (pacemaker)...\n{0}Stopping Cluster (corosync)...\n", prefix);
            if (node.state == State::Offline) continue;
            bool runs = false;
            cluster_.each_instance(
                [&](const ResourceInstance& instance) { runs = runs || (instance.node == index && instance.role != Role::Stopped); });
            if (runs) answer.takes = 20s;
            node.state = State::Leaving;
            node.due.reset();
        }
        return answer;
    }

    PacemakerCluster& cluster_;
    const Invocation& call_;
    const std::size_t here_;
    const bool runs_here_;
};

}  // namespace

std::optional<Answer> Pacemaker::answer(const Invocation& call, World& world) {
    const std::string& tool = call.words.front();
    if (tool != "pcs" && tool != "crm_mon" && tool != "crm_resource" && tool != "cibadmin") return std::nullopt;
    const auto cluster =
        std::find_if(clusters.begin(), clusters.end(), [&](const PacemakerCluster& c) { return c.node_of(call.host).has_value(); });
    if (cluster == clusters.end()) return command_not_found(tool);
    const ClusterNode& here = cluster->nodes[*cluster->node_of(call.host)];
    const bool runs_here = here.state == State::Online || here.state == State::Leaving;
    if (tool == "crm_mon") return crm_mon(*cluster, runs_here, call, world);
    if (tool == "crm_resource") return crm_resource(*cluster, runs_here, call);
    if (tool == "cibadmin") return cibadmin(*cluster, runs_here, call, world);
    return Pcs(*cluster, call, runs_here).run();
}

std::optional<std::string> Pacemaker::unnamed(const Invocation& call, const World& world) const {
    return asks_for(call, {"pcs", "crm_mon", "crm_resource", "cibadmin"}) ? no_part(call.host, *world.site, "Pacemaker", "pacemaker")
                                                                          : std::nullopt;
}

}  // namespace rehearsal
