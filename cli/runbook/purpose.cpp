#include "cli/runbook/purpose.hpp"

#include <algorithm>

#include "cli/terminal/words.hpp"

namespace cli::show {

namespace {

std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \r") - first + 1));
}

}  // namespace

Purpose purpose_of(std::string_view text) {
    Purpose purpose;
    bool first = true;
    for (const std::string& line : lines_of(text.substr(0, std::min<std::size_t>(text.size(), 64 * 1024)))) {
        if (!line.starts_with('#')) break;
        const std::string_view comment = std::string_view(line).substr(std::min<std::size_t>(2, line.size()));
        if (first) {
            const std::size_t name = comment.find(".proc: ");
            purpose.title = trimmed(name == std::string_view::npos ? comment : comment.substr(name + 7));
            first = false;
            continue;
        }
        if (trimmed(comment).empty()) continue;
        const std::size_t gap = comment.find("  ");
        const bool goes_on = comment.starts_with(' ');
        if (goes_on && !purpose.entries.empty()) {
            purpose.entries.back().value += ' ' + trimmed(comment);
        } else if (gap != std::string_view::npos && !goes_on) {
            purpose.entries.push_back({trimmed(comment.substr(0, gap)), trimmed(comment.substr(gap))});
        } else {
            purpose.entries.push_back({{}, trimmed(comment)});
        }
    }
    return purpose;
}

}  // namespace cli::show
