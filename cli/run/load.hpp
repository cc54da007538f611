// From a file name to a checked program, with every finding shown.
#pragma once

#include "cli/command/all.hpp"
#include "lang/check/api.hpp"
#include "runtime/file.hpp"

namespace cli {

/// A mistake on the command line: exit code 2.
struct UsageError {
    std::string message;
};

/// A file of texts, at most 4 MiB (and one byte, so that whoever reads it sees that it is too much). It may be a pipe, `<(…)`, which has to
/// say something every now and then and comes to an end; a signal ends the waiting.
runtime::FileText read_text(const std::string& path);

/// The same for who has no use for the reason.
std::optional<std::string> read_file(const std::string& path);

/// Checks and writes all findings to standard error. The program is null where there are errors. Throws UsageError where
/// the file cannot be read.
lang::Checked load(const Source&);

}  // namespace cli
