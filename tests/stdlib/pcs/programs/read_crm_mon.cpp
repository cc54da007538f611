// What procrun concludes from crm_mon's XML: FILE…, one line of JSON for each. tests/stdlib/pcs/compare.py holds it against Pacemaker's
// own scheduler.
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "stdlib/pcs/read/cluster.hpp"

namespace {

using namespace stdlib::pcs;
using nlohmann::json;

/// All that can be asked about: primitives, groups, clones and bundles.
std::set<std::string> names(const Cluster& cluster) {
    std::set<std::string> all;
    for (const Resource& resource : cluster.resources) {
        for (const std::string& id : {resource.id, resource.group, resource.clone, resource.bundle}) {
            if (!id.empty()) all.insert(id);
        }
    }
    return all;
}

json conclusions(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string xml{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const Reading reading = read(std::string_view(xml));
    json told{{"file", file}};
    if (const auto* unreadable = std::get_if<Unreadable>(&reading)) {
        told["unreadable"] = unreadable->why;
        return told;
    }
    const auto& cluster = std::get<Cluster>(reading);
    const Unrest open = unrest(cluster);
    told["unsettled"] = open.known;
    told["unclear"] = open.doubts();
    told["problems"] = json::array();
    for (const lang::Value& problem : problems(cluster, true)) told["problems"].push_back(problem.plain());
    for (const std::string& id : names(cluster)) {
        const auto where = location(cluster, id);
        const auto* untold = std::get_if<Unreadable>(&where);
        told["locations"][id] = untold == nullptr ? json{{"node", std::get<std::string>(where)}} : json{{"untold", untold->why}};
    }
    return told;
}

}  // namespace

int main(int count, char** arguments) {
    for (int i = 1; i < count; ++i) std::cout << conclusions(arguments[i]).dump(-1, ' ', false, json::error_handler_t::replace) << "\n";
}
