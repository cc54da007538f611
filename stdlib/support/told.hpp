// What a tool's output tells, and what a reader makes of it. Such a table stands beside a reader, by group; a test holds it against
// recorded outputs, so that a fact which a new version tells is thought of before an answer is given without it.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

namespace stdlib::support {

struct Facts {
    std::vector<std::string_view> fields;
    std::string_view passed_over = {};  ///< why that cannot make an answer wrong; empty: they are read
};

/// The group in which a field stands; null where nobody has thought of it.
inline const Facts* group_of(std::span<const Facts> table, std::string_view field) {
    const auto group = std::find_if(table.begin(), table.end(), [&](const Facts& one) {
        return std::find(one.fields.begin(), one.fields.end(), field) != one.fields.end();
    });
    return group == table.end() ? nullptr : &*group;
}

}  // namespace stdlib::support
