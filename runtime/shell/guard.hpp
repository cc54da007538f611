// A command line that tests by itself, on its host, that no newer run has been there: a process that was paused may wake up at any moment,
// also between its last look at the lock and the sending.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/shell/line.hpp"

namespace runtime {

struct Guard {
    // Where the number of the newest run may stand: directories with a file `newest`, whose first line it is.
    std::string prepared;     ///< nobody but whom the administrator has put there writes to it
    std::string common;       ///< where others can make one: it counts if it is the log-in's own, and no link
    std::int64_t number = 0;  ///< of this run: a greater one keeps the line from doing anything
};

/// Bytes that a guard adds to a line, at most.
inline constexpr std::size_t longest_guard = 1024;

/// For a POSIX shell. What is not there, is another's or is not the log-in's to read keeps nothing back. Needs no program, so that a
/// restricted account can answer, and no round trip. `shown` stays: the test is not what is asked.
Line guarded(Line, const Command&, const Guard&);

/// How a line ends, and all that it says, where its guard has kept the command from being run.
inline constexpr int guard_status = 75;  // sysexits.h: not now
inline constexpr std::string_view guard_word = "procrun-newer-run";

/// Has the guard kept the command from being run?
bool kept_back(const Reply&);

/// For whoever must read such a line: the guard, and the line behind it; nothing where there is no guard.
std::optional<std::pair<Guard, std::string_view>> read_guard(std::string_view line);

}  // namespace runtime
