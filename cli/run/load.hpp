// From a file name to a checked program, with every finding shown.
#pragma once

#include "cli/command/all.hpp"
#include "lang/check/api.hpp"

namespace cli {

/// A mistake on the command line: exit code 2.
struct UsageError {
    std::string message;
};

/// Reads a file of at most 4 MiB; nothing where it cannot be read.
std::optional<std::string> read_file(const std::string& path);

/// "No such file or directory": of one that read_file could not read.
std::string why_unreadable(const std::string& path);

/// Checks and writes all findings to standard error. The program is null where there are errors. Throws UsageError where
/// the file cannot be read.
lang::Checked load(const Source&);

}  // namespace cli
