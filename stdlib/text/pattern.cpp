#include "stdlib/text/pattern.hpp"

#include <fmt/format.h>

#include <regex>
#include <variant>

#include "stdlib/support/scan.hpp"

namespace stdlib::text {

namespace {

using lang::Value;
using Match = std::match_results<std::string_view::const_iterator>;

/// A pattern ready to be searched for, or why it is none. Alone first: in the group below a stray parenthesis would find a partner.
std::variant<std::regex, std::string> compiled(std::string_view pattern) {
    if (pattern.size() > longest_pattern)
        return fmt::format("a pattern of {} bytes is too long: {} are searched for", pattern.size(), longest_pattern);
    try {
        const auto dialect = std::regex::ECMAScript | std::regex_constants::__polynomial;
        const std::regex alone(pattern.begin(), pattern.end(), dialect);
        return std::regex(fmt::format("[\\s\\S]*?({})", pattern), dialect);
    } catch (const std::regex_error& error) {
        return fmt::format("'{}' is not a pattern that can be used: {}", pattern, error.what());
    }
}

/// The first match (its group 1 is the whole of what the pattern matched), nothing, or why it cannot be searched.
///
/// libstdc++'s usual matcher backtracks and recurses for every byte; its polynomial one does neither, and gives up back-references
/// for it. Searching would still start anew at every byte: one lazy prefix makes a single pass of it.
std::variant<Match, std::monostate, Value> search(std::string_view text, std::string_view pattern) {
    if (text.size() > longest_subject) {
        return Value::unknown(fmt::format("a text of {} bytes is too long for a pattern: take its lines one by one", text.size()));
    }
    const auto regex = compiled(pattern);
    if (const auto* why = std::get_if<std::string>(&regex)) return Value::unknown(*why);
    try {
        Match match;
        const auto& whole = std::get<std::regex>(regex);
        if (!std::regex_search(text.begin(), text.end(), match, whole, std::regex_constants::match_continuous)) return std::monostate();
        return match;
    } catch (const std::regex_error& error) {
        return Value::unknown(fmt::format("'{}' is not a pattern that can be used: {}", pattern, error.what()));
    }
}

}  // namespace

std::optional<std::string> no_pattern(std::string_view pattern) {
    const auto regex = compiled(pattern);
    const auto* why = std::get_if<std::string>(&regex);
    return why == nullptr ? std::nullopt : std::optional(*why);
}

std::optional<std::int64_t> groups_of(std::string_view pattern) {
    const auto regex = compiled(pattern);
    const auto* whole = std::get_if<std::regex>(&regex);
    return whole == nullptr ? std::nullopt : std::optional(static_cast<std::int64_t>(whole->mark_count()) - 1);
}

std::optional<std::string> no_group(std::string_view pattern, std::int64_t group) {
    const auto groups = groups_of(pattern);
    if (!groups || (group >= 0 && group <= *groups)) return std::nullopt;
    const std::string has = *groups == 0 ? "no group in parentheses" : *groups == 1 ? "one group" : fmt::format("{} groups", *groups);
    return fmt::format("'{}' has {}, and this is group {}", pattern, has, group);
}

Value matches(std::string_view text, std::string_view pattern) {
    const auto found = search(text, pattern);
    if (const auto* unclear = std::get_if<Value>(&found)) return *unclear;
    return std::holds_alternative<Match>(found);
}

Value capture(std::string_view text, std::string_view pattern, std::int64_t group) {
    const auto found = search(text, pattern);
    if (const auto* unclear = std::get_if<Value>(&found)) return *unclear;
    const auto* match = std::get_if<Match>(&found);
    if (match == nullptr) return support::unreadable(fmt::format("nothing matches '{}'", pattern), text);
    if (auto why = no_group(pattern, group)) return Value::unknown(std::move(*why));
    const auto& part = (*match)[static_cast<std::size_t>(group) + 1];
    if (!part.matched) return support::unreadable(fmt::format("group {} of '{}' took no part in the match", group, pattern), text);
    return part.str();
}

}  // namespace stdlib::text
