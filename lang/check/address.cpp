#include "lang/check/address.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <vector>

namespace lang::checker {

namespace {

std::vector<std::string_view> parts(std::string_view text, char separator) {
    std::vector<std::string_view> result;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        result.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return result;
}

bool all_digits(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos; }

/// Without leading zeros: some programs read those as octal.
bool is_octet(std::string_view text) {
    if (!all_digits(text) || text.size() > 3 || (text.size() > 1 && text.front() == '0')) return false;
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number <= 255;
}

bool is_ipv4(std::string_view text) {
    const auto octets = parts(text, '.');
    return octets.size() == 4 && std::all_of(octets.begin(), octets.end(), is_octet);
}

/// Eight groups, or fewer with one "::"; the last two groups may be an IPv4 address.
bool is_ipv6(std::string_view text) {
    const std::size_t gap = text.find("::");
    if (gap != std::string_view::npos && text.find("::", gap + 1) != std::string_view::npos) return false;
    std::size_t groups = 0;
    const auto count = [&](std::string_view half, bool is_end) {
        if (half.empty()) return true;
        const auto pieces = parts(half, ':');
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            if (is_end && i + 1 == pieces.size() && is_ipv4(pieces[i])) {
                groups += 2;
                continue;
            }
            const bool is_hex = !pieces[i].empty() && pieces[i].size() <= 4 &&
                                pieces[i].find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
            if (!is_hex) return false;
            ++groups;
        }
        return true;
    };
    if (gap == std::string_view::npos) return count(text, true) && groups == 8;
    return count(text.substr(0, gap), false) && count(text.substr(gap + 2), true) && groups < 8;
}

bool is_label(std::string_view label) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(), [](char c) { return c == '-' || std::isalnum(static_cast<unsigned char>(c)) != 0; });
}

/// The last label is not a number: "10.1.1" is an address cut short, not a name.
bool is_host_name(std::string_view text) {
    if (text.ends_with('.')) text.remove_suffix(1);
    if (text.empty() || text.size() > 253) return false;
    const auto labels = parts(text, '.');
    return std::all_of(labels.begin(), labels.end(), is_label) && !all_digits(labels.back());
}

}  // namespace

bool is_address(std::string_view text) { return is_ipv4(text) || is_ipv6(text) || is_host_name(text); }

}  // namespace lang::checker
