// crm_mon's XML of Pacemaker 2.1.5: element for element and attribute for attribute as it was recorded.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "rehearsal/pacemaker/model.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using Role = ResourceRole;
using State = ClusterNode::State;

auto broken_down(lang::Time time) { return fmt::gmtime(std::chrono::floor<std::chrono::seconds>(time)); }
std::string long_time(lang::Time time) { return fmt::format("{:%a %b %d %H:%M:%S %Y}", broken_down(time)); }
std::string short_time(lang::Time time) { return fmt::format("{:%Y-%m-%d %H:%M:%SZ}", broken_down(time)); }

std::string_view yes(bool b) { return b ? "true" : "false"; }

std::string xml_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

class Monitor {
  public:
    Monitor(const PacemakerCluster& cluster, std::size_t seen_by, lang::Time now, const World& world)
        : cluster_(cluster), seen_by_(seen_by), now_(now), world_(world) {}

    std::string document(std::string_view request) {
        out_ = fmt::format("<pacemaker-result api-version=\"2.25\" request=\"{}\">\n", xml_escaped(request));
        out_ += fmt::format("  <pacemakerd sys_from=\"pacemakerd\" state=\"running\" last_updated=\"{}\"/>\n", short_time(now_));
        summary();
        nodes();
        if (!cluster_.clones.empty() || !cluster_.groups.empty()) resources();
        node_attributes();
        node_history();
        failures();
        fencing();
        return out_ + "  <status code=\"0\" message=\"OK\"/>\n</pacemaker-result>\n";
    }

  private:
    const std::string& name(std::size_t node) const { return cluster_.nodes[node].host->name; }
    bool is_lost(std::size_t node) const { return !cluster_.hears(seen_by_, node); }

    void summary() {
        std::size_t instances = 0;
        cluster_.each_instance([&](const ResourceInstance&) { ++instances; });
        out_ += "  <summary>\n    <stack type=\"corosync\"/>\n";
        if (const auto dc = cluster_.coordinator(seen_by_)) {
            out_ += fmt::format(
                "    <current_dc present=\"true\" version=\"2.1.5-a3f44794f94\" name=\"{}\" id=\"{}\" with_quorum=\"{}\" "
                "mixed_version=\"false\"/>\n",
                name(*dc), *dc + 1, yes(cluster_.quorate(cluster_.present(seen_by_))));
        } else {
            out_ += "    <current_dc present=\"false\"/>\n";
        }
        out_ += fmt::format("    <last_update time=\"{}\"/>\n", long_time(now_));
        out_ += fmt::format("    <last_change time=\"{}\" user=\"root\" client=\"cibadmin\" origin=\"{}\"/>\n", long_time(cluster_.changed),
                            cluster_.changed_on);
        out_ += fmt::format("    <nodes_configured number=\"{}\"/>\n", cluster_.nodes.size());
        out_ += fmt::format("    <resources_configured number=\"{}\" disabled=\"0\" blocked=\"0\"/>\n", instances);
        out_ += fmt::format(
            "    <cluster_options stonith-enabled=\"{}\" symmetric-cluster=\"true\" no-quorum-policy=\"ignore\" "
            "maintenance-mode=\"false\" "
            "stop-all-resources=\"false\" stonith-timeout-ms=\"60000\" priority-fencing-delay-ms=\"0\"/>\n  </summary>\n",
            yes(cluster_.fences));
    }

