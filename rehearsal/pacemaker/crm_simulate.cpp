#include "rehearsal/pacemaker/crm_simulate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rehearsal/core/words.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using Role = ResourceRole;

/// A cluster that is at rest takes no more steps than this for one change.
constexpr int longest_transition = 200;

std::vector<ResourceInstance> instances(const PacemakerCluster& cluster) {
    std::vector<ResourceInstance> all;
    cluster.each_instance([&](const ResourceInstance& instance) { all.push_back(instance); });
    return all;
}

/// Takes every step that the cluster would take, at once.
void settle(PacemakerCluster& cluster, const World& world) {
    for (int steps = 0; steps < longest_transition; ++steps) {
        const auto step = next_step(cluster, world);
        if (!step) return;
        step->instance->node = step->node;
        step->instance->role = step->via == Role::Promoting ? Role::Promoted : step->via == Role::Stopping ? Role::Stopped : Role::Started;
    }
}

/// One line of the summary, as crm_simulate words it; empty where nothing changes.
std::string change_of(const ResourceInstance& before, const ResourceInstance& after, const PacemakerCluster& cluster) {
    const bool is_drbd = before.agent == agents::drbd;
    const std::string& from = cluster.nodes[before.node].host->name;
    const std::string& to = cluster.nodes[after.node].host->name;
    const auto place = [&](const ResourceInstance& one, const std::string& node) {
        return is_drbd ? fmt::format("{} {}", name_of(one.role, true), node) : node;
    };
    if (before.role == after.role && (before.node == after.node || before.role == Role::Stopped)) return {};
    if (after.role == Role::Stopped)
        return fmt::format("Stop       {}     ( {} )  due to node availability", before.id, place(before, from));
    if (before.role == Role::Stopped) return fmt::format("Start      {}     ( {} )", before.id, place(after, to));
    if (!is_drbd) return fmt::format("Move       {}     ( {} -> {} )", before.id, from, to);
    return fmt::format("{}    {}     ( {} -> {} {} )", after.role == Role::Promoted ? "Promote" : "Demote ", before.id,
                       name_of(before.role, true), name_of(after.role, true), to);
}

/// `crm_standby --node N --update on`, `crm_resource --move --resource R --node N`: in the copy. Words where it is refused.
std::optional<std::string> change(PacemakerCluster& copy, const std::vector<std::string>& words) {
    const auto after = [&](std::string_view option) {
        const auto it = std::find(words.begin(), words.end(), option);
        return it == words.end() || it + 1 == words.end() ? std::string() : *(it + 1);
    };
    const auto node = copy.node_named(after("--node"));
    if (!node) return fmt::format("{}: Could not map name={} to a UUID\n", words.front(), after("--node"));
    if (words.front() == "crm_standby") {
        copy.nodes[*node].is_standby = after("--update") == "on";
        return std::nullopt;
    }
    const std::string resource = after("--resource");
    const auto group = std::find_if(copy.groups.begin(), copy.groups.end(), [&](const ResourceGroup& g) { return g.id == resource; });
    if (group == copy.groups.end()) return fmt::format("crm_resource: Resource '{}' not found\n", resource);
    group->preferred = *node;
    return std::nullopt;
}

}  // namespace

std::optional<Answer> simulated_transition(const lang::Host& host, std::string_view script, const World& world) {
    constexpr std::string_view on_a_copy = "export CIB_file=\"$copy\" && ", then = " >/dev/null && crm_simulate --simulate --live-check";
    const std::size_t begin = script.find(on_a_copy), end = script.find(then);
    if (begin == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
    const auto commands = read_script(script.substr(begin + on_a_copy.size(), end - begin - on_a_copy.size()));
    if (!commands || commands->size() != 1) return std::nullopt;
    const auto cluster = std::find_if(world.pacemaker.clusters.begin(), world.pacemaker.clusters.end(),
                                      [&](const PacemakerCluster& one) { return one.node_of(host).has_value(); });
    if (cluster == world.pacemaker.clusters.end()) return Answer{.code = 127, .err = "cibadmin: command not found\n"};
    if (cluster->nodes[*cluster->node_of(host)].state != ClusterNode::State::Online) {
        return Answer{.code = 102, .err = "cibadmin: Init failed, could not perform requested operations: Not connected\n", .takes = 170ms};
    }
    PacemakerCluster copy = *cluster;
    if (auto refusal = change(copy, commands->front().words)) return Answer{.code = 105, .err = std::move(*refusal), .takes = 300ms};
    settle(copy, world);
    std::string out = "Transition Summary:\n";
    const auto before = instances(*cluster), after = instances(copy);
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (const std::string line = change_of(before[i], after[i], copy); !line.empty()) out += fmt::format("  * {}\n", line);
    }
    return Answer{.out = out + "\n", .takes = 600ms};
}

}  // namespace rehearsal
