#include "lang/text/spell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <numeric>

namespace lang {

namespace {

/// As the eye reads it: `UpTodate` and `up-to_date` are `uptodate`.
std::string folded(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c != '-' && c != '_') out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return out;
}

}  // namespace

std::size_t distance(std::string_view a, std::string_view b) {
    // Damerau's distance without repeated edits, row by row: `before` and `two_before` are the rows above.
    std::vector<std::size_t> two_before(b.size() + 1), before(b.size() + 1), row(b.size() + 1);
    std::iota(before.begin(), before.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({before[j] + 1, row[j - 1] + 1, change});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], two_before[j - 2] + 1);
        }
        std::swap(two_before, before);
        std::swap(before, row);
    }
    return before[b.size()];
}

std::optional<std::string> nearest(std::string_view written, const std::vector<std::string>& candidates) {
    constexpr std::size_t too_long = 64;  // nobody mistypes a name of that length, and the distance takes quadratic time
    if (written.size() > too_long) return std::nullopt;
    const std::size_t allowed = std::max<std::size_t>(1, written.size() / 3);
    const std::string* best = nullptr;
    std::size_t best_distance = allowed + 1;
    for (const std::string& candidate : candidates) {
        if (candidate.size() > too_long || candidate == written) continue;
        const std::size_t d = folded(candidate) == folded(written) ? 0 : distance(written, candidate);
        // One letter is not a slip of another one: `a` is not `b`.
        if (d < best_distance && d < std::max(written.size(), candidate.size())) {
            best = &candidate;
            best_distance = d;
        }
    }
    return best == nullptr ? std::nullopt : std::optional(*best);
}

std::string did_you_mean(std::string_view written, const std::vector<std::string>& candidates) {
    const auto near = nearest(written, candidates);
    return near ? fmt::format("did you mean `{}`?", *near) : std::string();
}

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

}  // namespace lang
