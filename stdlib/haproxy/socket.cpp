#include "stdlib/haproxy/socket.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "stdlib/support/scan.hpp"

namespace stdlib::balancer {

namespace {

using runtime::Context;
using runtime::Reply;

std::string socket_of(const Context& context) {
    if (context.site != nullptr && context.host != nullptr) {
        for (const lang::Cluster& cluster : context.site->clusters) {
            if (cluster.kind != "haproxy") continue;
            const auto here = [&](const lang::Host* node) { return node->name == context.host->name; };
            const auto socket = cluster.settings.find("socket");
            if (socket != cluster.settings.end() && std::any_of(cluster.nodes.begin(), cluster.nodes.end(), here))
                return socket->second.text();
        }
    }
    return "/run/haproxy/admin.sock";
}

/// socat reads `,` `:` `!` and quotes in an address as its own: a backslash keeps them a part of the path.
std::string socat_path(std::string_view path) {
    std::string out;
    for (const char c : path) {
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '.' || c == '_' || c == '-';
        if (!plain) out += '\\';
        out += c;
    }
    return out;
}

}  // namespace

runtime::Command send(const Context& context, std::string_view line) {
    auto command = runtime::Command::program({"socat", "-t", "10", "-", "UNIX-CONNECT:" + socat_path(socket_of(context))});
    return command.input({runtime::Verbatim{fmt::format("{}\n", line)}});
}

std::optional<std::string> refusal(const Reply& reply, const Context& context) {
    if (reply.truncated) return "the answer was too long to read";
    if (reply.ok()) return std::nullopt;
    const std::string socket = socket_of(context);
    const auto says = [&](std::string_view words) { return reply.err.find(words) != std::string::npos; };
    if (says("Permission denied"))
        return fmt::format("the socket {} may not be opened: `become sudo`, or put the user into the socket's group", socket);
    if (says("No such file or directory"))
        return fmt::format("there is no socket {}: is HAProxy running, with `stats socket {} level admin`?", socket, socket);
    if (says("Connection refused")) return fmt::format("nobody listens at {}: HAProxy does not run", socket);
    if (reply.code == 127 || says("not found")) return "socat is not installed there: procrun talks to HAProxy's socket with it";
    return fmt::format("the socket {} could not be asked: {}", socket, reply.describe());
}

std::optional<std::string> complaint(const Reply& reply, const Context& context) {
    if (reply.ending != runtime::Ending::Exited) return std::nullopt;
    if (auto why = refusal(reply, context)) return why;
    const std::string_view words = support::first_line(reply.out);
    if (words.empty()) return std::nullopt;
    if (words.starts_with("Permission denied")) return "Permission denied: the socket must be configured with `level admin`";
    return std::string(words);
}

}  // namespace stdlib::balancer
