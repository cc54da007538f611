#include "tests/real/needs.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>

namespace real {

bool can_run(const std::string& part, const std::optional<std::string>& why_not) {
    if (!why_not) return true;
    fmt::print("skipped: {}: {}\n", part, *why_not);
    const bool may_skip = std::getenv("CI") == nullptr || std::getenv("PROCRUN_MAY_SKIP") != nullptr;
    CHECK_MESSAGE(may_skip, part, " cannot run here: ", *why_not);
    return false;
}

}  // namespace real
