#include "runtime/journal/key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace runtime {

namespace {

constexpr char end_of_line = '|';

/// `line` itself, or one that goes on from it: "3/acd-jb1" goes on from "3", "31" does not; a step goes on in its inner steps.
bool goes_on_from(std::string_view line, std::string_view earlier) {
    if (!line.starts_with(earlier)) return false;
    return line.size() == earlier.size() || earlier.empty() || line[earlier.size()] == '/' || line[earlier.size()] == '.';
}

}  // namespace

std::string line_part(std::string_view text) {
    constexpr std::size_t enough = 80;
    std::string part(text.substr(0, enough));
    std::replace(part.begin(), part.end(), end_of_line, '!');
    return part;
}

std::string Key::text() const { return fmt::format("{}{}{}@{}#{}", line, end_of_line, label, host, ordinal); }

std::string Key::step() const { return line.substr(0, line.find('/')); }

std::string Key::outermost_step() const { return line.substr(0, line.find_first_of("./")); }

std::string Key::inner_line() const { return fmt::format("{}/{}#{}", line, line_part(label), ordinal); }

Key Key::read(std::string_view text) {
    const std::size_t line_end = text.find(end_of_line);
    const std::size_t number = text.rfind('#');
    const std::size_t at = text.rfind('@', number);
    if (line_end == std::string_view::npos || number == std::string_view::npos || at == std::string_view::npos || at < line_end) {
        return {.line = {}, .label = std::string(text), .host = {}};
    }
    Key key{.line = std::string(text.substr(0, line_end)),
            .label = std::string(text.substr(line_end + 1, at - line_end - 1)),
            .host = std::string(text.substr(at + 1, number - at - 1))};
    std::from_chars(text.data() + number + 1, text.data() + text.size(), key.ordinal);
    return key;
}

bool Key::follows(const Key& earlier) const { return goes_on_from(line, earlier.line) && (earlier.host.empty() || earlier.host == host); }

}  // namespace runtime
