#include "stdlib/support/scan.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace stdlib::support {

namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

template <typename Number>
std::optional<Number> number(std::string_view text) {
    Number value{};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> lines(std::string_view text) {
    std::vector<std::string_view> found;
    while (!text.empty()) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        found.push_back(line);
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return found;
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> found;
    for (auto start = text.find_first_not_of(blanks); start != std::string_view::npos; start = text.find_first_not_of(blanks)) {
        text.remove_prefix(start);
        found.push_back(text.substr(0, text.find_first_of(blanks)));
        text.remove_prefix(found.back().size());
    }
    return found;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> found;
    for (auto at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
        found.push_back(text.substr(0, at));
        text.remove_prefix(at + 1);
    }
    found.push_back(text);
    return found;
}

std::optional<std::int64_t> integer(std::string_view text) {
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    return number<std::int64_t>(text);
}

std::optional<double> real(std::string_view text) {
    const auto value = number<double>(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::array<std::int64_t, 3> version_numbers(std::string_view text) {
    std::array<std::int64_t, 3> found{};
    std::size_t at = 0;
    for (const std::string_view part : split(text.substr(0, text.find_first_not_of("0123456789.")), '.')) {
        if (at < found.size()) found[at++] = integer(part).value_or(0);
    }
    return found;
}

std::string_view first_line(std::string_view text, std::size_t limit) {
    text = trimmed(text);
    return trimmed(text.substr(0, text.find('\n')).substr(0, limit));
}

namespace {

/// Not within a character.
std::string cut(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return std::string(text);
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
    return std::string(text.substr(0, limit)) + "…";
}

}  // namespace

std::string said(std::string_view text, std::size_t limit) { return cut(first_line(text, text.size()), limit); }

lang::Value unreadable(std::string why, std::string_view output) {
    constexpr std::size_t worth_keeping = 400;
    return lang::Value::unknown(std::move(why), cut(output, worth_keeping));
}

lang::Value integer_value(std::string_view text, std::string_view what) {
    if (const auto number = integer(text)) return *number;
    return unreadable(fmt::format("'{}' is not a {}", said(text, 60), what), text);
}

}  // namespace stdlib::support
