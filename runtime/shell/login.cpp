#include "runtime/shell/login.hpp"

#include <fmt/format.h>

#include <random>
#include <string_view>

namespace runtime {

namespace {

constexpr int asked_status = 37;
/// PowerShell's for a program that failed, whatever its own was.
constexpr int coarse_status = 1;

/// In single quotes a backslash is special in fish and `\!` in tcsh; a bare word that begins with `=` is in zsh. Who gives all of it
/// back reads quotes as POSIX says.
constexpr std::string_view in_quotes = R"(\\!)";
constexpr std::string_view bare = "=sh";

/// Holds no backslash, no `!` and no line end, so that every shell passes it on as it is. `read` takes one line and leaves the rest of
/// standard input, the command's own, alone.
constexpr std::string_view read_by_sh = R"sh(exec /bin/sh -c 'IFS= read -r procrun_line; eval "$(printf %b "$procrun_line")"')sh";

std::string_view first_line(std::string_view text) {
    constexpr std::size_t longest = 100;
    while (text.starts_with('\n') || text.starts_with('\r')) text.remove_prefix(1);
    return text.substr(0, text.find_first_of("\r\n")).substr(0, longest);
}

/// As a foreign shell's sh reads it back: one line, whatever the script holds.
std::string in_one_line(std::string_view script) {
    std::string line;
    for (const char c : script) {
        if (c == '\\')
            line += R"(\\)";
        else if (c == '\n')
            line += R"(\n)";
        else
            line += c;
    }
    return line + '\n';
}

/// What came behind the nonce, of a shell of Linux: "\\!|=sh|", or what it made of that.
std::optional<LoginShell::Kind> read_posix(std::string_view rest) {
    const auto end = rest.find('|');
    if (end == rest.npos || rest.find_first_of("\r\n") != rest.npos || rest.find('|', end + 1) != rest.size() - 1) return std::nullopt;
    const std::string_view quoted = rest.substr(0, end), word = rest.substr(end + 1, rest.size() - end - 2);
    if (quoted == in_quotes && word == bare) return LoginShell::Kind::Posix;
    if (quoted != in_quotes && quoted != R"(\!)" && quoted != "!") return std::nullopt;
    return word == bare || word.starts_with('/') ? std::optional(LoginShell::Kind::Foreign) : std::nullopt;
}

std::optional<LoginShell::Kind> read_windows(std::string_view rest, int code) {
    if (rest.find_first_not_of(" \r\n") != rest.npos) return std::nullopt;
    return code == coarse_status ? LoginShell::Kind::Coarse : LoginShell::Kind::Cmd;
}

std::string how_it_ended(const Reply& reply) {
    return reply.ending == Ending::Exited ? fmt::format("exit {}", reply.code) : fmt::format("signal {}", reply.signal);
}

LoginShell not_run(const Reply& reply) {
    const std::string_view words = first_line(reply.err.empty() ? reply.out : reply.err);
    // With the status that was asked for it has run the line, and has said something else besides.
    const bool refused = reply.ending == Ending::Exited && reply.code != 0 && reply.code != asked_status;
    return {
        .kind = refused ? LoginShell::Kind::Gate : LoginShell::Kind::Closed,
        .refusal = reply.code,
        .why = fmt::format("the log-in does not run what it is sent: asked for a word and exit {}, it gave {} and {}; it needs a shell, a "
                           "password that has not expired, a profile that does not end it, and no forced command in its way",
                           asked_status, words.empty() ? "nothing" : fmt::format("'{}'", words), how_it_ended(reply))};
}

}  // namespace

Line login_question(lang::Os os, const std::string& nonce) {
    Line line;
    line.text = os == lang::Os::Windows ? fmt::format("cmd /d /c \"echo {}& exit {}\"", nonce, asked_status)
                                        : fmt::format("printf '%s|' '{}{}' {}; exit {}", nonce, in_quotes, bare, asked_status);
    line.shown = line.text;
    return line;
}

LoginShell login_shell_of(lang::Os os, const std::string& nonce, const Reply& reply) {
    const bool windows = os == lang::Os::Windows;
    const auto at = reply.out.find(nonce);
    if (at == std::string::npos) return not_run(reply);
    const std::string_view rest = std::string_view(reply.out).substr(at + nonce.size());
    const auto kind = windows ? read_windows(rest, reply.code) : read_posix(rest);
    if (!kind) return not_run(reply);

    LoginShell shell{.kind = *kind, .mark = at == 0 ? std::string() : nonce};
    const bool comes_back = reply.ending == Ending::Exited && (reply.code == asked_status || *kind == LoginShell::Kind::Coarse);
    if (!comes_back)
        return {
            .kind = LoginShell::Kind::Closed,
            .why = fmt::format("the log-in runs what it is sent, but does not give its exit status back: asked for exit {}, it ended with "
                               "{}; its profile must not change that",
                               asked_status, how_it_ended(reply))};
    if (*kind == LoginShell::Kind::Coarse)
        shell.why = fmt::format("the log-in shell gives no exit status back but 0 and {}: asked for exit {}, it ended with exit {}",
                                coarse_status, asked_status, reply.code);
    return shell;
}

Line dressed(const Line& line, const LoginShell& shell) {
    Line dressed = line;
    if (shell.kind == LoginShell::Kind::Gate && !line.shown.empty()) dressed.text = line.shown;
    if (!shell.mark.empty())
        dressed.text = fmt::format("echo {}{} {}", shell.mark, shell.kind == LoginShell::Kind::Cmd ? "&" : ";", line.text);
    if (shell.kind == LoginShell::Kind::Foreign) {
        dressed.input = in_one_line(dressed.text) + line.input;
        dressed.text = read_by_sh;
    }
    return dressed;
}

std::string new_nonce() {
    std::random_device random;
    return fmt::format("procrun-{:08x}{:08x}", random(), random());
}

}  // namespace runtime
