#include "lang/codes/explanations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace lang {

namespace {

std::array<std::span<const Code>, 5> families() { return {codes::syntax(), codes::names(), codes::types(), codes::site(), codes::flow()}; }

bool same_letters(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](unsigned char x, unsigned char y) { return std::toupper(x) == std::toupper(y); });
}

/// Every line moved to the right, so that an example stands apart from the prose.
std::string indented(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        out += fmt::format("    {}\n", text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

}  // namespace

std::vector<Code> all_codes() {
    std::vector<Code> all;
    for (const auto family : families()) all.insert(all.end(), family.begin(), family.end());
    return all;
}

const Code* find_code(std::string_view code) {
    for (const auto family : families()) {
        const auto it = std::find_if(family.begin(), family.end(), [&](const Code& row) { return same_letters(row.code, code); });
        if (it != family.end()) return &*it;
    }
    return nullptr;
}

std::string explain(const Code& row) {
    std::string out = fmt::format("{}: {}\n\n{}\n", row.code, row.title, row.explanation);
    if (!row.wrong.empty()) out += fmt::format("\nWrong:\n\n{}", indented(row.wrong));
    if (!row.right.empty()) out += fmt::format("\nRight:\n\n{}", indented(row.right));
    return out;
}

}  // namespace lang
