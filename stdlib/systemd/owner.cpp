#include "stdlib/systemd/owner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "stdlib/pcs/read/values.hpp"
#include "stdlib/systemd/status.hpp"

namespace stdlib::systemd {

namespace {

using lang::Value;

/// "nginx.service" of "systemd:nginx"; of other agents nothing, an init script and "whatever there is" (`service:`) included.
std::string unit_of(std::string_view agent) {
    for (const std::string_view kind : {"systemd:", "service:", "lsb:"}) {
        if (agent.starts_with(kind)) return full_name(agent.substr(kind.size()));
    }
    return {};
}

}  // namespace

Value owner(const runtime::Reply& crm_mon, const std::vector<std::string>& names, const lang::Host& host) {
    if (pcs::not_installed(crm_mon)) return "";
    const auto reading = pcs::read(crm_mon);
    if (const auto* unreadable = std::get_if<pcs::Unreadable>(&reading)) {
        return unreadable->stopped ? Value("") : Value::unknown("whether Pacemaker runs the unit: " + unreadable->why);
    }
    const auto& cluster = std::get<pcs::Cluster>(reading);
    const auto is_called = [&](std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); };
    const pcs::Node* here = cluster.find(host);
    if ((is_called("pacemaker.service") || is_called("corosync.service")) && here != nullptr && here->maintenance) {
        return fmt::format("{} is in maintenance: the others would likely fence it. End the maintenance of the node before", here->name);
    }
    for (const pcs::Resource& resource : cluster.resources) {
        if (resource.managed && is_called(unit_of(resource.agent))) {
            return fmt::format(
                "Pacemaker runs it (resource {}): use pcs.disable, pcs.enable or pcs.move, or set the resource to unmanaged before",
                resource.id);
        }
    }
    return "";
}

}  // namespace stdlib::systemd
