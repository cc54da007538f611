// What procrun says to people, as tests compare it.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "lang/text/prose.hpp"

namespace support {

/// The text itself. In a build that says everything in capitals (PROCRUN_UPPERCASE), without what that changes.
inline std::string said(std::string_view text) {
    std::string small(text);
    if constexpr (lang::uppercase) {
        std::transform(small.begin(), small.end(), small.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    }
    return small;
}

inline bool says(std::string_view text, std::string_view part) { return said(text).find(said(part)) != std::string::npos; }

}  // namespace support
