// Standard output and standard error: all that procrun writes there goes through here.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "cli/terminal/screen.hpp"

namespace cli {

/// One rule for both streams: one that cannot be written (closed, a full disk, a limit of its size, a reader that has gone) throws nothing
/// and ends nothing. It is remembered instead, and `told` says it at the end. Callable from any thread.
void write(std::FILE* to, std::string_view text);
/// The same, for somebody who waits for it.
void write_at_once(std::FILE* to, std::string_view text);

/// A text as `visible` shows it, anything else as it is.
template <typename Value>
decltype(auto) harmless(const Value& value) {
    if constexpr (std::is_convertible_v<const Value&, std::string_view>) {
        return visible(value);
    } else {
        return (value);
    }
}

/// Standard output: what the command is for. Whatever a file or a host made of the texts in it, they cannot move the cursor.
template <typename... Values>
void print(fmt::format_string<decltype(harmless(std::declval<const Values&>()))...> format, const Values&... values) {
    write(stdout, fmt::format(format, harmless(values)...));
}

/// Standard error, in the same way: what is to be said besides.
template <typename... Values>
void say(fmt::format_string<decltype(harmless(std::declval<const Values&>()))...> format, const Values&... values) {
    write(stderr, fmt::format(format, harmless(values)...));
}

/// Before anything is opened: a stream that was closed stays unwritable, and no file that is opened later gets its number. What SIGPIPE and
/// SIGXFSZ would end with is told by the call that writes. Commands that are started later have these signals as they were.
void open_streams();

/// What a command is for decides what lost output means for it.
enum class Purpose {
    Output,  ///< it is for what it writes: lost, it has failed
    Deed,    ///< what it does, and how that ended, is its exit code, whoever could read of it
};

/// At the end: says on standard error, where that can be written, that not everything was written, and `elsewhere` (such as "the journal
/// has it"), once. Answers the exit code: 1 in place of 0 where output was lost that the command was for.
int told(int exit_code, Purpose, std::string_view elsewhere = {});

}  // namespace cli
