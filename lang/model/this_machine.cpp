#include "lang/model/this_machine.hpp"

#include <algorithm>

namespace lang {

namespace {

Host of_no_site() {
    Host host;
    host.name = here_by_name;
    host.address = "127.0.0.1";
    host.via = Via::Local;
    host.facts.emplace("name", Value(host.name));
    host.facts.emplace("address", Value(host.address));
    return host;
}

}  // namespace

const Host& this_machine(const Site& site) {
    static const Host unnamed = of_no_site();
    const auto local = std::find_if(site.hosts.begin(), site.hosts.end(), [](const auto& host) { return host->via == Via::Local; });
    return local == site.hosts.end() ? unnamed : **local;
}

std::vector<const Host*> all_machines(const Site& site) {
    std::vector<const Host*> all;
    all.reserve(site.hosts.size() + 1);
    for (const auto& host : site.hosts) all.push_back(host.get());
    const Host& machine = this_machine(site);
    if (is_of_no_site(machine)) all.push_back(&machine);
    return all;
}

Value fact_of(const Host& host, const std::string& name, const Site& site) {
    if (const auto said = host.facts.find(name); said != host.facts.end()) return said->second;
    const auto declared = std::find_if(site.facts.begin(), site.facts.end(), [&](const auto& fact) { return fact.name == name; });
    if (declared != site.facts.end() && declared->default_value) return *declared->default_value;
    return Value::unknown("the machine that procrun runs on is not a host of the site: its `" + name + "` is not known");
}

}  // namespace lang
