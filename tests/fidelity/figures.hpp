// What the walks have found, for a terminal and for docs/reliability.md.
#pragma once

#include <string>
#include <vector>

#include "tests/fidelity/walk.hpp"

namespace fidelity {

/// Two lines or more: what was compared, and each difference without a reason with the steps that lead to it.
std::string in_words(const Findings&);

/// Writes them into their section of the page, and leaves the rest of it as it is. `commit` may be empty.
void write_section(const std::string& page, const std::vector<Findings>&, const std::string& commit);

}  // namespace fidelity
