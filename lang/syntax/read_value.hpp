// Texts that people type (on the command line, as an answer) to values.
#pragma once

#include <optional>
#include <string_view>

#include "lang/model/site.hpp"
#include "lang/model/value.hpp"

namespace lang {

/// `yes` and `no` are bools too; a duration needs its unit; a host is one of the site's; an enumeration takes its members' names.
/// Nothing where the text is not a value of the type.
std::optional<Value> read_value(std::string_view text, const Type& type, const Site* site);

/// "30s", "1h30m", "500ms": units once each, largest first.
std::optional<Duration> read_duration(std::string_view text);

/// An IPv4 or IPv6 address, or a host name as RFC 1123 has it.
bool is_address(std::string_view text);

}  // namespace lang
