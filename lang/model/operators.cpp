#include "lang/model/operators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace lang {

namespace {

using Op = BinaryOp;

template <typename T>
const T* as(const Value& value) {
    return std::get_if<T>(&value.payload());
}

/// What a program may make of texts and lists: one that doubles itself is told, and takes no memory that others need.
constexpr std::size_t longest_text = std::size_t{16} << 20;  // bytes
constexpr std::size_t longest_list = 1'000'000;

const char* sign(Op op) { return op == Op::Plus ? "+" : (op == Op::Minus ? "-" : "*"); }

/// The exact result, or nothing where 64 bits do not hold it.
std::optional<std::int64_t> exact(Op op, std::int64_t left, std::int64_t right) {
    std::int64_t result = 0;
    const bool overflow = op == Op::Plus    ? __builtin_add_overflow(left, right, &result)
                          : op == Op::Minus ? __builtin_sub_overflow(left, right, &result)
                                            : __builtin_mul_overflow(left, right, &result);
    return overflow ? std::nullopt : std::optional(result);
}

Computed too_large(Op op, const Value& left, const Value& right, const char* kind) {
    return {{}, fmt::format("{} {} {} is more than {} can hold", left.show(), sign(op), right.show(), kind)};
}

Computed floats(Op op, const Value& left, const Value& right) {
    const double a = left.number();
    const double b = right.number();
    const double result = op == Op::Plus ? a + b : (op == Op::Minus ? a - b : a * b);
    if (!std::isfinite(result)) return too_large(op, left, right, "a float");
    return {result, {}};
}

/// Milliseconds of a duration, or since 1970, or the factor of a duration.
std::int64_t count(const Value& value) {
    if (const auto* duration = as<Duration>(value)) return duration->count();
    if (const auto* time = as<Time>(value)) return time->time_since_epoch().count();
    return value.integer();
}

Computed durations_and_times(Op op, const Value& left, const Value& right) {
    const bool is_time = (as<Time>(left) != nullptr) != (as<Time>(right) != nullptr);  // time - time is a duration
    const auto result = exact(op, count(left), count(right));
    if (!result) return too_large(op, left, right, is_time ? "a time" : "a duration");
    if (is_time) return {Time(Duration(*result)), {}};
    return {Duration(*result), {}};
}

const std::string& bytes(const Value& value) { return as<Text>(value) != nullptr ? value.text() : value.secret_bytes(); }

bool is_secret(const Value& value) { return as<std::shared_ptr<const Secret>>(value) != nullptr; }

Computed of_too_many(std::size_t most, const char* what) { return {{}, fmt::format("this would have more than {} {}", most, what)}; }

/// The value itself where it is unknown, else the unknown inside it that decides.
const Value* unknown_in(const Value& value);

const Value* unknown_inside(std::span<const Value> values) {
    const Value* decides = nullptr;
    for (const Value& value : values) {
        if (const Value* found = unknown_in(value)) decides = decides == nullptr ? found : &unknown_of(*decides, *found);
    }
    return decides;
}

const Value* unknown_in(const Value& value) {
    if (value.is_unknown()) return &value;
    if (as<std::shared_ptr<const List>>(value) != nullptr) return unknown_inside(value.items());
    if (as<std::shared_ptr<const Record>>(value) != nullptr) return unknown_inside(value.record().fields);
    return nullptr;
}

}  // namespace

Value compare(Op op, const Value& left, const Value& right) {
    if (op == Op::Equal) return equal(left, right);
    if (op == Op::Unequal) return logical_not(equal(left, right));
    if (left.is_unknown() || right.is_unknown()) return unknown_of(left, right);
    const int order = lang::order(left, right);
    switch (op) {
        case Op::Less:
            return order < 0;
        case Op::LessEqual:
            return order <= 0;
        case Op::Greater:
            return order > 0;
        case Op::GreaterEqual:
            return order >= 0;
        default:
            assert(false && "no comparison");
            return {};
    }
}

Computed arithmetic(Op op, const Value& left, const Value& right) {
    if (left.is_unknown() || right.is_unknown()) return {unknown_of(left, right), {}};
    if (as<std::int64_t>(left) != nullptr && as<std::int64_t>(right) != nullptr) {
        const auto result = exact(op, left.integer(), right.integer());
        return result ? Computed{*result, {}} : too_large(op, left, right, "an int");
    }
    if (as<std::shared_ptr<const List>>(left) != nullptr) {
        if (left.items().size() + right.items().size() > longest_list) return of_too_many(longest_list, "elements");
        std::vector<Value> items = left.items();
        items.insert(items.end(), right.items().begin(), right.items().end());
        return {Value::list(std::move(items)), {}};
    }
    const bool are_bytes = is_secret(left) || is_secret(right) || as<Text>(left) != nullptr;
    if (are_bytes && bytes(left).size() + bytes(right).size() > longest_text) return of_too_many(longest_text, "bytes");
    if (is_secret(left) || is_secret(right)) return {Secret{bytes(left) + bytes(right)}, {}};
    if (as<Text>(left) != nullptr) return {left.text() + right.text(), {}};
    for (const Value* side : {&left, &right}) {
        if (as<Duration>(*side) != nullptr || as<Time>(*side) != nullptr) return durations_and_times(op, left, right);
    }
    return floats(op, left, right);
}

Computed negate(const Value& operand) {
    if (operand.is_unknown()) return {operand, {}};
    if (as<double>(operand) != nullptr) return {-operand.number(), {}};
    const auto result = exact(Op::Minus, 0, count(operand));
    const bool is_duration = as<Duration>(operand) != nullptr;
    if (!result) return {{}, fmt::format("-({}) is more than {} can hold", operand.show(), is_duration ? "a duration" : "an int")};
    if (is_duration) return {Duration(*result), {}};
    return {*result, {}};
}

Value interpolate(std::span<const Value> parts) {
    if (const Value* unknown = unknown_inside(parts)) return *unknown;
    std::string text;
    for (const Value& part : parts) {
        text += is_secret(part) ? part.secret_bytes() : part.plain();
        if (text.size() > longest_text) return Value::unknown(of_too_many(longest_text, "bytes").error);
    }
    if (std::any_of(parts.begin(), parts.end(), is_secret)) return Secret{std::move(text)};
    return text;
}

Value joined(std::span<const Value> items) {
    std::vector<Value> all;
    const Value* unknown = nullptr;
    for (const Value& item : items) {
        if (item.is_unknown()) unknown = unknown == nullptr ? &item : &unknown_of(*unknown, item);
    }
    if (unknown != nullptr) return *unknown;
    for (const Value& item : items) {
        if (as<std::shared_ptr<const List>>(item) == nullptr) {
            all.push_back(item);
        } else {
            all.insert(all.end(), item.items().begin(), item.items().end());
        }
        if (all.size() > longest_list) return Value::unknown(of_too_many(longest_list, "elements").error);
    }
    return Value::list(std::move(all));
}

}  // namespace lang
