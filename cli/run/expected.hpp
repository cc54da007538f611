// How long a procedure and its steps took before.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "runtime/journal/store.hpp"

namespace cli {

/// Medians over the newest completed runs. A step counts where its number and title are the same; one that was done by an earlier
/// part of a resumed run does not.
struct Expected {
    std::size_t runs = 0;
    std::optional<lang::Duration> whole;

    std::optional<lang::Duration> step(const std::string& number, const std::string& title) const;

    std::map<std::string, lang::Duration> steps;  ///< by number and title
};

/// Of earlier runs (`before`, if it is not 0: started before that run) of this procedure on this site, real or simulated alike.
Expected expected(const runtime::Journal&, const std::string& procedure, const std::string& site, bool simulated, std::int64_t before = 0);

}  // namespace cli
