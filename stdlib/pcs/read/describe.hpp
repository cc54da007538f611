// A resource's state in words.
#pragma once

#include <fmt/format.h>

#include <string>

#include "stdlib/pcs/read/cluster.hpp"

namespace stdlib::pcs {

/// " on store1, store2"; empty where on none.
inline std::string on_nodes(const Resource& resource) {
    return resource.nodes.empty() ? std::string() : fmt::format(" on {}", fmt::join(resource.nodes, ", "));
}

/// "vip is Started on store1 (Monitoring)".
inline std::string state_of(const Resource& resource) {
    return fmt::format("{} is {}{}{}", resource.id, resource.role, on_nodes(resource),
                       resource.pending.empty() ? "" : fmt::format(" ({})", resource.pending));
}

}  // namespace stdlib::pcs
