#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "runtime/connection/net/network.hpp"
#include "runtime/shell/dialect.hpp"

namespace runtime {

namespace {

/// As much of what is sent as is worth showing.
constexpr std::size_t shown_bytes = 300;

std::string authority(const lang::Host& host, int port) {
    const bool is_v6 = host.address.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}", is_v6 ? "[" : "", host.address, is_v6 ? "]" : "", port);
}

/// A blank or a line end would begin another header, or another request.
bool is_one_word(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

std::string line_of(const lang::Host& host, const TcpRequest& request) { return "tcp://" + authority(host, request.port); }

std::string line_of(const lang::Host& host, const HttpRequest& request) {
    if (!is_one_word(request.method)) throw std::invalid_argument(fmt::format("\"{}\" is not a method of HTTP", request.method));
    if (const auto why = no_target(request.target)) throw std::invalid_argument(*why);
    return request.method + " " + request_url(host, request);
}

std::string shown_input(const Command& command) {
    std::string text;
    for (const Part& part : command.input()) {
        if (const auto* verbatim = std::get_if<Verbatim>(&part))
            text += verbatim->text;
        else if (const auto* quoted = std::get_if<Quoted>(&part))
            text += quoted->text;
        else
            text += "***";
    }
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    return text.size() > shown_bytes ? text.substr(0, shown_bytes) + "…" : text;
}

}  // namespace

std::string request_url(const lang::Host& host, const HttpRequest& request) {
    return fmt::format("{}://{}{}", request.tls ? "https" : "http", authority(host, request.port), request.target);
}

HttpRequest masked(HttpRequest request) {
    if (request.target_is_secret) request.target = "/***";
    for (HttpHeader& header : request.headers) {
        if (header.is_secret) header.value = "***";
    }
    return request;
}

Line request_line(const lang::Host& host, const Command& command) {
    const int port = std::visit([](const auto& request) { return request.port; }, command.request());
    if (const auto why = no_port(port)) throw std::invalid_argument(*why);
    Line line;
    line.text = std::visit([&](const auto& request) { return line_of(host, request); }, command.request());
    line.input = input_bytes(command);
    line.shown = line.text;
    if (const auto* http = std::get_if<HttpRequest>(&command.request())) {
        const HttpRequest shown = masked(*http);
        line.shown = line_of(host, shown);
        for (const HttpHeader& header : shown.headers) {
            if (!same_header(header.name, "Content-Type")) line.shown += fmt::format(" [{}: {}]", header.name, header.value);
        }
        if (!http->user.empty()) line.shown += fmt::format(" as {}", http->user);
    }
    if (!line.input.empty()) line.shown += " < " + shown_input(command);
    line.request = command.request();
    return line;
}

Line line_for(const lang::Host& host, const Command& command, const Privilege& privilege, Language language) {
    if (command.form() == Command::Form::Request) return request_line(host, command);
    return host.os == lang::Os::Windows ? windows_line(command) : posix_line(command, privilege, language);
}

std::optional<std::vector<std::string>> read_request(std::string_view line) {
    const auto blank = line.find(' ');
    if (blank == std::string_view::npos) {
        if (line.starts_with("tcp://")) return std::vector{std::string(line)};
        return std::nullopt;
    }
    const std::string_view url = line.substr(blank + 1);
    if (!url.starts_with("http://") && !url.starts_with("https://")) return std::nullopt;
    if (url.find(' ') != std::string_view::npos) return std::nullopt;
    return std::vector{std::string(line.substr(0, blank)), std::string(url)};
}

}  // namespace runtime
