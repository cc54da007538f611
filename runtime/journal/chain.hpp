// Each event of a run is tied to the one before it, so that none can be changed, left out or put elsewhere without being noticed. Who can
// write the file can write another chain, too: it tells damage and slips, not a forger.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runtime {

/// SHA-256 in hex, 64 digits.
std::string sha256(std::string_view bytes);

/// That the first event of a run is tied to.
std::string first_link(std::int64_t run);

/// Of an event, from the one before it and all that is stored of it.
std::string next_link(std::string_view before, std::int64_t number, std::int64_t at, std::string_view kind, std::string_view body);

/// Over the texts that a part of a run is run with, by path and text, in their order.
std::string texts_hash(const std::vector<std::pair<std::string_view, std::string_view>>& texts);

}  // namespace runtime
