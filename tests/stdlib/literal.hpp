// Literals as a fixture writes them: the language's own, and host names. Only what fixtures need.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "lang/model/signature.hpp"
#include "lang/model/site.hpp"

namespace fixture {

/// A fixture that cannot be read; says what is wrong with it.
struct Malformed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// `"text"`, `3`, `1.5`, `true`, `5m`, `UpToDate`, `acd-store1`, `2026-11-22 16:35:42`, `[…]`,
/// `{field: value, …}`, `unknown`. Enum members take their type from
/// `type`, a bare word without one is a text.
lang::Value literal(std::string_view text, const lang::Type& type, const lang::Site&);

/// `drbd.status("r0")`: its arguments in the order of the signature, defaults filled in.
std::vector<lang::Value> arguments(std::string_view inside_parentheses, const lang::Signature&, const lang::Site&);

/// Cut at `separator`, but not inside quotes or brackets; trimmed.
std::vector<std::string> split(std::string_view text, char separator);

}  // namespace fixture
