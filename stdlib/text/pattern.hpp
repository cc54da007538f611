// Regular expressions that no text can bring to a standstill.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lang/model/value.hpp"

namespace stdlib::text {

/// Longer texts are not searched: cut them into lines first.
inline constexpr std::size_t longest_subject = std::size_t{64} << 10;
inline constexpr std::size_t longest_pattern = 500;

/// Why it cannot be searched for; nothing where it can.
std::optional<std::string> no_pattern(std::string_view pattern);

/// The groups in parentheses that a pattern has; nothing where it is none.
std::optional<std::int64_t> groups_of(std::string_view pattern);

/// Why the pattern has no such group; nothing where it has.
std::optional<std::string> no_group(std::string_view pattern, std::int64_t group);

/// Is the pattern found anywhere in the text? Unknown where the pattern is none.
lang::Value matches(std::string_view text, std::string_view pattern);

/// What a group of the first match holds (0: all of it); unknown where nothing matches or the group took no part.
lang::Value capture(std::string_view text, std::string_view pattern, std::int64_t group);

}  // namespace stdlib::text
