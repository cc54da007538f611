#include "runtime/shell/sudo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace runtime {

namespace {

constexpr int refused = 1;
constexpr int cannot_be_run = 126, not_there = 127;  ///< the shell's words about sudo itself

/// What a program of that name has said for itself.
std::vector<std::string_view> lines_of_sudo(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        // A shell without it says "bash: line 1: sudo: command not found".
        if (line.starts_with("sudo") || line.find(": sudo: ") != line.npos) lines.push_back(line);
    }
    return lines;
}

/// The command is allowed, and not there: that is an answer about the command.
bool says_not_found(std::string_view line, const Command& command) {
    return command.form() == Command::Form::Program && line == fmt::format("sudo: {}: command not found", command.words().front());
}

}  // namespace

bool goes_by_sudo(const Command& command, const Privilege& privilege) {
    return privilege.become == lang::Become::Sudo && command.may_become() &&
           (command.form() == Command::Form::Program || command.form() == Command::Form::Script);
}

bool may_be_sudos_word(const Reply& reply) {
    return reply.ending == Ending::Exited && (reply.code == refused || reply.code == cannot_be_run || reply.code == not_there);
}

std::optional<std::string> not_the_commands(const Command& command, const Reply& reply, const Reply& answer) {
    const auto said = lines_of_sudo(reply.err), warnings = lines_of_sudo(answer.err);
    for (const std::string_view line : said) {
        if (reply.code == refused && says_not_found(line, command)) return std::nullopt;
        if (std::find(warnings.begin(), warnings.end(), line) == warnings.end()) return std::string(line);
    }
    if (answer.ending != Ending::Exited) return fmt::format("whether sudo runs it could not be asked: {}", answer.describe());
    if (answer.code != 0) return fmt::format("sudo does not run it: {}", answer.describe());
    return std::nullopt;
}

}  // namespace runtime
