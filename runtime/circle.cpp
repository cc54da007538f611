#include "runtime/circle.hpp"

namespace runtime {

using lang::Value;

namespace {

void add_hosts(const Value& value, std::set<const lang::Host*>& hosts) {
    if (const auto* host = std::get_if<const lang::Host*>(&value.payload())) hosts.insert(*host);
    if (!std::holds_alternative<std::shared_ptr<const lang::List>>(value.payload())) return;
    for (const Value& item : value.items()) add_hosts(item, hosts);
}

}  // namespace

std::set<const lang::Host*> circle(const lang::Host& host, const lang::Site& site) {
    std::set<const lang::Host*> all{&host};
    for (const lang::Cluster& cluster : site.clusters) {
        std::set<const lang::Host*> members(cluster.nodes.begin(), cluster.nodes.end());
        for (const auto& [key, value] : cluster.settings) add_hosts(value, members);
        if (members.contains(&host)) all.merge(members);
    }
    return all;
}

}  // namespace runtime
