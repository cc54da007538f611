#include "stdlib/haproxy/socket.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "stdlib/haproxy/page.hpp"
#include "stdlib/support/readers.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::haproxy {

namespace {

using lang::Value;
using runtime::Context;
using runtime::Reply;

std::string socket_of(const Context& context) { return setting(context, "socket").value_or("/run/haproxy/admin.sock"); }

/// socat reads `,` `:` `!` and quotes in an address as its own: a backslash keeps them a part of the path.
std::string socat_address(std::string_view socket) {
    if (!socket.starts_with('/')) return fmt::format("TCP:{}", socket);
    std::string out = "UNIX-CONNECT:";
    for (const char c : socket) {
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '.' || c == '_' || c == '-';
        if (!plain) out += '\\';
        out += c;
    }
    return out;
}

/// What socat does, for the socket in the first argument. (`nc` is no way out: three programs have that name, and not all of them know
/// UNIX sockets.)
constexpr std::string_view converse = R"(import socket, sys
address = sys.argv[1]
try:
    if address.startswith('/'):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(10)
        s.connect(address)
    else:
        host, port = address.rsplit(':', 1)
        s = socket.create_connection((host, int(port)), 10)
    s.sendall(sys.stdin.buffer.read())
    s.shutdown(socket.SHUT_WR)
    for answer in iter(lambda: s.recv(65536), b''):
        sys.stdout.buffer.write(answer)
except OSError as e:
    sys.exit(e.strerror or str(e))
)";

}  // namespace

std::optional<std::string> no_socket(std::string_view socket) {
    const auto colon = socket.rfind(':');
    const auto port = colon == std::string_view::npos ? std::nullopt : support::integer(socket.substr(colon + 1));
    const bool is_address = colon != 0 && port && !runtime::no_port(*port) && socket.find(' ') == std::string_view::npos;
    if (!no_master(socket) || (is_address && !socket.starts_with('/'))) return std::nullopt;
    return fmt::format("a socket is a path that begins with `/`, or \"address:port\", and this is {}", Value(socket).show());
}

std::optional<std::string> no_master(std::string_view socket) {
    if (socket.starts_with('/') && !support::has_control(socket)) return std::nullopt;
    return fmt::format("the socket of the master process is a path that begins with `/`, and this is {}", Value(socket).show());
}

std::optional<std::string> setting(const Context& context, const std::string& key) {
    if (context.site == nullptr || context.host == nullptr) return std::nullopt;
    for (const lang::Cluster& cluster : context.site->clusters) {
        if (cluster.kind != "haproxy") continue;
        const auto here = [&](const lang::Host* node) { return node->name == context.host->name; };
        const auto found = cluster.settings.find(key);
        if (found != cluster.settings.end() && std::any_of(cluster.nodes.begin(), cluster.nodes.end(), here)) return found->second.text();
    }
    return std::nullopt;
}

runtime::Read find_client() {
    return {
        .commands =
            [](const Context& context) {
                if (has_page(context)) return std::vector<runtime::Command>{};
                return std::vector{runtime::Command::script({runtime::Verbatim{"command -v socat || command -v python3"}}).as_login_user()};
            },
        .value = [](std::span<const Reply> replies, const Context&) -> Value {
            if (replies.empty()) return "page";
            const std::string_view path = support::first_line(replies.front().out);
            for (const std::string_view name : {"socat", "python3"}) {
                if (replies.front().ok() && path.ends_with(name)) return name;
            }
            return support::unreadable("neither socat nor python3 is installed there", replies.front().err);
        }};
}

runtime::Read count_processes() {
    return {.commands =
                [](const Context& context) {
                    return has_page(context) ? std::vector<runtime::Command>{} : std::vector{send(context, "show info")};
                },
            .value = [](std::span<const Reply> replies, const Context& context) -> Value {
                if (replies.empty()) return Value::unknown("HAProxy's page does not tell how many processes there are");
                const Reply& reply = replies.front();
                if (auto why = refusal(reply, context)) return support::unreadable(*why, reply.err);
                const auto count = info_field(reply.out, "Nbproc");
                if (!count)
                    return support::unreadable(fmt::format("Nbproc was expected; {}", support::quoted_output(reply.out)), reply.out);
                return support::integer_value(*count, "number of processes");
            }};
}

runtime::Command send(const Context& context, std::string_view line) { return send_to(socket_of(context), context, line); }

runtime::Command send_to(const std::string& socket, const Context& context, std::string_view line) {
    const auto found = context.detected.find(detected_client);
    const bool python = found != context.detected.end() && !found->second.is_unknown() && found->second.text() == "python3";
    auto command = python ? runtime::Command::program({"python3", "-c", std::string(converse), socket})
                          : runtime::Command::program({"socat", "-t", "10", "-", socat_address(socket)});
    return command.input({runtime::Verbatim{fmt::format("{}\n", line)}});
}

std::optional<std::string> info_field(std::string_view show_info, std::string_view name) {
    for (const std::string_view line : support::lines(show_info)) {
        if (line.starts_with(name) && line.substr(name.size()).starts_with(": ")) return std::string(line.substr(name.size() + 2));
    }
    return std::nullopt;
}

std::optional<std::string> refusal(const Reply& reply, const Context& context) { return refusal(reply, socket_of(context)); }

std::optional<std::string> refusal(const Reply& reply, const std::string& socket) {
    if (reply.truncated) return "the answer was too long to read";
    if (reply.ok()) return std::nullopt;
    const auto says = [&](std::string_view words) { return reply.err.find(words) != std::string::npos; };
    if (says("Permission denied"))
        return fmt::format("the socket {} may not be opened: `become sudo`, or put the user into the socket's group", socket);
    if (says("No such file or directory"))
        return fmt::format("there is no socket {}: is HAProxy running, with `stats socket {} level admin`?", socket, socket);
    if (says("Connection refused")) return fmt::format("nobody listens at {}: HAProxy does not run", socket);
    if (reply.code == 127 || says("not found"))
        return "neither socat nor python3 is installed there: procrun talks to HAProxy's socket with one of them";
    return fmt::format("the socket {} could not be asked: {}", socket, reply.describe());
}

std::optional<std::string> complaint(const Reply& reply, const Context& context) {
    if (reply.ending != runtime::Ending::Exited) return std::nullopt;
    if (auto why = refusal(reply, context)) return why;
    const std::string words = support::said(reply.out);
    if (words.empty()) return std::nullopt;
    if (words.starts_with("Permission denied")) return "Permission denied: the socket must be configured with `level admin`";
    return words;
}

}  // namespace stdlib::haproxy
