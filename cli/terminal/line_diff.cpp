#include "cli/terminal/line_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace cli {

namespace {

using Lines = std::vector<std::string_view>;

Lines split_lines(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

struct Change {
    char sign;  ///< '-', '+', or ' ' for a line of both
    std::string_view line;
    std::size_t number;  ///< in the text before, from 1
};

constexpr std::size_t most_compared = std::size_t{4} << 20;  ///< pairs of lines; beyond, all between the ends counts as changed

/// The longest common subsequence, between the ends that are the same.
std::vector<Change> compare(const Lines& before, const Lines& after) {
    const std::size_t shorter = std::min(before.size(), after.size());
    std::size_t head = 0, tail = 0;
    while (head < shorter && before[head] == after[head]) ++head;
    while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) ++tail;
    const std::size_t rows = before.size() - head - tail, columns = after.size() - head - tail;
    const bool few = columns == 0 || rows <= most_compared / columns;
    std::vector<std::uint32_t> common(few ? (rows + 1) * (columns + 1) : 0);  // of what is left from here on
    const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& { return common[i * (columns + 1) + j]; };
    for (std::size_t i = few ? rows : 0; i-- > 0;) {
        for (std::size_t j = columns; j-- > 0;) {
            at(i, j) = before[head + i] == after[head + j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
        }
    }
    std::vector<Change> changes;
    for (std::size_t i = 0; i < head; ++i) changes.push_back({' ', before[i], i + 1});
    for (std::size_t i = 0, j = 0; i < rows || j < columns;) {
        if (few && i < rows && j < columns && before[head + i] == after[head + j]) {
            changes.push_back({' ', before[head + i], head + i + 1});
            ++i, ++j;
        } else if (i < rows && (j == columns || !few || at(i + 1, j) >= at(i, j + 1))) {
            changes.push_back({'-', before[head + i], head + i + 1});
            ++i;
        } else {
            changes.push_back({'+', after[head + j], head + i + 1});
            ++j;
        }
    }
    for (std::size_t i = before.size() - tail; i < before.size(); ++i) changes.push_back({' ', before[i], i + 1});
    return changes;
}

}  // namespace

std::string line_diff(const std::string& before, const std::string& after) {
    constexpr std::size_t around = 2;
    const Lines old_lines = split_lines(before), new_lines = split_lines(after);
    const std::vector<Change> changes = compare(old_lines, new_lines);
    std::vector<bool> shown(changes.size());
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (changes[i].sign == ' ') continue;
        const std::size_t first = i - std::min(i, around), last = std::min(i + around + 1, changes.size());
        std::fill(shown.begin() + static_cast<std::ptrdiff_t>(first), shown.begin() + static_cast<std::ptrdiff_t>(last), true);
    }
    std::string out;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (!shown[i]) continue;
        if (i == 0 || !shown[i - 1]) out += fmt::format("@@ {}\n", changes[i].number);
        out += changes[i].sign;
        out += changes[i].line;
        if (!changes[i].line.ends_with('\n')) out += "\n\\ no line end\n";
    }
    return out;
}

}  // namespace cli
