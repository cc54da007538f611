// What stands between us and a host's programs: the log-in shell of the account. One line, asked before any other, proves what it does
// with ours, so that nothing a log-in says is taken for the answer of a command.
#pragma once

#include <string>

#include "lang/model/site.hpp"
#include "runtime/command.hpp"
#include "runtime/shell/line.hpp"

namespace runtime {

struct LoginShell {
    enum class Kind {
        Posix,    ///< runs our lines as they are: sh, bash, dash, ksh, and rbash within its limits
        Foreign,  ///< runs them, but reads quotes in its own way (fish, tcsh, zsh): sh gets them on its standard input
        Cmd,      ///< Windows' cmd
        Coarse,   ///< PowerShell: every exit status but 0 arrives as 1
        Gate,     ///< refused the line with an exit status other than 0, as a forced command does that lets only some lines through
        Closed,   ///< anything else: what it says cannot be told from a refusal
    } kind = Kind::Closed;
    std::string mark = {};  ///< where the log-in writes something first: stands on a line between that and a command's own output
    int refusal = 0;        ///< a Gate's exit status
    std::string why = {};   ///< of Coarse, Gate and Closed: what was expected, what came and what to do
};

/// Asks for a word on standard output, which holds `nonce` and what shells read differently, and for an exit status that no shell
/// gives by itself. Needs nothing but `printf` and `exit`, so that a restricted shell can answer.
Line login_question(lang::Os, const std::string& nonce);

/// What the reply to it, which must have ended by itself or by a signal, proves.
LoginShell login_shell_of(lang::Os, const std::string& nonce, const Reply&);

/// The line as such a log-in shell takes it: still one line, sent once. A Gate knows lines as people write them, and gets those.
Line dressed(const Line&, const LoginShell&);

/// Another one each time: "procrun-5f0c…".
std::string new_nonce();

}  // namespace runtime
