// `crm_resource --locate`: where something runs, by another way than crm_mon.
#include <fmt/format.h>

#include "rehearsal/pacemaker/crm_resource.hpp"

namespace rehearsal {

namespace {

constexpr int no_such_object = 105, not_connected = 102;

Answer result(std::string_view resource, int code, std::string_view message, std::string_view inside) {
    return Answer{.code = code,
                  .out = fmt::format("<pacemaker-result api-version=\"2.25\" request=\"crm_resource --locate --resource {} "
                                     "--output-as=xml\">\n{}  <status code=\"{}\" message=\"{}\"/>\n</pacemaker-result>\n",
                                     resource, inside, code, message)};
}

/// Is it the resource, or a part of it?
bool is_of(const PacemakerCluster& cluster, const ResourceInstance& instance, std::string_view asked) {
    if (instance.id == asked) return true;
    const auto holds = [&](const std::vector<ResourceInstance>& parts) {
        return &instance >= parts.data() && &instance < parts.data() + parts.size();
    };
    for (const PromotableClone& clone : cluster.clones) {
        if (clone.id() == asked && holds(clone.instances)) return true;
    }
    for (const ResourceGroup& group : cluster.groups) {
        if (group.id == asked && holds(group.members)) return true;
    }
    return false;
}

}  // namespace

std::optional<Answer> crm_resource(const PacemakerCluster& cluster, bool runs_here, const Invocation& call) {
    const auto& words = call.words;
    if (words.size() != 5 || words[1] != "--locate" || words[2] != "--resource" || words[4] != "--output-as=xml") return std::nullopt;
    const std::string& asked = words[3];
    if (!runs_here) return result(asked, not_connected, "Not connected", "");
    bool is_known = false;
    std::string nodes, last;
    cluster.each_instance([&](const ResourceInstance& instance) {
        if (!is_of(cluster, instance, asked)) return;
        is_known = true;
        const std::string& node = cluster.nodes[instance.node].host->name;
        if (instance.role == ResourceRole::Stopped || node == last) return;
        last = node;
        nodes += fmt::format("    <node{}>{}</node>\n", instance.role == ResourceRole::Promoted ? " state=\"promoted\"" : "", node);
    });
    if (!is_known) return result(asked, no_such_object, "No such object", "");
    return result(asked, 0, "OK", fmt::format("  <nodes resource=\"{}\">\n{}  </nodes>\n", asked, nodes));
}

}  // namespace rehearsal
