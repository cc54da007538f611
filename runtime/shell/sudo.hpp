// sudo ends with 1 where it does not run a command, and so do many commands: whose word an exit status is.
#pragma once

#include <optional>
#include <string>

#include "runtime/command.hpp"
#include "runtime/shell/dialect.hpp"

namespace runtime {

/// Does this command go through sudo?
bool goes_by_sudo(const Command&, const Privilege&);

/// Could sudo, or the shell that looked for it, have ended like this instead of the command? sudo(8): 1 for all that it refuses.
bool may_be_sudos_word(const Reply&);

/// `sudo -n -l -- WORDS`, behind the password where there is one: would it run the command? Runs nothing.
Line sudo_question(const Command&, const Privilege&);

/// Why the reply is not known to be the command's own, where it may be sudo's word; `answer` is that to the question, asked afterwards.
/// It is the command's where sudo would run it and has said nothing for itself: `sudo -l` alone does not tell whether a password would
/// be asked for, and a refusal always says so in a line that begins with sudo's name. Lines that it writes in its answer as well are no
/// refusal ("sudo: unable to resolve host").
std::optional<std::string> not_the_commands(const Command&, const Reply& reply, const Reply& answer);

}  // namespace runtime
