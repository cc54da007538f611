// What machines make up together, as the modules found it, in the words of a site file.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/discover/machine.hpp"

namespace cli::new_site {

/// The declarations of clusters, comments for what does not fit, a line each. `taken`: the names that are in use.
std::vector<std::string> clusters(const std::vector<runtime::FoundMachine>&, const runtime::Registry&, std::set<std::string>& taken);

/// "Nothing was found: neither Pacemaker, nor …": what was looked for, where there is none of it.
std::string no_clusters(const runtime::Registry&);

/// `"a"`, or `["a", "b"]`.
std::string text_or_list(const std::vector<std::string>&);
std::string joined(const std::vector<std::string>&);

}  // namespace cli::new_site
