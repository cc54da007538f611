#include "lang/model/site.hpp"

#include <algorithm>

namespace lang {

namespace {

template <typename Things>
auto* find_named(const Things& things, std::string_view name) {
    const auto it = std::find_if(things.begin(), things.end(), [&](const auto& thing) { return thing.name == name; });
    return it == things.end() ? nullptr : &*it;
}

}  // namespace

const Host* Site::find_host(std::string_view name) const {
    const auto it = std::find_if(hosts.begin(), hosts.end(), [&](const auto& host) { return host->name == name; });
    return it == hosts.end() ? nullptr : it->get();
}

const Group* Site::find_group(std::string_view name) const { return find_named(groups, name); }
const Cluster* Site::find_cluster(std::string_view name) const { return find_named(clusters, name); }
const Scene* Site::find_scene(std::string_view name) const { return find_named(scenes, name); }

}  // namespace lang
