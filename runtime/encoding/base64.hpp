// Base64 (RFC 4648, with padding): how PowerShell takes a script, and one of the shapes in which a secret may show up.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace runtime {

std::string to_base64(std::string_view bytes);
/// Nothing where the text is not base64, whole and padded.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace runtime
