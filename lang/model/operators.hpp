// What the operators of the language compute. One meaning for the run and for the check, which folds constants with it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lang/model/value.hpp"

namespace lang {

enum class BinaryOp { Or, And, Equal, Unequal, Less, LessEqual, Greater, GreaterEqual, Plus, Minus, Times };

/// `all s in stores: …`, and of how many elements what is said must be true.
enum class Quantifier { All, Any, No, Exactly };

/// A value, or the reason why there is none: a statement that needs it fails. Overflow is such a reason; *unknown* is a value.
struct Computed {
    Value value;
    std::string error;  ///< a sentence without a full stop; empty where there is a value

    bool failed() const { return !error.empty(); }
};

/// `== != < <= > >=` over what the checker lets be compared. An unknown operand makes the answer unknown, the left one first.
Value compare(BinaryOp, const Value& left, const Value& right);

/// `+ - *`, for
///   int and float       a float as soon as one of them is one
///   duration            ± duration, and an int times a duration (either way round)
///   time                ± duration, and time - time, which is a duration
///   text, secret        + : a secret as soon as one of them is one
///   list                +
/// A text of more than 16 MiB and a list of more than a million elements are too much, as a number is that 64 bits do not hold.
/// An unknown operand makes the answer unknown. There is no division.
Computed arithmetic(BinaryOp, const Value& left, const Value& right);

/// `-a` of an int, a float or a duration.
Computed negate(const Value&);

/// `"to ${host} within ${limit}"`, part by part. A part that is unknown, however deep, makes the text unknown; a part that is a
/// secret makes it a secret. One of more than 16 MiB is unknown.
Value interpolate(std::span<const Value> parts);

/// `[tel, jb, acd-lb1]`: lists among the items are joined. An unknown item makes the list unknown: its length is unknown. So
/// does a length of more than a million.
Value joined(std::span<const Value> items);

}  // namespace lang
