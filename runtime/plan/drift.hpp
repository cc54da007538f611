// Plans as lines of JSON, and what differs between two of them.
#pragma once

#include <string>
#include <vector>

#include "runtime/plan/result.hpp"

namespace runtime {

/// One JSON object for each item, in the order of the text, then one with the totals. No object holds a line end.
std::vector<std::string> to_lines(const Plan&);

struct Difference {
    enum class What { New, Gone, Changed } what = What::Changed;
    std::string step, host, text;
    std::string before, now;  ///< the outlook with its reason; empty where there is none
    std::string line;         ///< the item's line of JSON: as it is now, or as it was where it is gone
};

/// What stands otherwise: the outlook of a statement on a host, its reason or its command. What was merely read along the way (the value
/// of a `let`, what a wait sees) differs from night to night and is not compared.
std::vector<Difference> differences(const std::vector<std::string>& before, const std::vector<std::string>& now);

}  // namespace runtime
