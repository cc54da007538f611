#include "cli/doctor/questions.hpp"

#include <algorithm>
#include <optional>

namespace cli::doctor {

namespace {

using lang::Value;

/// A cluster with a thousand back ends need not be asked about each of them.
constexpr std::size_t most_of_one_query = 40;

bool is_for(const lang::Signature& signature, const lang::Host& host) {
    switch (signature.hosts) {
        case lang::HostKind::None:
            return false;
        case lang::HostKind::Any:
            return true;
        case lang::HostKind::Linux:
            return host.os == lang::Os::Linux;
        case lang::HostKind::Windows:
            return host.os == lang::Os::Windows;
    }
    return false;
}

std::vector<const lang::Cluster*> clusters_of(const lang::Site& site, const lang::Host& host, std::string_view kind) {
    std::vector<const lang::Cluster*> all;
    for (const lang::Cluster& cluster : site.clusters) {
        const std::vector<const lang::Host*> machines = lang::machines_of(cluster);
        if (cluster.kind == kind && std::find(machines.begin(), machines.end(), &host) != machines.end()) all.push_back(&cluster);
    }
    return all;
}

/// What the clusters of the host list under the name that the parameter refers to.
std::vector<Value> listed(const lang::Parameter& parameter, const lang::Site& site, const lang::Host& host, const lang::Catalog& catalog) {
    std::vector<Value> values;
    const auto thing = catalog.listed_thing(parameter.names);
    if (!thing) return values;
    for (const lang::Cluster* cluster : clusters_of(site, host, thing->kind->name)) {
        if (thing->entry == nullptr) {
            values.insert(values.end(), cluster->nodes.begin(), cluster->nodes.end());
            continue;
        }
        const auto setting = cluster->settings.find(thing->entry->name);
        if (setting == cluster->settings.end()) continue;
        if (std::holds_alternative<std::shared_ptr<const lang::List>>(setting->second.payload())) {
            values.insert(values.end(), setting->second.items().begin(), setting->second.items().end());
        } else {
            values.push_back(setting->second);
        }
    }
    return values;
}

/// Each with what is taken for the parameter; none where nothing is known for it.
std::vector<std::vector<Value>> with_each(const std::vector<std::vector<Value>>& rows, const std::vector<Value>& values) {
    std::vector<std::vector<Value>> all;
    for (const std::vector<Value>& row : rows) {
        for (const Value& value : values) {
            if (all.size() == most_of_one_query) return all;
            all.push_back(row);
            all.back().push_back(value);
        }
    }
    return all;
}

struct Fits {
    std::vector<std::vector<Value>> arguments;  ///< for each time that it can be asked
    bool needs_procedure = false;               ///< it would fit, and an argument is not known
};

Fits fits(std::size_t index, const lang::Host& host, const lang::Site& site, const runtime::Registry& registry) {
    const runtime::Builtin& builtin = registry[index];
    const lang::Catalog& catalog = registry.catalog();
    const lang::Signature& signature = catalog[index];  // it knows the kind of cluster
    if (!std::holds_alternative<runtime::Query>(builtin.parts) || !is_for(signature, host)) return {};
    const bool of_cluster = !signature.cluster.empty();
    if (of_cluster && clusters_of(site, host, signature.cluster).empty()) return {};
    Fits found{.arguments = {{}}};
    bool is_named = of_cluster;
    for (const lang::Parameter& parameter : signature.parameters) {
        std::vector<Value> values;
        if (parameter.default_value) {
            values.push_back(*parameter.default_value);
        } else if (!parameter.names.empty()) {
            values = listed(parameter, site, host, catalog);
            is_named = is_named || !values.empty();
        } else {
            found.needs_procedure = true;
        }
        found.arguments = with_each(found.arguments, values);
    }
    // What asks tools that only some machines have is asked where the site says that this is one of them.
    const bool asks_any_machine = signature.parameters.empty() && builtin.needs.empty();
    if (!is_named && !asks_any_machine) found.arguments.clear();
    return found;
}

}  // namespace

std::vector<Question> questions_for(const lang::Host& host, const lang::Site& site, const runtime::Registry& registry) {
    std::vector<Question> questions;
    for (std::size_t i = 0; i < registry.catalog().size(); ++i) {
        for (std::vector<Value>& arguments : fits(i, host, site, registry).arguments)
            questions.push_back({.builtin = i, .arguments = std::move(arguments)});
    }
    return questions;
}

std::vector<std::string> asked_by_procedures(const lang::Site& site, const runtime::Registry& registry) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < registry.catalog().size(); ++i) {
        const auto needs_procedure = [&](const auto& host) { return fits(i, *host, site, registry).needs_procedure; };
        if (std::any_of(site.hosts.begin(), site.hosts.end(), needs_procedure)) names.push_back(registry.catalog()[i].full_name());
    }
    return names;
}

}  // namespace cli::doctor