    void nodes() {
        out_ += "  <nodes>\n";
        for (std::size_t i = 0; i < cluster_.nodes.size(); ++i) {
            const ClusterNode& node = cluster_.nodes[i];
            const bool online = node.state != State::Offline && !is_lost(i);
            std::size_t running = 0;
            cluster_.each_instance(
                [&](const ResourceInstance& instance) { running += instance.node == i && instance.role != Role::Stopped ? 1 : 0; });
            out_ += fmt::format(
                "    <node name=\"{}\" id=\"{}\" online=\"{}\" standby=\"{}\" standby_onfail=\"false\" maintenance=\"false\" "
                "pending=\"{}\" unclean=\"{}\" "
                "health=\"green\"{} shutdown=\"{}\" expected_up=\"{}\" is_dc=\"{}\" resources_running=\"{}\" type=\"member\"/>\n",
                node.host->name, i + 1, yes(online), yes(node.is_standby), yes(node.state == State::Joining && online), yes(is_lost(i)),
                online ? " feature_set=\"3.16.1\"" : "", yes(node.state == State::Leaving && online), yes(online || !node.left_cleanly),
                yes(cluster_.coordinator(seen_by_) == i), running);
        }
        out_ += "  </nodes>\n";
    }

    void resource(const ResourceInstance& instance, bool promotable, bool disabled = false) {
        const bool active = instance.role != Role::Stopped;
        const bool monitoring = active && !instance.is_moving() && instance.monitored && *instance.monitored > now_;
        out_ += fmt::format(
            "      <resource id=\"{}\" resource_agent=\"{}\" role=\"{}\"{} active=\"{}\" orphaned=\"false\" blocked=\"false\" "
            "managed=\"true\" failed=\"false\" "
            "failure_ignored=\"false\" nodes_running_on=\"{}\"{}",
            instance.id, instance.agent, name_of(instance.role, promotable), disabled ? " target_role=\"Stopped\"" : "", yes(active),
            active ? 1 : 0, monitoring ? " pending=\"Monitoring\"" : "");
        if (!active) {
            out_ += "/>\n";
            return;
        }
        out_ += fmt::format(">\n        <node name=\"{}\" id=\"{}\" cached=\"true\"/>\n      </resource>\n", name(instance.node),
                            instance.node + 1);
    }

    void resources() {
        out_ += "  <resources>\n";
        for (const PromotableClone& clone : cluster_.clones) {
            out_ += fmt::format(
                "    <clone id=\"{}\" multi_state=\"true\" unique=\"false\" managed=\"true\" disabled=\"false\" failed=\"false\" "
                "failure_ignored=\"false\">\n",
                clone.id());
            // Those that run come first, the higher node before the lower.
            for (const bool running : {true, false}) {
                for (auto instance = clone.instances.rbegin(); instance != clone.instances.rend(); ++instance) {
                    if ((instance->role != Role::Stopped) == running) resource(*instance, true);
                }
            }
            out_ += "    </clone>\n";
        }
        for (const ResourceGroup& group : cluster_.groups) {
            if (group.is_group) {
                out_ += fmt::format("    <group id=\"{}\" number_resources=\"{}\" managed=\"true\" disabled=\"{}\">\n", group.id,
                                    group.members.size(), yes(group.is_disabled));
            }
            for (const ResourceInstance& member : group.members) resource(member, false, group.is_disabled);
            if (group.is_group) out_ += "    </group>\n";
        }
        out_ += "  </resources>\n";
    }

    /// The DRBD agent's wish to be promoted; 10000 where the data are good and the peer or a mount confirms it.
    std::optional<int> score(const PromotableClone& clone, const ResourceInstance& instance) const {
        if (instance.role == Role::Stopped || instance.role == Role::Starting) return std::nullopt;
        const lang::Host& host = *cluster_.nodes[instance.node].host;
        const DrbdResource* resource = world_.drbd.find(clone.drbd, host);
        if (resource == nullptr || resource->disk(*resource->side_of(host)) != "UpToDate") return std::nullopt;
        return resource->link == DrbdResource::Link::On || instance.role == Role::Promoted ? 10000 : 1000;
    }

