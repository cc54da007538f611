// Times, durations and counts as a person reads them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lang/model/value.hpp"

namespace cli {

/// "22:41:07", local time.
std::string clock(lang::Time);

/// "2026-03-01 22:41:07 UTC", local time with the name of its zone.
std::string date_and_time(lang::Time);

/// Milliseconds matter below ten seconds only: "3.2s", "1m40s".
std::string rounded(lang::Duration);

/// "[########............] 41.3%" with a bar of `width` characters.
std::string bar(double percent, std::size_t width = 20);

/// "1 step", "2 steps"
std::string plural(std::int64_t n, std::string_view what);

/// Of a doc, without its full stop.
std::string first_sentence(std::string_view doc);

/// Without their ends; none for an empty text.
std::vector<std::string> lines_of(std::string_view text);

}  // namespace cli
