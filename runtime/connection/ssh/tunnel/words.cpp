#include "runtime/connection/ssh/tunnel/words.hpp"

#include <fmt/format.h>

namespace runtime {

namespace {

bool is_control(char c) { return (c >= 0 && c < ' ') || c == 0x7F; }

std::optional<std::string> why_no_word(std::string_view name, std::string_view forbidden) {
    if (name.empty()) return "is empty";
    if (name.front() == '-') return "begins with \"-\": a program that gets it would take it for an option";
    for (const char c : name) {
        if (is_control(c)) return "has a control character in it";
        if (forbidden.find(c) != std::string_view::npos)
            return fmt::format("has {} in it, which a shell would not take to the letter", c == ' ' ? "a blank" : fmt::format("\"{}\"", c));
    }
    return std::nullopt;
}

}  // namespace

// The lists are those of OpenSSH (valid_hostname and valid_ruser in ssh.c). In a host, `@` and `/` too: `ssh -G` would take what stands
// before for a user.
std::optional<std::string> why_no_host(std::string_view name) { return why_no_word(name, " '`\"$\\;&<>|(){}@/"); }

std::optional<std::string> why_no_user(std::string_view name) {
    if (auto why = why_no_word(name, "'`\";&<>|(){}")) return why;
    if (name.find(" -") != std::string_view::npos) return "has a \"-\" behind a blank: a program that gets it would take it for an option";
    if (name.ends_with('\\')) return "ends with \"\\\", which a shell would take for a part of what stands behind";
    return std::nullopt;
}

ProxyLine expand_proxy_command(std::string_view command, const ProxyWords& words) {
    std::string line;
    for (std::size_t i = 0; i < command.size(); ++i) {
        if (command[i] != '%') {
            line += command[i];
            continue;
        }
        const char token = ++i < command.size() ? command[i] : '\0';
        if (token == 'r' && words.user.find_first_of(" \t$*?[]~#!\\") != std::string::npos)
            return {{}, fmt::format("has %r in it, and a shell would not take the user \"{}\" to the letter", words.user)};
        if (token == '%')
            line += '%';
        else if (token == 'h')
            line += words.host;
        else if (token == 'p')
            line += std::to_string(words.port);
        else if (token == 'r')
            line += words.user;
        else if (token == 'n')
            line += words.named;
        else
            return {{}, "has a token in it that is none: %h, %p, %r, %n and %% are"};
    }
    return {std::move(line), std::nullopt};
}

}  // namespace runtime
