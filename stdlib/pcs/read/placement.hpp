// Which node may run what, as far as crm_mon tells. It tells what keeps a resource away, and not what draws it, what must run beside it
// and what must run before it: so there is a Perhaps.
#pragma once

#include "stdlib/pcs/read/cluster.hpp"

namespace stdlib::pcs {

/// Is the ban one of the resource, or of what it is in?
bool concerns(const Ban&, const Resource&);

enum class May { No, Perhaps, Yes };
May may_run(const Cluster&, const Resource&, const Node&);
/// On the best of all nodes.
May may_run_anywhere(const Cluster&, const Resource&);
/// Is it kept from being promoted on the node, whatever else there is?
bool may_not_be_promoted(const Cluster&, const Resource&, std::string_view node);
/// Why it must leave the node, as "which is in standby"; empty where it may stay. Red health is no such reason: a resource may be allowed
/// to stay, and crm_mon does not tell which.
std::string must_leave(const Cluster&, const Resource&, const Node&);

}  // namespace stdlib::pcs
