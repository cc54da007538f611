#include "lang/model/value.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "lang/model/site.hpp"
#include "lang/text/overloaded.hpp"
#include "lang/text/prose.hpp"

namespace lang {

namespace {

/// A text literal of the language: escapes for quotes, backslashes, `${` and control characters.
std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '$' && i + 1 < text.size() && text[i + 1] == '{') {
            out += "\\$";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string show_record(const Record& record) {
    std::string out = "{";
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
        out += fmt::format("{}{}: {}", i == 0 ? "" : ", ", record.type->fields[i].name, record.fields[i].show());
    }
    return out + "}";
}

std::string show_list(const List& list) {
    std::string out = "[";
    for (std::size_t i = 0; i < list.items.size(); ++i) out += (i == 0 ? "" : ", ") + list.items[i].show();
    return out + "]";
}

/// Are all of them equal? One that is not decides, then one that is unknown.
Value all_equal(const std::vector<Value>& left, const std::vector<Value>& right) {
    if (left.size() != right.size()) return false;
    Value result = true;
    for (std::size_t i = 0; i < left.size(); ++i) result = logical_and(result, equal(left[i], right[i]));
    return result;
}

/// As a person reads it, beside the times of the protocol: in the zone of this machine, and named.
std::string local_text(Time time) {
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    return fmt::format("{:%Y-%m-%d %H:%M:%S %Z}", fmt::localtime(seconds));
}

}  // namespace

Value Value::unknown(std::string why, std::string raw) {
    Value value;
    value.payload_ = std::make_shared<const Unknown>(Unknown{.why = prose(std::move(why)), .raw = std::move(raw)});
    return value;
}

Value Value::later(std::string why) {
    Value value;
    value.payload_ = std::make_shared<const Unknown>(Unknown{.why = std::move(why), .raw = {}, .cause = Unknown::Cause::Later});
    return value;
}

Value Value::not_simulated(std::string why, std::string mend) {
    Value value;
    value.payload_ = std::make_shared<const Unknown>(
        Unknown{.why = prose(std::move(why)), .raw = {}, .cause = Unknown::Cause::NotSimulated, .mend = std::move(mend)});
    return value;
}

Value Value::member(const std::shared_ptr<const EnumType>& type, std::string_view name) {
    if (const auto index = type->find(name)) return EnumMember{type, *index};
    return unknown(fmt::format("'{}' is not a {} that this program knows", name, type->name), std::string(name));
}

double Value::number() const {
    if (const auto* integer = std::get_if<std::int64_t>(&payload_)) return static_cast<double>(*integer);
    return get<double>();
}

const std::string& Value::member_name() const {
    const EnumMember& m = member();
    return m.type->members[m.index];
}

const Value& Value::field(std::string_view name) const {
    const Record& r = record();
    const auto index = r.type->find(name);
    assert(index && "the checker promised this field");
    return r.fields[*index];
}

std::string Value::show() const {
    if (const auto* t = std::get_if<Text>(&payload_)) return in_quotes(t->value);
    return plain();
}

std::string Value::plain() const {
    return std::visit(Overloaded{
                          [](std::monostate) -> std::string { return "nothing"; },
                          [](const std::shared_ptr<const Unknown>& u) { return fmt::format("unknown ({})", u->why); },
                          [](bool b) -> std::string { return b ? "true" : "false"; },
                          [](std::int64_t i) { return std::to_string(i); },
                          [](double d) { return fmt::format("{}", d); },
                          [](const Text& t) { return t.value; },
                          [](Duration d) { return lang::show(d); },
                          [](Time t) { return local_text(t); },
                          [](const Host* h) { return h->name; },
                          [](const EnumMember& m) { return m.type->members[m.index]; },
                          [](const std::shared_ptr<const Record>& r) { return show_record(*r); },
                          [](const std::shared_ptr<const List>& l) { return show_list(*l); },
                          [](const std::shared_ptr<const Secret>&) -> std::string { return "***"; },
                      },
                      payload_);
}

