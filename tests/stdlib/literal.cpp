#include "tests/stdlib/literal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <optional>

namespace fixture {

namespace {

using lang::Kind;
using lang::Value;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
    return text;
}

std::string unescaped(std::string_view inside) {
    std::string out;
    for (std::size_t i = 0; i < inside.size(); ++i) {
        if (inside[i] != '\\' || i + 1 == inside.size()) {
            out += inside[i];
            continue;
        }
        const char escape = inside[++i];
        if (escape == 'n') {
            out += '\n';
        } else if (escape == 't') {
            out += '\t';
        } else if (escape == 'x' && i + 2 < inside.size()) {
            int byte = 0;
            std::from_chars(inside.data() + i + 1, inside.data() + i + 3, byte, 16);
            out += static_cast<char>(byte);
            i += 2;
        } else {
            out += escape;
        }
    }
    return out;
}

template <typename Number>
std::optional<Number> number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// `1h30m`, `500ms`.
std::optional<lang::Duration> duration(std::string_view text) {
    std::int64_t total = 0;
    if (text.empty()) return std::nullopt;
    while (!text.empty()) {
        std::int64_t count = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (error != std::errc{}) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const auto unit = text.substr(0, std::min(text.find_first_of("0123456789"), text.size()));
        text.remove_prefix(unit.size());
        if (unit == "ms") {
            total += count;
        } else if (unit == "s") {
            total += count * 1'000;
        } else if (unit == "m") {
            total += count * 60'000;
        } else if (unit == "h") {
            total += count * 3'600'000;
        } else {
            return std::nullopt;
        }
    }
    return lang::Duration(total);
}

lang::Time time_of(const std::string& text) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (std::sscanf(text.c_str(), "%d-%d-%d %d:%d:%d", &year, &month, &day, &hour, &minute, &second) != 6)
        throw Malformed("no time: " + text);
    const auto date = std::chrono::year{year} / month / day;
    return lang::Time(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

Value bare_word(std::string_view word, const lang::Type& type, const lang::Site& site) {
    if (type.kind() == Kind::Enum) {
        const auto member = type.members().find(word);
        if (!member) throw Malformed(fmt::format("'{}' is not a {}", word, type.name()));
        return lang::EnumMember{type.enumeration(), *member};
    }
    if (type.kind() == Kind::Time) return time_of(std::string(word));
    if (word == "unknown") return Value::unknown("the fixture says so");
    if (word == "true" || word == "false") return word == "true";
    if (const auto integer = number<std::int64_t>(word)) {
        if (type.kind() == Kind::Float) return static_cast<double>(*integer);
        return *integer;
    }
    if (const auto fraction = number<double>(word)) return *fraction;
    if (const auto time = duration(word)) return *time;
    if (const lang::Host* host = site.find_host(word)) return host;
    if (type.kind() == Kind::Host) throw Malformed(fmt::format("no host '{}': name it with `hosts`", word));
    return word;
}

/// `field: value, …`; every field is there.
Value record(std::string_view inside, const lang::Type& type, const lang::Site& site) {
    const auto& shape = type.record();
    std::vector<std::optional<Value>> given(shape->fields.size());
    for (const std::string& written : split(inside, ',')) {
        const auto colon = written.find(':');
        const auto index = shape->find(trimmed(std::string_view(written).substr(0, colon)));
        if (colon == std::string::npos || !index) throw Malformed(fmt::format("no field of {}: {}", type.name(), written));
        given[*index] = literal(std::string_view(written).substr(colon + 1), shape->fields[*index].type, site);
    }
    std::vector<Value> fields;
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (!given[i]) throw Malformed(fmt::format("{} needs the field '{}'", type.name(), shape->fields[i].name));
        fields.push_back(std::move(*given[i]));
    }
    return lang::Record{shape, std::move(fields)};
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    std::string part;
    bool quoted = false;
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '\\' && i + 1 < text.size()) {
            part += c;
            part += text[++i];
            continue;
        }
        if (c == '"') quoted = !quoted;
        if (!quoted && (c == '[' || c == '(' || c == '{')) ++depth;
        if (!quoted && (c == ']' || c == ')' || c == '}')) --depth;
        if (c == separator && !quoted && depth == 0) {
            parts.emplace_back(trimmed(part));
            part.clear();
        } else {
            part += c;
        }
    }
    parts.emplace_back(trimmed(part));
    std::erase(parts, std::string());
    return parts;
}

Value literal(std::string_view text, const lang::Type& type, const lang::Site& site) {
    text = trimmed(text);
    if (constexpr std::string_view secret = "secret "; type.kind() == Kind::Secret && text.starts_with(secret))
        return lang::Secret{literal(text.substr(secret.size()), Kind::Text, site).text()};
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return unescaped(text.substr(1, text.size() - 2));
    if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
        std::vector<Value> items;
        const lang::Type element = type.kind() == Kind::List ? type.element() : lang::Type(Kind::Any);
        for (const std::string& item : split(text.substr(1, text.size() - 2), ',')) items.push_back(literal(item, element, site));
        return Value::list(std::move(items));
    }
    if (text.size() >= 2 && text.front() == '{' && text.back() == '}' && type.kind() == Kind::Record)
        return record(text.substr(1, text.size() - 2), type, site);
    return bare_word(text, type, site);
}

std::vector<Value> arguments(std::string_view inside_parentheses, const lang::Signature& signature, const lang::Site& site) {
    std::vector<std::optional<Value>> given(signature.parameters.size());
    std::size_t position = 0;
    for (const std::string& written : split(inside_parentheses, ',')) {
        auto place = position;
        std::string_view value = written;
        for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
            const std::string label = signature.parameters[i].name + ":";
            if (!value.starts_with(label)) continue;
            value.remove_prefix(label.size());
            place = i;
            break;
        }
        if (place >= given.size()) throw Malformed(fmt::format("{} takes no argument '{}'", signature.full_name(), written));
        given[place] = literal(value, signature.parameters[place].type, site);
        ++position;
    }
    std::vector<Value> values;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const lang::Parameter& parameter = signature.parameters[i];
        if (!given[i] && !parameter.default_value)
            throw Malformed(fmt::format("{}: '{}' has no value", signature.full_name(), parameter.name));
        values.push_back(given[i] ? *given[i] : *parameter.default_value);
    }
    return values;
}

}  // namespace fixture
