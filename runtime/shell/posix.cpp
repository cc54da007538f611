#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "runtime/shell/dialect.hpp"
#include "runtime/shell/guard.hpp"
#include "runtime/shell/sudo.hpp"

namespace runtime {

namespace {

/// Linux takes no longer single argument (MAX_ARG_STRLEN), and the whole line is one: sshd hands it to `$SHELL -c`. An action has its
/// guard in front of it.
constexpr std::size_t longest_sh_line = 128 * 1024 - 1 - longest_guard;

/// The shell of the log-in takes the password's line from standard input and gives it to sudo alone, by a pipe; sudo then knows for this
/// shell that it was given, and runs the command without asking. So the command stays the one that sudoers names, and what it reads is its
/// own. Nothing may be left of the line after it: bash would become the last command, and sudo knows the shell by its process. `printf` is
/// the shell's own, so that the password is in no process list.
constexpr std::string_view gives_password = R"(IFS= read -r procrun_password && printf '%s\n' "$procrun_password" | sudo -S -p '' -v && )",
                           keeps_status = "; exit $?";

/// By the shell itself: no other program is needed for it, of which a restricted account has few, and a script stays the log-in shell's
/// own, so that a signal that ends it is seen as one.
constexpr std::string_view plain_program = "LC_ALL=C ", plain_script = "export LC_ALL=C; ";

bool bare_in_sh(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
}

std::string text_of(const Part& part) {
    if (const auto* verbatim = std::get_if<Verbatim>(&part)) return verbatim->text;
    if (const auto* quoted = std::get_if<Quoted>(&part)) return posix_quote(quoted->text);
    throw std::invalid_argument("a secret goes to a command's standard input, never into its line");
}

/// Words for a shell, `sh -c '…'` for a script that somebody else than the login shell must start.
std::string words_of(const Command& command, bool login_shell_runs_it) {
    std::string line;
    if (command.form() == Command::Form::Program) {
        for (const std::string& word : command.words()) line += (line.empty() ? "" : " ") + posix_quote(word);
        return line;
    }
    for (const Part& part : command.parts()) line += text_of(part);
    return login_shell_runs_it ? line : "sh -c " + posix_quote(line);
}

}  // namespace

std::string posix_quote(std::string_view text) {
    if (text.find('\0') != text.npos) throw std::invalid_argument("a word with a NUL byte cannot be passed to a program");
    bool all_bare = !text.empty();
    for (const char c : text) all_bare = all_bare && bare_in_sh(c);
    if (all_bare) return std::string(text);
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string_view("'\\''") : std::string_view(&c, 1);
    return quoted + "'";
}

std::optional<std::pair<std::string_view, std::string_view>> behind_password(std::string_view line, std::string_view input) {
    if (!line.starts_with(gives_password) || !line.ends_with(keeps_status)) return std::nullopt;
    line.remove_prefix(gives_password.size());
    line.remove_suffix(keeps_status.size());
    input.remove_prefix(std::min(input.find('\n'), input.size() - 1) + 1);
    return std::pair(line, input);
}

namespace {

/// `more` are options of sudo's, a blank before each.
std::string through_sudo(std::string_view more, const Command& command, const Privilege& privilege) {
    const std::string line = fmt::format("sudo -n{} -- {}", more, words_of(command, false));
    return privilege.sudo_password ? fmt::format("{}{}{}", gives_password, line, keeps_status) : line;
}

std::string_view in_plain_language(const Command& command, const Privilege& privilege, bool sudo) {
    const bool is_script = sudo ? privilege.sudo_password.has_value() : command.form() == Command::Form::Script;
    return is_script ? plain_script : plain_program;
}

}  // namespace

Line sudo_question(const Command& command, const Privilege& privilege) {
    Line line;
    line.text = through_sudo(" -l", command, privilege);
    if (privilege.sudo_password) line.input = *privilege.sudo_password + "\n";
    line.shown = line.text;
    line.text.insert(0, in_plain_language(command, privilege, true));
    return line;
}

Line posix_line(const Command& command, const Privilege& privilege, Language language) {
    if (command.form() == Command::Form::PowerShell) throw std::invalid_argument("PowerShell runs on Windows hosts only");
    if (command.form() == Command::Form::Request) throw std::invalid_argument("a request is sent to a port, and runs in no shell");
    const bool sudo = goes_by_sudo(command, privilege);
    Line line;
    line.input = input_bytes(command);
    line.text = sudo ? through_sudo("", command, privilege) : words_of(command, true);
    if (sudo && privilege.sudo_password) line.input.insert(0, *privilege.sudo_password + "\n");
    line.shown = line.text;
    if (language == Language::Plain && !command.keeps_language()) line.text.insert(0, in_plain_language(command, privilege, sudo));
    if (line.text.find('\0') != std::string::npos) throw std::invalid_argument("a command line cannot carry a NUL byte");
    if (line.text.size() > longest_sh_line)
        throw std::invalid_argument(fmt::format("the command line has {} bytes, and a host takes {}: pass long texts by standard input",
                                                line.text.size(), longest_sh_line));
    return line;
}

}  // namespace runtime
