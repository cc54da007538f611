#include "tests/support/pages/section.hpp"

#include <algorithm>
#include <utility>

namespace support {

namespace {

/// Where a section begins and ends; both at the end where there is none.
std::pair<std::size_t, std::size_t> place_of(std::string_view page, std::string_view title) {
    const std::string head = "## " + std::string(title) + "\n";
    std::size_t begin = page.find("\n" + head);
    if (begin == std::string_view::npos) return {page.size(), page.size()};
    ++begin;
    const std::size_t next = page.find("\n## ", begin);
    return {begin, next == std::string_view::npos ? page.size() : next + 1};
}

}  // namespace

std::string section_of(std::string_view page, std::string_view title) {
    const auto [begin, end] = place_of(page, title);
    return std::string(page.substr(begin, end - begin));
}

std::string with_section(std::string_view page, std::string_view title, std::string_view section) {
    const auto [begin, end] = place_of(page, title);
    const auto trimmed = [](std::string_view text) {
        while (text.ends_with('\n')) text.remove_suffix(1);
        return std::string(text);
    };
    std::string whole = trimmed(page.substr(0, begin));
    for (const std::string_view part : {section, page.substr(end)}) {
        if (const std::string text = trimmed(part); !text.empty()) whole += (whole.empty() ? "" : "\n\n") + text;
    }
    return whole + "\n";
}

}  // namespace support
