// All services of a machine at once: which of those that it should have do not run?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/model/value.hpp"

namespace stdlib::winsvc {

/// One service of a machine.
struct Entry {
    std::string name, display;
    std::int64_t state = 0;  ///< 1 Stopped to 7 Paused
};

/// All that there are; not `whole` where some of them were not told, so that one that is not in it may be there all the same.
struct Roster {
    std::vector<Entry> entries;
    bool whole = true;
};

/// From the answers to `states_script` and `sc::states`; nothing where they cannot be read.
std::optional<Roster> roster_from_powershell(std::string_view output);
std::optional<Roster> roster_from_sc(std::string_view output);

/// A service is one, however its name is written.
std::string without_capitals(std::string name);

/// "the service robot5 is Stopped on acd-tel1" for each of `wanted`, by name or display name, that does not run.
lang::Value not_running(const Roster&, const std::vector<std::string>& wanted, std::string_view host);

}  // namespace stdlib::winsvc
