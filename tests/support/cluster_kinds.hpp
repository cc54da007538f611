// Kinds of clusters for the tests of the language, which has none of its own.
#pragma once

#include <vector>

#include "lang/model/cluster_kind.hpp"

namespace support {

inline std::vector<lang::ClusterKind> cluster_kinds() {
    using Takes = lang::ClusterEntry::Takes;
    return {{.name = "pacemaker",
             .entries = {{.name = "resource", .takes = Takes::Texts, .lists = "resource"},
                         {.name = "ip", .takes = Takes::Address},
                         {.name = "drbd", .takes = Takes::Texts, .lists = "DRBD resource"}}},
            {.name = "mysql",
             .entries = {{.name = "replication", .one_of = {"master-master", "master-replica"}},
                         {.name = "replicas", .takes = Takes::Hosts, .machines = true},
                         {.name = "user"},
                         {.name = "password", .takes = Takes::Secret}}},
            {.name = "haproxy",
             .entries = {{.name = "backend", .lists = "back end"},
                         {.name = "servers", .takes = Takes::Hosts, .lists = "server"},
                         {.name = "socket"},
                         {.name = "master"},
                         {.name = "page"},
                         {.name = "user"},
                         {.name = "password", .takes = Takes::Secret}}}};
}

}  // namespace support
