// What was found out, as a site file.
#pragma once

#include <string>
#include <vector>

#include "cli/discover/machine.hpp"

namespace cli::new_site {

/// In canonical form; it checks. What could not be found out stands in it as a comment, with the reason.
std::string write(const std::string& site, std::vector<Findings>, const runtime::Registry&);

}  // namespace cli::new_site