std::string show(Duration duration) {
    auto rest = duration.count();
    if (rest == 0) return "0s";
    std::string out;
    auto magnitude = rest < 0 ? 0ULL - static_cast<unsigned long long>(rest) : static_cast<unsigned long long>(rest);
    if (rest < 0) out = "-";
    struct Unit {
        unsigned long long size;
        const char* name;
    };
    for (const Unit unit : {Unit{3'600'000, "h"}, Unit{60'000, "m"}, Unit{1'000, "s"}, Unit{1, "ms"}}) {
        if (magnitude >= unit.size) out += fmt::format("{}{}", magnitude / unit.size, unit.name);
        magnitude %= unit.size;
    }
    return out;
}

std::string show(Time time) {
    // By hand: the library's way over system_clock counts nanoseconds, which end in the year 2262.
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(seconds));
}

const Value& unknown_of(const Value& left, const Value& right) {
    if (!left.is_unknown()) return right;
    return left.is_not_simulated() && right.is_unknown() ? right : left;
}

const Value* unknown_among(const std::vector<Value>& values) {
    const Value* found = nullptr;
    for (const Value& value : values) {
        if (value.is_unknown()) found = found == nullptr ? &value : &unknown_of(*found, value);
    }
    return found;
}

Value as_argument(Value value) {
    if (!std::holds_alternative<std::shared_ptr<const List>>(value.payload())) return value;
    std::vector<Value> items;
    for (const Value& item : value.items()) items.push_back(as_argument(item));
    const Value* unknown = unknown_among(items);
    return unknown == nullptr ? value : *unknown;
}

Value equal(const Value& left, const Value& right) {
    if (left.is_unknown() || right.is_unknown()) return unknown_of(left, right);
    return std::visit(
        Overloaded{
            [](std::int64_t a, double b) -> Value { return static_cast<double>(a) == b; },
            [](double a, std::int64_t b) -> Value { return a == static_cast<double>(b); },
            [](const EnumMember& a, const EnumMember& b) -> Value { return a.index == b.index; },
            [](const std::shared_ptr<const Record>& a, const std::shared_ptr<const Record>& b) { return all_equal(a->fields, b->fields); },
            [](const std::shared_ptr<const List>& a, const std::shared_ptr<const List>& b) { return all_equal(a->items, b->items); },
            [](const std::shared_ptr<const Secret>& a, const std::shared_ptr<const Secret>& b) -> Value { return a->bytes == b->bytes; },
            []<typename A, typename B>(const A& a, const B& b) -> Value {
                if constexpr (std::is_same_v<A, B>) {
                    return a == b;
                } else {
                    return false;
                }
            },
        },
        left.payload(), right.payload());
}

int order(const Value& left, const Value& right) {
    const auto three_way = [](const auto& a, const auto& b) { return a < b ? -1 : (b < a ? 1 : 0); };
    return std::visit(Overloaded{
                          [&](const Text& a, const Text& b) { return three_way(a.value, b.value); },
                          [&](Duration a, Duration b) { return three_way(a, b); },
                          [&](Time a, Time b) { return three_way(a, b); },
                          [&](std::int64_t a, std::int64_t b) { return three_way(a, b); },
                          [&](const auto&, const auto&) { return three_way(left.number(), right.number()); },
                      },
                      left.payload(), right.payload());
}

Value logical_not(const Value& operand) { return operand.is_unknown() ? operand : Value(!operand.boolean()); }

Value logical_and(const Value& left, const Value& right) {
    if (!left.is_unknown() && !left.boolean()) return false;
    if (!right.is_unknown() && !right.boolean()) return false;
    return left.is_unknown() || right.is_unknown() ? unknown_of(left, right) : right;
}

Value logical_or(const Value& left, const Value& right) {
    if (!left.is_unknown() && left.boolean()) return true;
    if (!right.is_unknown() && right.boolean()) return true;
    return left.is_unknown() || right.is_unknown() ? unknown_of(left, right) : right;
}

}  // namespace lang
