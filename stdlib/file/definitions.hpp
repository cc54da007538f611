// The lines of an env file that define variables: found, read, and with other addresses in them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/model/value.hpp"

namespace stdlib::file {

/// A name that a shell and docker compose take: letters, digits and `_`, no digit first.
bool is_variable(std::string_view name);

/// Why it is not a name of one; nothing where it is.
std::optional<std::string> no_variable(std::string_view name);

/// Why it is not a file's path from the root; nothing where it is one.
std::optional<std::string> no_path(std::string_view path);

/// For `grep -E`: the lines that define one of these. Nothing else of the file is read: it holds passwords.
std::string pattern_of(const std::vector<std::string>& variables);

struct Definition {
    std::int64_t line = 0;  ///< from 1
    std::string variable;
    std::string text;  ///< the whole line
};

/// What `grep -n` prints; nothing where a line of it is none of these definitions.
std::optional<std::vector<Definition>> definitions_from(std::string_view grep);

/// What stands behind the `=`, blanks around it removed.
std::string_view value_of(std::string_view line);

/// The value as every reader of such files takes it: in quotes or without. Unknown where they differ: `$`, a backslash, a comment
/// behind the value, a quote inside.
lang::Value plain_value(std::string_view line);

/// Is it there as a whole? 10.0.0.1 is not part of 10.0.0.11, of 110.0.0.1 or of the range 10.0.0.1-10.0.0.9.
bool has_address(std::string_view text, std::string_view address);

using Exchange = std::vector<std::pair<std::string, std::string>>;  ///< from, to

/// The line with every whole address of the value exchanged, all at the same time.
std::string exchanged(std::string_view line, const Exchange&);

}  // namespace stdlib::file
