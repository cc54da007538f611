#include "cli/runbook/request_by_hand.hpp"

#include <fmt/format.h>

#include "runtime/connection/net/network.hpp"
#include "runtime/shell/dialect.hpp"

namespace cli::show {

namespace {

std::string typed(const runtime::TcpRequest& request, const lang::Host& host, const std::string& input) {
    using runtime::TcpRequest;
    const bool nothing_is_said = input.empty() && !request.greeted && request.answer == TcpRequest::Answer::Nothing;
    if (nothing_is_said) return fmt::format("nc -zv {} {}", host.address, request.port);
    const std::string netcat = fmt::format("nc {} {}", host.address, request.port);
    // Who is greeted listens first, and then types.
    return input.empty() || request.greeted ? netcat : fmt::format("echo {} | {}", runtime::posix_quote(input), netcat);
}

std::string typed(const runtime::HttpRequest& request, const lang::Host& host, const std::string& input) {
    std::string curl = "curl -s";
    if (request.method != "GET") curl += " -X " + request.method;
    const auto option = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) curl += fmt::format(" {} {}", name, runtime::posix_quote(value));
    };
    const runtime::HttpRequest shown = runtime::masked(request);
    for (const runtime::HttpHeader& header : shown.headers) option("-H", fmt::format("{}: {}", header.name, header.value));
    option("-u", request.user);
    option("--cacert", request.files.ca);
    option("--cert", request.files.certificate);
    option("--key", request.files.key);
    option("-d", input);
    return curl + " " + runtime::posix_quote(runtime::request_url(host, shown));
}

}  // namespace

std::string request_as_typed(const runtime::Request& request, const lang::Host& host, const std::string& input) {
    return std::visit([&](const auto& one) { return typed(one, host, input); }, request);
}

}  // namespace cli::show
