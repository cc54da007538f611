// What machines make up together: told by each from its own side, put together here.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/discover/machine.hpp"

namespace cli::new_site {

/// The declarations of clusters, comments for what does not fit, a line each. `taken`: the names that are in use.
std::vector<std::string> clusters(const std::vector<Findings>&, std::set<std::string>& taken);

/// DRBD resources of the machine that no cluster manager has in its hands.
std::vector<std::string> drbd_without_manager(const Findings&);

/// `"a"`, or `["a", "b"]`.
std::string text_or_list(const std::vector<std::string>&);
std::string joined(const std::vector<std::string>&);

}  // namespace cli::new_site
