// A command as sudoers allows it: this one, with these arguments, and nothing else as root.
#pragma once

#include <map>
#include <string>
#include <variant>

#include "lang/model/site.hpp"
#include "runtime/command.hpp"

namespace runtime {

/// What stands behind `NOPASSWD: `.
struct SudoersCommand {
    std::string text;  ///< "/usr/sbin/drbdadm role r0"
};
/// Why no line can allow just it, one clause.
struct NotNarrow {
    std::string why;
};

/// Where programs are that are not in /usr/bin.
using ProgramPaths = std::map<std::string, std::string>;

/// Of a command that goes through sudo. Nothing in the line is a pattern: what sudoers reads as one is escaped, and arguments that are
/// not there are said to be none. sudo compares the arguments joined by blanks, so it does not tell "a b" from "a" and "b".
std::variant<SudoersCommand, NotNarrow> sudoers_command(const Command&, const ProgramPaths&);

/// `procrun ALL=(root) NOPASSWD: /usr/sbin/drbdadm role r0`, for the host's user, or for ACCOUNT where the site names none.
std::string sudoers_line(const lang::Host&, const SudoersCommand&);

}  // namespace runtime
