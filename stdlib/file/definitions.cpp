#include "stdlib/file/definitions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "stdlib/support/scan.hpp"

namespace stdlib::file {

namespace {

using lang::Value;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Would the character make another address of the one beside it? A colon is the beginning of a port, unless the address has colons.
bool belongs_to(std::string_view address, char c) {
    if (c == ':') return address.find(':') != std::string_view::npos;
    return is_letter(c) || is_digit(c) || c == '.' || c == '-';
}

bool stands_at(std::string_view text, std::size_t at, std::string_view address) {
    if (address.empty() || text.substr(at, address.size()) != address) return false;
    const std::size_t end = at + address.size();
    return (at == 0 || !belongs_to(address, text[at - 1])) && (end == text.size() || !belongs_to(address, text[end]));
}

/// The name that the line defines, and where its value begins.
std::optional<std::pair<std::string_view, std::size_t>> name_in(std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    std::string_view name = support::trimmed(line.substr(0, equals));
    constexpr std::string_view exported = "export";
    if (name.starts_with(exported) && name.size() > exported.size() && (name[exported.size()] == ' ' || name[exported.size()] == '\t'))
        name = support::trimmed(name.substr(exported.size()));
    if (!is_variable(name)) return std::nullopt;
    return std::pair{name, equals + 1};
}

}  // namespace

bool is_variable(std::string_view name) {
    return !name.empty() && is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

std::optional<std::string> no_variable(std::string_view name) {
    if (is_variable(name)) return std::nullopt;
    return fmt::format("'{}' is not a name of a variable", name);
}

std::optional<std::string> no_path(std::string_view path) {
    if (!path.starts_with('/')) return fmt::format("'{}' is not a path from the root", path);
    if (path.ends_with('/')) return fmt::format("'{}' is the path of a folder, and a file is meant", path);
    if (path.find_first_of("\r\n") != std::string_view::npos) return "a path with a line end in it is not a file's";
    return std::nullopt;
}

std::string pattern_of(const std::vector<std::string>& variables) {
    return fmt::format("^[[:blank:]]*(export[[:blank:]]+)?({})[[:blank:]]*=", fmt::join(variables, "|"));
}

std::optional<std::vector<Definition>> definitions_from(std::string_view grep) {
    std::vector<Definition> found;
    for (const std::string_view output : support::lines(grep)) {
        const std::size_t colon = std::min(output.find(':'), output.size());
        const auto number = support::integer(output.substr(0, colon));
        if (!number || *number < 1 || colon == output.size()) return std::nullopt;
        const std::string_view line = output.substr(colon + 1);
        const auto name = name_in(line);
        if (!name) return std::nullopt;
        found.push_back({.line = *number, .variable = std::string(name->first), .text = std::string(line)});
    }
    return found;
}

std::string_view value_of(std::string_view line) { return support::trimmed(line.substr(std::min(line.find('='), line.size() - 1) + 1)); }

Value plain_value(std::string_view line) {
    std::string_view value = value_of(line);
    const bool quoted = value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
    if (quoted) value = value.substr(1, value.size() - 2);
    const bool comment = !quoted && (value.starts_with('#') || value.find(" #") != std::string_view::npos);
    if (comment || value.find_first_of("$\\\"'`") != std::string_view::npos)
        return Value::unknown(fmt::format("what reads env files does not agree on the value of '{}'", line), std::string(line));
    return value;
}

bool has_address(std::string_view text, std::string_view address) {
    for (std::size_t at = text.find(address); at != std::string_view::npos; at = text.find(address, at + 1)) {
        if (stands_at(text, at, address)) return true;
    }
    return false;
}

std::string exchanged(std::string_view line, const Exchange& addresses) {
    const std::size_t begin = std::min(line.find('='), line.size() - 1) + 1;
    const std::string_view value = line.substr(begin);
    std::string result(line.substr(0, begin));
    for (std::size_t at = 0; at < value.size();) {
        const auto found =
            std::find_if(addresses.begin(), addresses.end(), [&](const auto& pair) { return stands_at(value, at, pair.first); });
        if (found == addresses.end()) {
            result += value[at++];
        } else {
            result += found->second;
            at += found->first.size();
        }
    }
    return result;
}

}  // namespace stdlib::file
