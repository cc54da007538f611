#include "lang/syntax/read_value.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "lang/model/limits.hpp"

namespace lang {

namespace {

template <typename Number>
std::optional<Number> read_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

bool is_label(std::string_view label) {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; };
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), allowed);
}

bool is_host_name(std::string_view text) {
    if (text.empty() || text.size() > 253) return false;
    // What looks like an IPv4 address and is none is a slip of the finger, not a name.
    if (std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; })) return false;
    while (true) {
        const std::size_t dot = text.find('.');
        if (!is_label(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

}  // namespace

std::optional<Duration> read_duration(std::string_view text) {
    struct Unit {
        std::string_view name;
        std::int64_t milliseconds;
    };
    static constexpr Unit units[] = {{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};
    if (text.empty()) return std::nullopt;
    std::int64_t total = 0;
    const Unit* smallest = nullptr;
    while (!text.empty()) {
        const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
        const auto count = read_number<std::int64_t>(text.substr(0, digits));
        const std::string_view name = text.substr(digits, std::min(text.find_first_of("0123456789", digits), text.size()) - digits);
        const Unit* unit = std::find_if(std::begin(units), std::end(units), [&](const Unit& u) { return u.name == name; });
        if (!count || unit == std::end(units) || (smallest != nullptr && unit <= smallest)) return std::nullopt;
        std::int64_t part = 0;
        if (__builtin_mul_overflow(*count, unit->milliseconds, &part) || __builtin_add_overflow(total, part, &total)) return std::nullopt;
        smallest = unit;
        text.remove_prefix(digits + name.size());
    }
    if (total > longest_duration.count()) return std::nullopt;
    return Duration(total);
}

bool is_address(std::string_view text) {
    const std::string copy(text);
    unsigned char bytes[16];
    return inet_pton(AF_INET, copy.c_str(), bytes) == 1 || inet_pton(AF_INET6, copy.c_str(), bytes) == 1 || is_host_name(text);
}

std::optional<Value> read_value(std::string_view text, const Type& type, const Site* site) {
    switch (type.kind()) {
        case Kind::Bool:
            if (text == "true" || text == "yes") return Value(true);
            if (text == "false" || text == "no") return Value(false);
            return std::nullopt;
        case Kind::Int:
            if (const auto number = read_number<std::int64_t>(text)) return Value(*number);
            return std::nullopt;
        case Kind::Float:
            if (const auto number = read_number<double>(text)) return Value(*number);
            return std::nullopt;
        case Kind::Text:
            return Value(text);
        case Kind::Duration:
            if (const auto duration = read_duration(text)) return Value(*duration);
            return std::nullopt;
        case Kind::Address:
            if (is_address(text)) return Value(text);
            return std::nullopt;
        case Kind::Host:
            if (const Host* host = site == nullptr ? nullptr : site->find_host(text)) return Value(host);
            return std::nullopt;
        case Kind::Enum:
            if (type.members().find(text)) return Value::member(type.enumeration(), text);
            return std::nullopt;
        default:
            return std::nullopt;
    }
}

}  // namespace lang
