#include "runtime/journal/key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "lang/text/hash.hpp"

namespace runtime {

namespace {

constexpr char end_of_line = '|';
constexpr char before_meaning = '~';
// What stands beside the walk is marked by a sign that no element of a loop has in a line.
constexpr char marks = '<';
constexpr const char* undo_of = "/<undo of ";
constexpr const char* on_failure = "/<on_failure of part ";
constexpr const char* typed = "/<typed";

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
    std::replace(part.begin(), part.end(), marks, '(');
    return part;
}

std::string Key::place() const { return fmt::format("{}{}{}@{}#{}", line, end_of_line, label, host, ordinal); }

std::string Key::text() const { return meaning.empty() ? place() : place() + before_meaning + meaning; }

std::string Key::step() const { return line.substr(0, line.find('/')); }

std::string Key::outermost_step() const { return line.substr(0, line.find_first_of("./")); }

std::string Key::inner_line() const { return fmt::format("{}/{}#{}", line, line_part(label), ordinal); }

std::string Key::undo_line() const { return fmt::format("{}{}{}#{}", line, undo_of, line_part(label), ordinal); }

Key::By Key::by() const {
    const std::string_view path = std::string_view(line).substr(std::min(line.find('/'), line.size()));
    if (path.find(undo_of) != std::string_view::npos) return By::Undo;
    if (path.starts_with(on_failure)) return By::OnFailure;
    return path.starts_with(typed) ? By::Prompt : By::Walk;
}

std::string on_failure_line(int part) { return fmt::format("{}{}", on_failure, part); }

std::string typed_line() { return typed; }

std::string meaning_number(std::string_view what_it_says) { return fmt::format("{:016x}", lang::fnv1a(what_it_says)); }

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
    const char* const end = text.data() + text.size();
    const char* const after = std::from_chars(text.data() + number + 1, end, key.ordinal).ptr;
    if (after != end && *after == before_meaning) key.meaning.assign(after + 1, end);
    return key;
}

bool Key::follows(const Key& earlier) const { return goes_on_from(line, earlier.line) && (earlier.host.empty() || earlier.host == host); }

}  // namespace runtime