    void node_attributes() {
        std::string lines;
        for (std::size_t node = 0; node < cluster_.nodes.size(); ++node) {
            std::string attributes;
            for (const PromotableClone& clone : cluster_.clones) {
                for (const ResourceInstance& instance : clone.instances) {
                    const auto value = instance.node == node ? score(clone, instance) : std::nullopt;
                    if (value) attributes += fmt::format("      <attribute name=\"master-{}\" value=\"{}\"/>\n", instance.id, *value);
                }
            }
            if (!attributes.empty()) lines += fmt::format("    <node name=\"{}\">\n{}    </node>\n", name(node), attributes);
        }
        if (!lines.empty()) out_ += "  <node_attributes>\n" + lines + "  </node_attributes>\n";
    }

    /// The last operation of what runs.
    void node_history() {
        out_ += "  <node_history>\n";
        for (std::size_t node = 0; node < cluster_.nodes.size(); ++node) {
            std::string lines;
            int call = 20;
            cluster_.each_instance([&](const ResourceInstance& instance) {
                call += 2;
                if (instance.node != node || instance.role == Role::Stopped || instance.is_moving()) return;
                const bool promoted = instance.role == Role::Promoted;
                lines += fmt::format(
                    "      <resource_history id=\"{}\" orphan=\"false\" migration-threshold=\"1000000\">\n"
                    "        <operation_history call=\"{}\" task=\"{}\" rc=\"0\" rc_text=\"ok\" last-rc-change=\"{}\" exec-time=\"2172ms\" "
                    "queue-time=\"0ms\"/>\n"
                    "      </resource_history>\n",
                    instance.id, call, promoted ? "promote" : "start", long_time(instance.changed));
            });
            if (!lines.empty()) out_ += fmt::format("    <node name=\"{}\">\n{}    </node>\n", name(node), lines);
        }
        out_ += "  </node_history>\n";
    }

    void failures() {
        if (cluster_.failures.empty()) return;
        out_ += "  <failures>\n";
        int call = 60;
        for (const FailedAction& failure : cluster_.failures) {
            out_ += fmt::format(
                "    <failure op_key=\"{}_{}_0\" node=\"{}\" exitstatus=\"error\" exitreason=\"{}\" exitcode=\"1\" call=\"{}\" "
                "status=\"complete\" "
                "last-rc-change=\"{}\" queued=\"0\" exec=\"2496\" interval=\"0\" task=\"{}\"/>\n",
                failure.resource, failure.task, name(failure.node), xml_escaped(failure.reason), ++call, short_time(failure.at),
                failure.task);
        }
        out_ += "  </failures>\n";
    }

    /// What the history keeps of those that could not be fenced.
    void fencing() {
        std::string lines;
        for (std::size_t node = 0; node < cluster_.nodes.size(); ++node) {
            if (!is_lost(node)) continue;
            lines += fmt::format(
                "    <fence_event status=\"failed\" action=\"reboot\" target=\"{}\" client=\"pacemaker-controld.812\" origin=\"{}\" "
                "exit-reason=\"No route to host\" completed=\"{}\"/>\n",
                name(node), name(seen_by_), short_time(now_));
        }
        if (!lines.empty()) out_ += "  <fence_history status=\"0\">\n" + lines + "  </fence_history>\n";
    }

    const PacemakerCluster& cluster_;
    const std::size_t seen_by_;
    const lang::Time now_;
    const World& world_;
    std::string out_;
};

}  // namespace

std::string crm_mon_xml(const PacemakerCluster& cluster, std::size_t seen_by, std::string_view request, lang::Time now,
                        const World& world) {
    return Monitor(cluster, seen_by, now, world).document(request);
}

std::string crm_mon_not_connected(std::string_view request) {
    return fmt::format(R"(<pacemaker-result api-version="2.25" request="{}">
  <status code="102" message="Not connected">
    <errors>
      <error>error: Could not connect to launcher: Connection refused</error>
      <error>crm_mon: Connection to cluster failed: Connection refused</error>
    </errors>
  </status>
</pacemaker-result>
)",
                       xml_escaped(request));
}

}  // namespace rehearsal
