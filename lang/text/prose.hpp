// Texts that people read and no program does: reasons, explanations, messages.
#pragma once

#include <string>
#include <utility>

namespace lang {

#ifdef PROCRUN_UPPERCASE
inline constexpr bool uppercase = true;
#else
inline constexpr bool uppercase = false;
#endif

/// The text as it is. Built with PROCRUN_UPPERCASE it is in capitals: what works in such a build too hangs on no wording.
inline std::string prose(std::string text) {
    if constexpr (uppercase) {
        for (char& c : text) {
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        }
    }
    return text;
}

/// The same in its place.
inline void make_prose(std::string& text) {
    if constexpr (uppercase) text = prose(std::move(text));
}

}  // namespace lang
