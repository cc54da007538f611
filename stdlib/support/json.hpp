// Values of the language as JSON, for services that are told something.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lang/model/value.hpp"

namespace stdlib::support {

/// A value as JSON writes it, of which no byte is read as more than the value: numbers and truth values as they are, a time as RFC 3339
/// has it, lists and records as theirs, everything else as a text. Unknown where a text is not UTF-8; of a secret a secret.
lang::Value to_json(const lang::Value&);

/// "2026-01-31T23:59:59Z" (RFC 3339).
std::string rfc3339(lang::Time);

/// Why it is not JSON (RFC 8259), without quoting it; nothing where it is.
std::optional<std::string> no_json(std::string_view text);

}  // namespace stdlib::support
