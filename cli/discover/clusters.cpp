#include "cli/discover/clusters.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cassert>

#include "cli/terminal/screen.hpp"

namespace cli::new_site {

namespace {

using runtime::FoundCluster;

std::string entry_text(const FoundCluster::Entry& entry, const runtime::Module& module, const lang::Catalog& catalog) {
    const auto listed = catalog.listed_thing(module.cluster + "." + entry.name);
    assert(listed && "a module found a cluster with an entry that its kind does not have");
    return fmt::format(" {} {}", entry.name, listed->is_machine() ? joined(entry.values) : text_or_list(entry.values));
}

}  // namespace

std::vector<std::string> clusters(const std::vector<runtime::FoundMachine>& all, const runtime::Registry& registry,
                                  std::set<std::string>& taken) {
    std::vector<std::string> lines;
    for (const runtime::Module* module : discovering(registry)) {
        if (!module->discovery->clusters) continue;
        for (const FoundCluster& cluster : module->discovery->clusters(all)) {
            for (const std::string& remark : cluster.remarks) lines.push_back("# " + visible(remark));
            if (cluster.nodes.empty()) continue;
            std::string entries;
            for (const FoundCluster::Entry& entry : cluster.entries) entries += entry_text(entry, *module, registry.catalog());
            lines.push_back(fmt::format("cluster {} {{ kind {} nodes {}{} }}", name_for(cluster.name, taken), module->cluster,
                                        joined(cluster.nodes), entries));
        }
    }
    return lines;
}

std::string no_clusters(const runtime::Registry& registry) {
    std::vector<std::string> looked_for;
    for (const runtime::Module* module : discovering(registry)) {
        if (module->discovery->clusters) looked_for.push_back(module->discovery->looks_for);
    }
    return fmt::format("Nothing was found: neither {}.", fmt::join(looked_for, ", nor "));
}

std::string text_or_list(const std::vector<std::string>& texts) {
    std::vector<std::string> all;
    for (const std::string& text : texts) all.push_back(quoted(text));
    return all.size() == 1 ? all.front() : "[" + joined(all) + "]";
}

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

}  // namespace cli::new_site
