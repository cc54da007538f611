#include "runtime/shell/sudoers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace runtime {

namespace {

/// Programs that run what they are told to: who may start one as root, with arguments or input of his own, may do everything.
constexpr std::array<std::string_view, 9> shells = {"bash", "busybox", "dash", "env", "ksh", "sh", "sudo", "xargs", "zsh"};

/// sudoers(5): what ends a command or parts it, and what fnmatch(3) and regular expressions give a meaning. A backslash passes both
/// readers, so it is written four times.
std::string escaped(std::string_view word) {
    constexpr std::string_view special = ",:=#!*?[]^ \t";
    std::string text;
    for (const char c : word) {
        if (c == '\\') {
            text += "\\\\\\\\";
        } else {
            if (special.find(c) != special.npos) text += '\\';
            text += c;
        }
    }
    return text;
}

bool has_control(std::string_view word) {
    return std::any_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; });
}

std::string path_of(const std::string& program, const ProgramPaths& paths) {
    if (program.starts_with('/')) return program;
    const auto known = paths.find(program);
    return known == paths.end() ? "/usr/bin/" + program : known->second;
}

/// sudoers takes any name in quotes; a bare word in capitals would be an alias, and some signs mean something.
std::string account(const lang::Host& host) {
    if (host.user.empty()) return "ACCOUNT";
    const bool plain = std::all_of(host.user.begin(), host.user.end(),
                                   [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; });
    if (plain) return host.user;
    std::string quoted = "\"";
    for (const char c : host.user) quoted += c == '"' || c == '\\' ? fmt::format("\\{}", c) : std::string(1, c);
    return quoted + "\"";
}

}  // namespace

std::string sudoers_line(const lang::Host& host, const SudoersCommand& command) {
    return fmt::format("{} ALL=(root) {}{}", account(host), host.sudo_password ? "" : "NOPASSWD: ", command.text);
}

std::variant<SudoersCommand, NotNarrow> sudoers_command(const Command& command, const ProgramPaths& paths) {
    if (command.form() != Command::Form::Program)
        return NotNarrow{"it is a script of sh, and whoever may run sh as root may run everything"};
    const std::vector<std::string>& words = command.words();
    const std::string path = path_of(words.front(), paths);
    const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
    if (std::find(shells.begin(), shells.end(), name) != shells.end())
        return NotNarrow{fmt::format("{} runs what it is told to: whoever may start it as root may run everything", name)};
    std::string arguments;
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (has_control(words[i])) return NotNarrow{fmt::format("an argument of {} has a line end, and a line of sudoers cannot", name)};
        arguments += (i > 1 ? " " : "") + escaped(words[i]);
    }
    // Without arguments a line would allow all of them. A line that ends in an empty one would lose it.
    if (words.size() > 1 && (arguments.empty() || words.back().empty()))
        return NotNarrow{fmt::format("the last argument of {} is empty, and sudoers cannot tell that from none", name)};
    return SudoersCommand{fmt::format("{} {}", escaped(path), arguments.empty() ? "\"\"" : arguments)};
}

}  // namespace runtime
