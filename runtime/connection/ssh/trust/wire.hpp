// The bytes in which SSH writes keys, certificates and the messages of an agent (RFC 4251, section 5).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace runtime {

/// Takes a number of `size` bytes off, most significant first. What is too short counts as if zeros stood behind it: who must know that
/// something is missing looks at what is left.
inline std::uint64_t take_number(std::string_view& bytes, std::size_t size) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < size; ++i) number = number << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
    bytes.remove_prefix(std::min(size, bytes.size()));
    return number;
}

/// Takes a string off, which begins with its size in four bytes.
inline std::string_view take_string(std::string_view& bytes) {
    const std::size_t size = static_cast<std::size_t>(take_number(bytes, 4));
    const std::string_view taken = bytes.substr(0, size);
    bytes.remove_prefix(taken.size());
    return taken;
}

inline std::string number_of_four_bytes(std::size_t number) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xFF);
    return bytes;
}

inline std::string with_size(std::string_view bytes) { return number_of_four_bytes(bytes.size()).append(bytes); }

}  // namespace runtime
