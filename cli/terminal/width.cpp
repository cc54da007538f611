#include "cli/terminal/width.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "lang/text/utf8.hpp"

namespace cli::live {

namespace {

struct Range {
    std::uint32_t first, last;
};

// Of the Unicode character database the blocks that terminals agree on.
constexpr std::array combining{Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD}, Range{0x064B, 0x065F},
                               Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200F}, Range{0x20D0, 0x20FF},
                               Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F}};
constexpr std::array wide{Range{0x1100, 0x115F},  Range{0x2E80, 0x303E},   Range{0x3041, 0xA4CF},   Range{0xA960, 0xA97C},
                          Range{0xAC00, 0xD7A3},  Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},
                          Range{0xFFE0, 0xFFE6},  Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF},
                          Range{0x20000, 0x3FFFD}};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, std::uint32_t code) {
    return std::any_of(ranges.begin(), ranges.end(), [&](Range range) { return range.first <= code && code <= range.last; });
}

std::uint32_t code_of(std::string_view character) {
    const auto first = static_cast<unsigned char>(character.front());
    if (character.size() == 1) return first;
    std::uint32_t code = first & (0xFFU >> (character.size() + 1));
    for (const char c : character.substr(1)) code = (code << 6) | (static_cast<unsigned char>(c) & 0x3FU);
    return code;
}

struct Character {
    std::string_view bytes;
    std::size_t columns;
};

std::vector<Character> characters(std::string_view text) {
    std::vector<Character> all;
    while (!text.empty()) {
        const std::size_t length = std::max<std::size_t>(1, lang::character_length(text));
        const std::string_view bytes = text.substr(0, length);
        const std::uint32_t code = code_of(bytes);
        all.push_back({bytes, is_in(combining, code) ? std::size_t{0} : is_in(wide, code) ? std::size_t{2} : std::size_t{1}});
        text.remove_prefix(length);
    }
    return all;
}

std::size_t sum(const std::vector<Character>& all) {
    std::size_t columns = 0;
    for (const Character& character : all) columns += character.columns;
    return columns;
}

}  // namespace

std::size_t columns(std::string_view text) { return sum(characters(text)); }

std::string fitted(std::string_view text, std::size_t width) {
    const std::vector<Character> all = characters(text);
    if (sum(all) <= width) return std::string(text);
    if (width == 0) return {};
    std::string out;
    std::size_t used = 1;
    for (const Character& character : all) {
        if (used + character.columns > width) break;
        used += character.columns;
        out += character.bytes;
    }
    return out + "…";
}

std::string fitted_end(std::string_view text, std::size_t width) {
    const std::vector<Character> all = characters(text);
    std::size_t used = sum(all);
    if (used <= width) return std::string(text);
    if (width == 0) return {};
    std::size_t cut = 0;
    for (const Character& character : all) {
        if (used + 1 <= width) break;
        used -= character.columns;
        cut += character.bytes.size();
    }
    return "…" + std::string(text.substr(cut));
}

std::string padded(std::string text, std::size_t width) {
    const std::size_t used = columns(text);
    if (used < width) text.append(width - used, ' ');
    return text;
}

}  // namespace cli::live
