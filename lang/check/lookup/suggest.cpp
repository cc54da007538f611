#include "lang/check/lookup/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lang/text/spell.hpp"

namespace lang::checker {

std::string suggestion(std::string_view word, const std::vector<std::string>& known, std::string otherwise) {
    // Sorted: they come from hash maps, and a finding must not depend on their order.
    std::vector<std::string> sorted = known;
    std::sort(sorted.begin(), sorted.end());
    std::string meant = did_you_mean(word, sorted);
    return meant.empty() ? std::move(otherwise) : meant;
}

std::string listing(const std::vector<std::string>& words) {
    constexpr std::size_t most = 12;
    std::string out;
    for (std::size_t i = 0; i < std::min(words.size(), most); ++i) out += (i == 0 ? "" : ", ") + words[i];
    if (words.size() > most) out += fmt::format(" and {} more", words.size() - most);
    return out;
}

}  // namespace lang::checker
