// The dialects: a Command becomes one line for the host's login shell. Quoting and masking happen here and nowhere else.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lang/site.hpp"
#include "runtime/command.hpp"
#include "runtime/host/connection.hpp"

namespace runtime {

/// How the command gets its rights.
struct Privilege {
    lang::Become become = lang::Become::None;
    std::optional<std::string> sudo_password;  ///< bytes; goes to sudo's standard input, never into the line
};

/// POSIX sh:  program → `drbdadm role r0`, with sudo `sudo -n -- drbdadm role r0`;
/// script → `sh -c '…'` only where sudo asks for it. With a password: `sudo -S -p '' -- …`, its line first on standard input.
Line posix_line(const Command&, const Privilege&);

/// Windows: program and script for cmd; PowerShell as `powershell -NoProfile -NonInteractive -EncodedCommand …`, or, where the line
/// would pass cmd's 8191 characters, by standard input. A Quoted part that cmd cannot carry safely (`%`, `"`, line ends) is refused
/// by an exception std::invalid_argument: builtins use PowerShell for values.
Line windows_line(const Command&);

/// The one for the host's operating system.
Line line_for(const lang::Host&, const Command&, const Privilege&);

/// `'it'\''s'`; words of [A-Za-z0-9_@%+=:,./-] stay bare.
std::string posix_quote(std::string_view);
/// `'it''s'` for PowerShell.
std::string powershell_quote(std::string_view);
/// UTF-8 to base64 of UTF-16LE, as -EncodedCommand takes it, and back (for whoever must read a command line).
std::string encode_powershell(std::string_view script);
std::optional<std::string> decode_powershell(std::string_view base64);

/// Output bytes to text: UTF-8 stays, UTF-16LE with a mark is converted, any other byte becomes U+FFFD; CRLF becomes LF.
std::string to_text(std::string_view bytes);

}  // namespace runtime
