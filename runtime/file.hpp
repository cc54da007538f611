// The files that people name: a procedure, a site, answers, a secret, known_hosts, a key, the journal.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "lang/model/value.hpp"

namespace runtime {

struct FileBounds {
    /// What is read of it at most; whoever must tell that it is too much allows one byte more than it takes.
    std::size_t bytes = 0;
    /// How long a pipe that another program writes to (`<(…)`, standard input) may say nothing, and how long it may take in all. Zero:
    /// a pipe is refused.
    lang::Duration silence{};
    lang::Duration in_all{};
    /// Asked while a pipe is waited for: has somebody told us to end?
    std::function<bool()> given_up = nullptr;
};

/// What was read, or why nothing was.
struct FileText {
    std::optional<std::string> text;
    std::string why;     ///< "No such file or directory", "it is a FIFO, and a file is expected"
    unsigned mode = 0;   ///< of the file that was read, as stat(2) has it
    bool exists = true;  ///< false: nothing has this name
};

/// One rule for all of them: what is read has a bound in size and is never waited for without one in time. A name that leads to a FIFO, a
/// socket, a directory or a device is refused at once, whoever may be at its other end; /dev/null is an empty file.
FileText read_file(const std::string& path, const FileBounds&);

/// Puts `text` in the place of what is in the file, or makes the file. The same rule: nobody is waited for, and what is not a file is
/// refused
/// (/dev/null takes everything). Why it could not, or nothing.
std::optional<std::string> write_file(const std::string& path, std::string_view text);

/// For what others open by its name (SQLite, libssh): why it must not be handed to them. Nothing of a regular file, or of none at all.
std::optional<std::string> why_no_file(const std::string& path);

}  // namespace runtime
