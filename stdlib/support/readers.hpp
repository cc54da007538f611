// What verbs of several modules take alike: names, words, numbers within bounds. Each is asked before a run of what is known then, and
// before each call of the rest (lang::Reader).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/module.hpp"

namespace stdlib::support {

/// May the parameter be left empty?
enum class Empty { Refused, Taken };

/// As a reader what says of a text why it cannot be meant; nothing where it can. What is empty, but may be, is not read at all.
lang::Reader text_reader(std::optional<std::string> (*why)(std::string_view), Empty = Empty::Refused);

/// Of everything that has a name and becomes a word of a command: "a resource" is not empty, has neither blanks nor control characters,
/// and does not begin with `-`, which would be an option.
std::optional<std::string> no_name_of(std::string_view what, std::string_view name);

/// A tab, a line end, a NUL byte, and the other bytes below the blank.
bool has_control(std::string_view text);

/// A duration of more than 0s.
lang::Reader longer_than_nothing();

/// `port`: what a request can be sent to.
lang::Reader port_reader();

}  // namespace stdlib::support
