// The dialects: a Command becomes one line for the host's login shell. Quoting and masking happen here and nowhere else.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "lang/model/site.hpp"
#include "runtime/command.hpp"
#include "runtime/shell/line.hpp"

namespace runtime {

/// How the command gets its rights.
struct Privilege {
    lang::Become become = lang::Become::None;
    std::optional<std::string> sudo_password;  ///< bytes; goes to sudo's standard input, never into the line
};

/// The language of what a command says.
enum class Language {
    OfAccount,  ///< that of the account that it runs as: actions, and scripts of the site's own
    Plain,      ///< `LC_ALL=C`: whatever is asked so that procrun reads the answer, for words of one language must decide nothing
};

/// POSIX sh:  program → `drbdadm role r0`, with sudo `sudo -n -- drbdadm role r0`;
/// script → `sh -c '…'` only where sudo asks for it. With a password its line is first on standard input: the log-in's shell takes it,
/// `sudo -v` proves it, and what follows is as without one (`sudo -n -- drbdadm role r0`), with the command's own input. sudo must keep
/// what was proved for a moment: with `timestamp_timeout=0` it says "a password is required", and runs nothing. Here as everywhere, a word
/// with a NUL byte is refused by std::invalid_argument, and so is a line that no host takes.
///
/// The plain language is `LC_ALL=C` in front of a program or of sudo, `export LC_ALL=C;` in front of a script, which `shown` leaves out: it
/// is not what is asked. sudo lets it through, as LC_* is in its env_check by default (Debian) or LC_ALL in its env_keep (RHEL), and the
/// command behind `sudo --` stays the one that sudoers names. Where sudoers takes both away, the answer comes in the host's language, and
/// what is not understood is unknown.
Line posix_line(const Command&, const Privilege&, Language = Language::OfAccount);

/// For whoever must read such a line: what stands behind the password, and the command's own input; nothing where there is no password.
std::optional<std::pair<std::string_view, std::string_view>> behind_password(std::string_view line, std::string_view input);

/// Windows: program and script for cmd; PowerShell as `powershell -NoProfile -NonInteractive -EncodedCommand …`, or, where the line
/// would pass cmd's 8191 characters, by standard input, before the command's own. A Quoted part that cmd cannot carry safely (`%`, `"`,
/// line ends) is refused by an exception std::invalid_argument: builtins use PowerShell for values.
Line windows_line(const Command&);

/// What a command's standard input gets. Its reader is not a shell: parts are not quoted.
std::string input_bytes(const Command&);

/// `'it'\''s'`; words of [A-Za-z0-9_@%+=:,./-] stay bare.
std::string posix_quote(std::string_view);
/// `'it''s'` for PowerShell; its typographic quotes end a text as well and are doubled too.
std::string powershell_quote(std::string_view);
/// UTF-8 to base64 of UTF-16LE, as -EncodedCommand takes it, behind a preamble (output in UTF-8, no progress records); and back,
/// without the preamble, for whoever must read a command line.
std::string encode_powershell(std::string_view script);
std::optional<std::string> decode_powershell(std::string_view base64);

/// A line as it is told to a person: a script in base64 is a page of nothing to her.
std::string without_base64(std::string shown);

/// Output bytes to text: UTF-8 stays, UTF-16LE with a mark is converted, marks go, any other byte becomes U+FFFD; CRLF becomes LF.
std::string to_text(std::string_view bytes);

}  // namespace runtime
