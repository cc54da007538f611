#include "cli/terminal/completion.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace cli {

namespace {

bool is_of_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.'; }

std::string common_beginning(const std::set<std::string>& words) {
    const std::string& first = *words.begin();
    const std::string& last = *words.rbegin();  // in their order the ends differ most
    return {first.begin(), std::mismatch(first.begin(), first.end(), last.begin(), last.end()).first};
}

}  // namespace

Completion complete(std::string_view begun, const std::vector<std::string>& words) {
    std::set<std::string> fitting;
    for (const std::string& word : words) {
        if (!word.starts_with(begun)) continue;
        const std::size_t dot = word.find('.', begun.size());
        fitting.insert(word.substr(0, dot == std::string::npos ? dot : dot + 1));
    }
    if (fitting.empty()) return {};
    const std::string common = common_beginning(fitting);
    if (common.size() > begun.size()) return {.insert = common.substr(begun.size())};
    if (fitting.size() == 1) return {};
    return {.choices = {fitting.begin(), fitting.end()}};
}

std::string_view name_at_end(std::string_view before) {
    if (std::count(before.begin(), before.end(), '"') % 2 != 0) return {};
    std::size_t at = before.size();
    while (at > 0 && is_of_name(before[at - 1])) --at;
    return before.substr(at);
}

}  // namespace cli
