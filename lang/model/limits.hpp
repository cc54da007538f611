// What no value may go beyond, before a run and in it.
#pragma once

#include <cstdint>

#include "lang/model/value.hpp"

namespace lang {

/// A hundred years: what a program may write, and what anything may be allowed to take. A sum of such ones and of a time stays far from
/// where 64 bits end.
constexpr Duration longest_duration = std::chrono::hours(24) * 36525;

/// `retry N times`: who waits for more has waited for ever.
constexpr std::int64_t most_attempts = 1'000'000;

}  // namespace lang
