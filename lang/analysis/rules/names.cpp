// Names that the site's clusters list: nodes, and what their entries say.
#include <fmt/format.h>

#include <algorithm>

#include "lang/analysis/analyzer.hpp"
#include "lang/model/cluster_kind.hpp"
#include "lang/model/site.hpp"
#include "lang/text/spell.hpp"

namespace lang::analysis {

using namespace program;

namespace {

void collect(const Value& value, std::vector<std::string>& names) {
    if (const auto* text = std::get_if<Text>(&value.payload())) names.push_back(text->value);
    if (const auto* host = std::get_if<const Host*>(&value.payload())) names.push_back((*host)->name);
    if (const auto* items = std::get_if<std::shared_ptr<const List>>(&value.payload())) {
        for (const Value& item : (*items)->items) collect(item, names);
    }
}

std::vector<std::string> listed_by(const Cluster& cluster, std::string_view entry) {
    std::vector<std::string> names;
    if (entry == "nodes") {
        for (const Host* node : cluster.nodes) names.push_back(node->name);
    } else if (const auto setting = cluster.settings.find(std::string(entry)); setting != cluster.settings.end()) {
        collect(setting->second, names);
    }
    return names;
}

/// The names of one kind of thing in a site.
struct Names {
    std::vector<std::string> here;      ///< of the clusters that the machine is a node of
    std::vector<std::string> anywhere;  ///< of all clusters
    std::vector<std::string> clusters;  ///< that the machine is a node of
};

Names names_of(const ListedThing& thing, const Site& site, const Host* machine) {
    Names names;
    for (const Cluster& cluster : site.clusters) {
        if (cluster.kind != thing.kind->name) continue;
        const auto listed = listed_by(cluster, thing.name());
        names.anywhere.insert(names.anywhere.end(), listed.begin(), listed.end());
        if (std::find(cluster.nodes.begin(), cluster.nodes.end(), machine) == cluster.nodes.end()) continue;
        names.clusters.push_back(fmt::format("`{}`", cluster.name));
        names.here.insert(names.here.end(), listed.begin(), listed.end());
    }
    return names;
}

/// The name that an argument is: a text, or a host's.
std::string name_in(const std::optional<Value>& value) {
    const auto* text = value ? std::get_if<Text>(&value->payload()) : nullptr;
    const auto* host = value ? std::get_if<const Host*>(&value->payload()) : nullptr;
    return text != nullptr ? text->value : host != nullptr ? (*host)->name : std::string();
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string message(const ListedThing& thing, const std::string& name, const Names& names) {
    if (names.clusters.empty()) {
        return thing.is_machine() ? fmt::format("`{}` is a {} of no {} cluster of the site", name, thing.what(), thing.kind->name)
                                  : fmt::format("no {} cluster of the site has the {} `{}`", thing.kind->name, thing.what(), name);
    }
    const bool is_one = names.clusters.size() == 1;
    const std::string clusters = fmt::format("the {} {}", is_one ? "cluster" : "clusters", listed(names.clusters));
    return thing.is_machine() ? fmt::format("`{}` is not a {} of {}", name, thing.what(), clusters)
                              : fmt::format("{} {} no {} `{}`", clusters, is_one ? "has" : "have", thing.what(), name);
}

std::string advice(const ListedThing& thing, const std::string& name, const std::vector<std::string>& here,
                   const std::vector<std::string>& anywhere) {
    if (thing.is_machine())
        return fmt::format("name a {}, or add the host to the `{}` of a cluster in the site", thing.what(), thing.name());
    std::string meant = did_you_mean(name, here);
    if (meant.empty() && !contains(anywhere, name)) meant = did_you_mean(name, anywhere);
    return meant.empty() ? fmt::format("if there is one, add it to `{}` of the cluster in the site", thing.name()) : meant;
}

/// `if_missing: Skip`: what is named need not be there.
bool may_be_missing(const Signature& signature, const std::vector<Expr>& arguments, const State& state) {
    for (std::size_t i = 0; i < arguments.size() && i < signature.parameters.size(); ++i) {
        if (signature.parameters[i].name != "if_missing") continue;
        const auto value = state.known(arguments[i]);
        return !value || value->is_unknown() || value->member_name() == "Skip";
    }
    return false;
}

/// The cluster that lists this name.
const Cluster* cluster_with(const ListedThing& thing, const std::string& name, const Site& site) {
    for (const Cluster& cluster : site.clusters) {
        if (cluster.kind == thing.kind->name && contains(listed_by(cluster, thing.name()), name)) return &cluster;
    }
    return nullptr;
}

/// A declaration with errors may have said anything.
bool has_wrong_cluster(const Site& site) {
    return std::any_of(site.clusters.begin(), site.clusters.end(), [](const Cluster& cluster) { return cluster.kind.empty(); });
}

}  // namespace

/// What is named is judged by the clusters that the machine is a node of. A machine that is in none may have a DRBD of its own, which a
/// site cannot list: there a name is wrong only where it is another machine's. Where the machine is not known, all clusters together are
/// the list.
void Analyzer::names(std::size_t builtin, const std::vector<Expr>& arguments, const Place& place) {
    const Site* site = program_.site.get();
    if (site == nullptr || has_wrong_cluster(*site)) return;
    const Host* machine = place.kind == Place::Kind::Machine && place.sure ? place.host : nullptr;
    const Signature& signature = catalog_[builtin];
    for (std::size_t i = 0; i < arguments.size() && i < signature.parameters.size(); ++i) {
        const auto thing = catalog_.listed_thing(signature.parameters[i].names);
        if (!thing || (thing->entry != nullptr && thing->is_machine() && may_be_missing(signature, arguments, state_))) continue;
        const std::string name = name_in(state_.known(arguments[i]));
        const Names names = names_of(*thing, *site, machine);
        const bool in_none = names.clusters.empty();
        if (in_none && machine != nullptr && thing->entry != nullptr) {
            const Cluster* other = cluster_with(*thing, name, *site);
            if (other != nullptr && signature.cluster.empty()) named_elsewhere(*other, thing->what(), name, *machine, arguments[i].span);
            continue;
        }
        const auto& listed_here = in_none ? names.anywhere : names.here;
        if (name.empty() || listed_here.empty() || contains(listed_here, name)) continue;
        if (refusal(signature, i, known_arguments(arguments))) continue;  // no name at all, and told as that
        findings_.error("E0417", arguments[i].span, message(*thing, name, names), trail_, About::Values)
            .label(fmt::format("not one of {}", listed(listed_here)))
            .help(advice(*thing, name, listed_here, names.anywhere));
    }
}

void Analyzer::named_elsewhere(const Cluster& cluster, std::string_view what, const std::string& name, const Host& machine, Span span) {
    findings_
        .error("E0417", span,
               fmt::format("`{}` is a {} of the cluster `{}`, and {} is not a node of it", name, what, cluster.name, machine.name), trail_,
               About::Values)
        .label(fmt::format("of {}", listed(cluster.nodes)))
        .help("use it on a node of the cluster, or add the machine to its `nodes` in the site");
}

/// Where a site has clusters of a kind, what is for their machines is used on these. A site that has none leaves it to the procedure.
void Analyzer::suits_cluster(std::size_t builtin, Span span, const Place& place) {
    const Site* site = program_.site.get();
    const std::string& kind = catalog_[builtin].cluster;
    if (kind.empty() || site == nullptr || has_wrong_cluster(*site)) return;
    const auto is_of_kind = [&](const Cluster& cluster) { return cluster.kind == kind; };
    if (std::none_of(site->clusters.begin(), site->clusters.end(), is_of_kind)) return;
    findings_.used_on(builtin, span, *place.host, Findings::Wants::Cluster, is_of_cluster(*site, *place.host, kind), place.sure,
                      place.chosen, trail_);
}

}  // namespace lang::analysis
