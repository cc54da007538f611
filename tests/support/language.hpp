// What is asked comes with the plain language set in front of it (runtime/shell/dialect.hpp), and an action with the guard of its run
// (runtime/shell/guard.hpp).
#pragma once

#include <string_view>

#include "runtime/shell/guard.hpp"

namespace support {

/// The line as it is shown.
inline std::string_view without_language(std::string_view line) {
    if (const auto guarded = runtime::read_guard(line)) line = guarded->second;
    for (const std::string_view plain : {"LC_ALL=C ", "export LC_ALL=C; "}) {
        if (line.starts_with(plain)) line.remove_prefix(plain.size());
    }
    return line;
}

}  // namespace support
