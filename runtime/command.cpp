#include "runtime/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cctype>

namespace runtime {

namespace {

/// The first line of what a tool said, for a message of one line.
std::string first_line(std::string_view text) {
    constexpr std::size_t longest = 300;
    while (text.starts_with('\n') || text.starts_with('\r')) text.remove_prefix(1);
    text = text.substr(0, text.find_first_of("\r\n"));
    if (text.size() <= longest) return std::string(text);
    std::size_t cut = longest;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
    return std::string(text.substr(0, cut)) + "…";
}

}  // namespace

std::optional<std::string> no_port(std::int64_t port) {
    if (port >= 1 && port <= UINT16_MAX) return std::nullopt;
    return fmt::format("a port is a number from 1 to 65535, and this is {}", port);
}

/// A blank or a line end would begin another header, or another request.
std::optional<std::string> no_target(std::string_view target) {
    const bool is_one_word = std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < '\x7F'; });
    if (is_one_word && target.starts_with('/')) return std::nullopt;
    return fmt::format("\"{}\" is not a path of a URL: it begins with `/`, and a blank in it is written %20", target);
}

bool same_header(std::string_view name, std::string_view other) {
    const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
    return std::equal(name.begin(), name.end(), other.begin(), other.end(), same);
}

std::optional<HttpHeader> read_header(std::string_view line, std::string& why) {
    const auto colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    // RFC 9110, section 5.6.2: a name is a token.
    const auto in_token = [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               (c != 0 && std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos);
    };
    if (colon == std::string_view::npos || name.empty() || !std::all_of(name.begin(), name.end(), in_token)) {
        why = "a header is written \"Name: value\", and the name has neither blanks nor brackets";
        return std::nullopt;
    }
    static constexpr std::array own{"Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upgrade"};
    if (std::any_of(own.begin(), own.end(), [&](const char* one) { return same_header(name, one); })) {
        why = fmt::format("`{}` is made from the request itself", name);
        return std::nullopt;
    }
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    while (value.ends_with(' ')) value.remove_suffix(1);
    const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7F; };
    if (std::any_of(value.begin(), value.end(), is_control)) {
        why = fmt::format("the value of `{}` has a line end or another control character in it", name);
        return std::nullopt;
    }
    return HttpHeader{.name = std::string(name), .value = std::string(value)};
}

Command Command::program(std::vector<std::string> words) {
    assert(!words.empty());
    Command command;
    command.words_ = std::move(words);
    return command;
}

Command Command::script(std::vector<Part> parts) {
    Command command;
    command.form_ = Form::Script;
    command.parts_ = std::move(parts);
    return command;
}

Command Command::powershell(std::vector<Part> parts) {
    Command command;
    command.form_ = Form::PowerShell;
    command.parts_ = std::move(parts);
    return command;
}

Command Command::request(runtime::Request request) {
    Command command;
    command.form_ = Form::Request;
    command.request_ = std::move(request);
    return command;
}

Command& Command::input(std::vector<Part> parts) {
    input_ = std::move(parts);
    return *this;
}

Command& Command::input_secret(const lang::Value& secret) {
    input_.push_back(Hidden{secret.secret_bytes()});
    return *this;
}

Command& Command::typed_as(std::vector<std::string> words) {
    typed_ = std::move(words);
    return *this;
}

Command& Command::as_login_user() {
    may_become_ = false;
    return *this;
}

Command& Command::as_the_account_speaks() {
    keeps_language_ = true;
    return *this;
}

Command& Command::to(const lang::Host& host) {
    other_host_ = &host;
    return *this;
}

Command& Command::no_longer_than(lang::Duration limit) {
    patience_ = limit;
    return *this;
}

void Reply::mask_told(const std::function<std::string(std::string)>& mask) {
    // A secret that begins within the first line is masked whole, also one of many lines.
    constexpr std::size_t enough = 64 * 1024;
    const auto beginning = [&](const std::string& text) {
        const auto begin = std::min(text.find_first_not_of("\r\n"), text.size());
        return first_line(mask(text.substr(begin, enough)));
    };
    told_out = beginning(out);
    told_err = beginning(err);
}

std::string Reply::describe() const {
    const auto first_of = [](const std::string& told, const std::string& text) { return told.empty() ? first_line(text) : told; };
    const std::string words = err.empty() ? first_of(told_out, out) : first_of(told_err, err);
    switch (ending) {
        case Ending::Exited:
            if (status != 0)
                return out.empty() ? fmt::format("HTTP {}", status) : fmt::format("HTTP {}: {}", status, first_of(told_out, out));
            return words.empty() ? fmt::format("exit {}", code) : fmt::format("exit {}: {}", code, words);
        case Ending::Doubtful:
            return fmt::format("exit {}, which may not be the command's: {}", code, first_of(told_err, err));
        case Ending::Signalled:
            return fmt::format("it was ended by signal {}", signal);
        case Ending::LinkLost:
            return fmt::format("the connection was lost ({}); the command may have taken effect", first_of(told_err, err));
        case Ending::Deadline:
            return fmt::format("no end after {}; the command may still be running", lang::show(took));
        case Ending::Cancelled:
            return "we stopped waiting for it; the command may still be running";
        case Ending::NotSent:
            return err.empty() ? "it could not be sent" : err;
        case Ending::NotSimulated:
            return first_of(told_err, err);
    }
    return {};
}

}  // namespace runtime
