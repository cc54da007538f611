#include "lang/text/source.hpp"

#include <algorithm>

namespace lang {

namespace {

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

}  // namespace

Position Source::position(std::size_t offset) const {
    const std::string_view before = std::string_view(text).substr(0, std::min(offset, text.size()));
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    const auto characters = std::count_if(before.begin() + static_cast<std::ptrdiff_t>(line_start), before.end(), starts_character);
    return {.line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
            .column = 1 + static_cast<std::size_t>(characters)};
}

std::string_view Source::line_at(std::size_t offset) const {
    const std::string_view all = text;
    const std::size_t at = std::min(offset, all.size());
    const std::size_t begin = all.substr(0, at).rfind('\n') + 1;
    std::string_view line = all.substr(begin, all.find('\n', at) - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

std::uint32_t Sources::add(std::string path, std::string text) {
    files_.push_back({std::move(path), std::move(text)});
    return static_cast<std::uint32_t>(files_.size() - 1);
}

}  // namespace lang
