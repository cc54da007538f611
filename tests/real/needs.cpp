#include "tests/real/needs.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>

namespace real {

void ran(const std::string& part) { fmt::print("ran: {}\n", part); }

bool can_run(const std::string& part, const std::optional<std::string>& why_not) {
    if (!why_not) {
        ran(part);
        return true;
    }
    fmt::print("skipped: {}: {}\n", part, *why_not);
    const bool may_skip = std::getenv("CI") == nullptr || std::getenv("PROCRUN_MAY_SKIP") != nullptr;
    CHECK_MESSAGE(may_skip, part, " cannot run here: ", *why_not);
    return false;
}

}  // namespace real
