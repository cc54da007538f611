// FNV-1a, 64 bits: spreads texts and tells them apart, and keeps nothing secret. The same in every run and on every machine.
#pragma once

#include <cstdint>
#include <string_view>

namespace lang {

inline constexpr std::uint64_t fnv1a_basis = 0xcbf29ce484222325U;

/// Of the bytes of `text`, behind those that `so_far` is of.
constexpr std::uint64_t fnv1a(std::string_view text, std::uint64_t so_far = fnv1a_basis) {
    for (const char c : text) so_far = (so_far ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return so_far;
}

}  // namespace lang
