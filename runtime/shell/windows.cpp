#include <fmt/format.h>
#include <algorithm>

#include <stdexcept>

#include "runtime/encoding/base64.hpp"
#include "runtime/encoding/unicode.hpp"
#include "runtime/shell/dialect.hpp"

namespace runtime {

namespace {

constexpr std::size_t longest_cmd_line = 8191;

constexpr std::string_view powershell = "powershell -NoProfile -NonInteractive -EncodedCommand ";

/// Before every script: output as UTF-8 instead of the console's code page, and no progress records on standard error.
constexpr std::string_view preamble = "$ProgressPreference='SilentlyContinue';[Console]::OutputEncoding=[Text.Encoding]::UTF8;";

/// For a script that is too long for a line: it comes as the first line of standard input, as base64 of its UTF-8.
constexpr std::string_view read_script =
    "Invoke-Expression([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String([Console]::In.ReadLine())))";

bool bare_in_cmd(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_@+:./\\-").find(c) != std::string_view::npos;
}

/// For cmd and for the program's own reading of its arguments: backslashes before the closing quote count double there.
std::string cmd_quote(std::string_view text) {
    bool all_bare = !text.empty();
    for (const char c : text) {
        if (c == '%' || c == '"' || static_cast<unsigned char>(c) < ' ')
            throw std::invalid_argument(fmt::format("cmd cannot carry {} safely: use PowerShell for values", c == '%' ? "a percent sign"
                                                                                                             : c == '"'
                                                                                                                 ? "a double quote"
                                                                                                                 : "a control character"));
        all_bare = all_bare && bare_in_cmd(c);
    }
    if (all_bare) return std::string(text);
    const std::size_t last = text.find_last_not_of('\\');
    const std::size_t backslashes = text.size() - (last == std::string_view::npos ? 0 : last + 1);
    return fmt::format("\"{}{}\"", text, std::string(backslashes, '\\'));
}

template <typename Quote>
std::string script_of(const Command& command, Quote quote) {
    std::string script;
    for (const Part& part : command.parts()) {
        if (const auto* verbatim = std::get_if<Verbatim>(&part))
            script += verbatim->text;
        else if (const auto* quoted = std::get_if<Quoted>(&part))
            script += quote(quoted->text);
        else
            throw std::invalid_argument("a secret goes to a command's standard input, never into its line");
    }
    if (script.find('\0') != script.npos) throw std::invalid_argument("a script cannot carry a NUL byte");
    return script;
}

}  // namespace

std::string powershell_quote(std::string_view text) {
    if (text.find('\0') != text.npos) throw std::invalid_argument("a text with a NUL byte cannot be passed to PowerShell");
    std::string quoted = "'";
    while (!text.empty()) {
        const std::string_view before = text;
        const auto character = take_utf8(text);
        const std::string_view bytes = before.substr(0, before.size() - text.size());
        // PowerShell ends a text at the typographic quotes as well.
        const bool ends_text = character && (*character == U'\'' || (*character >= U'\u2018' && *character <= U'\u201B'));
        quoted.append(bytes).append(ends_text ? bytes : "");
    }
    return quoted + "'";
}

std::string encode_powershell(std::string_view script) {
    const auto utf16 = utf8_to_utf16le(std::string(preamble).append(script));
    if (!utf16) throw std::invalid_argument("PowerShell takes text in UTF-8 only, and this script has other bytes in it");
    return to_base64(*utf16);
}

std::optional<std::string> decode_powershell(std::string_view base64) {
    const auto utf16 = from_base64(base64);
    if (!utf16 || utf16->size() % 2 != 0) return std::nullopt;
    std::string script = utf16le_to_utf8(*utf16);
    if (script.starts_with(preamble)) script.erase(0, preamble.size());
    return script;
}

Line windows_line(const Command& command) {
    Line line;
    line.input = input_bytes(command);
    switch (command.form()) {
        case Command::Form::Program:
            for (const std::string& word : command.words()) line.text += (line.text.empty() ? "" : " ") + cmd_quote(word);
            break;
        case Command::Form::Script:
            line.text = script_of(command, cmd_quote);
            if (line.text.find_first_of("\r\n") != std::string::npos)
                throw std::invalid_argument("cmd reads one line: a script of several lines needs PowerShell");
            break;
        case Command::Form::PowerShell: {
            const std::string script = script_of(command, powershell_quote);
            line.text = std::string(powershell) + encode_powershell(script);
            if (line.text.size() > longest_cmd_line) {
                line.text = std::string(powershell) + encode_powershell(read_script);
                line.input = to_base64(std::string(preamble) + script) + "\r\n" + line.input;
            }
            break;
        }
        case Command::Form::Request:
            throw std::invalid_argument("a request is sent to a port, and runs in no shell");
    }
    if (line.text.size() > longest_cmd_line)
        throw std::invalid_argument(
            fmt::format("the command line has {} characters, and cmd takes {}", line.text.size(), longest_cmd_line));
    line.shown = line.text;
    return line;
}

std::string without_base64(std::string shown) {
    constexpr std::string_view marker = "-EncodedCommand ";
    for (std::size_t at = shown.find(marker); at != std::string::npos; at = shown.find(marker, at)) {
        at += marker.size();
        const std::size_t end = std::min(shown.find_first_of(" \n;", at), shown.size());
        shown.replace(at, end - at, "…");
    }
    return shown;
}

}  // namespace runtime
