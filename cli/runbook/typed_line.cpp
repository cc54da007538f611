#include "cli/runbook/typed_line.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "cli/runbook/request_by_hand.hpp"
#include "runtime/connection/net/network.hpp"
#include "runtime/shell/dialect.hpp"

namespace cli::show {

namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

/// A line as procrun would send it, as a person types it. PowerShell is sent encoded, which nobody types.
std::string as_typed(std::string shown) {
    if (shown.find("-EncodedCommand") != std::string::npos) return {};
    replace_all(shown, "sudo -n -- ", "sudo ");
    return shown;
}

std::string words_of(const std::vector<runtime::Part>& parts) {
    std::string text;
    for (const runtime::Part& part : parts) {
        if (const auto* verbatim = std::get_if<runtime::Verbatim>(&part)) text += verbatim->text;
        if (const auto* quoted = std::get_if<runtime::Quoted>(&part)) text += quoted->text;
        if (std::holds_alternative<runtime::Hidden>(part)) text += "***";
    }
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

/// What a person types in its place. Nothing for a script of procrun's own which has no such words: it does at once what a person does with
/// an editor, and the doc says it.
std::optional<runtime::Command> by_a_person(const runtime::Command& command) {
    if (!command.typed().empty()) return runtime::Command::program(command.typed());
    const std::vector<std::string>& words = command.words();
    const bool ours = words.size() > 4 && words[0] == "sh" && words[1] == "-s";
    return ours ? std::nullopt : std::optional(command);
}

/// Empty where no line of a shell can carry it: a run would be refused there, and a person finds her own way.
std::string shown_line(const lang::Host& host, const runtime::Command& command, const runtime::Privilege& privilege) {
    try {
        return runtime::line_for(host, command, privilege).shown;
    } catch (const std::invalid_argument&) {
        return {};
    }
}

/// What prints it, in one line. `echo` is for what every shell's prints alike.
std::string printed(const std::string& input) {
    if (input.find_first_of("\\\n") == std::string::npos && !input.starts_with('-')) return "echo " + runtime::posix_quote(input);
    std::string order = "printf '%s\\n'";
    std::istringstream in(input);
    for (std::string line; std::getline(in, line);) order += ' ' + runtime::posix_quote(line);
    return order;
}

}  // namespace

std::string why_not_typed(const runtime::Command& sent, const lang::Host& host) {
    if (sent.form() == runtime::Command::Form::Request) return "what is requested depends on what is found there";
    const auto by_hand = by_a_person(sent);
    if (!by_hand) return "a run sends a script of procrun's own for it";
    runtime::Privilege privilege;
    if (by_hand->may_become()) privilege.become = host.become;
    const std::string line = shown_line(host, *by_hand, privilege);
    if (line.empty()) return "no line of a shell there can carry it";
    return as_typed(line).empty() ? "a run sends it to PowerShell encoded" : "what is typed depends on what is found there";
}

std::string as_typed(const runtime::Command& sent, const lang::Host& host) {
    if (sent.form() == runtime::Command::Form::Request)
        return request_as_typed(sent.request(), sent.other_host() != nullptr ? *sent.other_host() : host, words_of(sent.input()));
    const auto by_hand = by_a_person(sent);
    if (!by_hand) return {};
    const runtime::Command& command = *by_hand;
    runtime::Privilege privilege;
    if (command.may_become()) privilege.become = host.become;
    const std::string line = as_typed(shown_line(host, command, privilege));
    const std::string input = words_of(command.input());
    // Where it is so already, an action may have nothing to say to its tool: then there is nothing to be typed either.
    if (input.empty() && !command.input().empty()) return {};
    return line.empty() || input.empty() ? line : fmt::format("{} | {}", printed(input), line);
}

std::string as_typed(const std::vector<runtime::Command>& commands, const lang::Host& host) {
    std::vector<std::string> lines;
    for (const runtime::Command& command : commands) {
        lines.push_back(as_typed(command, host));
        if (lines.back().empty()) return {};
    }
    return fmt::format("{}", fmt::join(lines, "; "));
}

std::string why_not_typed(const std::vector<runtime::Command>& commands, const lang::Host& host) {
    const auto silent =
        std::find_if(commands.begin(), commands.end(), [&](const runtime::Command& command) { return as_typed(command, host).empty(); });
    return silent == commands.end() ? "a run needs no command for it" : why_not_typed(*silent, host);
}

std::string as_typed(const std::vector<std::string>& words, const lang::Host& host) {
    std::string line;
    for (const std::string& word : words) {
        if (line.empty()) {
            line = word;
        } else {
            line += ' ' + (host.os == lang::Os::Windows ? runtime::powershell_quote(word) : runtime::posix_quote(word));
        }
    }
    return line;
}

}  // namespace cli::show
