#include "stdlib/haproxy/asking.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "stdlib/haproxy/page.hpp"
#include "stdlib/haproxy/read/server.hpp"
#include "stdlib/haproxy/socket.hpp"
#include "stdlib/support/readers.hpp"
#include "stdlib/support/scan.hpp"

namespace stdlib::haproxy {

using lang::Kind;
using lang::Parameter;
using lang::Value;
using runtime::Context;
using runtime::Read;
using runtime::Reply;

namespace {

/// HAProxy's Configuration Manual, 2.1: letters, digits and `-_.:` make a name.
std::optional<std::string> no_name(std::string_view name) {
    const auto belongs = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-_.:").find(c) != std::string_view::npos;
    };
    if (std::all_of(name.begin(), name.end(), belongs)) return std::nullopt;
    return fmt::format("letters, digits and `-_.:` make a name in HAProxy, and this is {}", Value(name).show());
}

std::string name_of(const Context& context) {
    const std::string& given = context.arguments.text("server_name");
    return given.empty() ? context.arguments.host("server").name : given;
}

}  // namespace

Parameter server_parameter() {
    return {.name = "server",
            .type = Kind::Host,
            .doc = "the machine behind HAProxy; its name in HAProxy is the host's name",
            .names = "haproxy.servers"};
}

Parameter backend_parameter() {
    return {.name = "backend",
            .type = Kind::Text,
            .doc = "one back end; empty: all in which the server stands",
            .default_value = Value(""),
            .names = "haproxy.backend",
            .reads = support::text_reader(no_name, support::Empty::Taken)};
}

Parameter name_parameter() {
    return {.name = "server_name",
            .type = Kind::Text,
            .doc = "the server's name in HAProxy, where it is not the host's",
            .default_value = Value(""),
            .reads = support::text_reader(no_name, support::Empty::Taken)};
}

Value servers_of(std::span<const Reply> replies, const Context& context) {
    if (has_page(context)) return servers_from_page(replies.front());
    for (const Reply& reply : replies) {
        if (auto why = refusal(reply, context)) return support::unreadable(*why, reply.err);
    }
    return servers_from(replies[0].out, replies[1].out);
}

/// Both tables are needed: one tells the state and the sessions, the other who wants it so.
Read read_servers(Then then) {
    return {.commands =
                [](const Context& context) {
                    if (has_page(context)) return std::vector{show_page(context)};
                    return std::vector{send(context, "show stat"), send(context, "show servers state")};
                },
            .value =
                [then](std::span<const Reply> replies, const Context& context) {
                    const Value servers = servers_of(replies, context);
                    return servers.is_unknown() ? servers : then(servers, context);
                }};
}

std::vector<Value> matching(const Value& servers, const Context& context) {
    return servers_called(servers, name_of(context), context.arguments.text("backend"));
}

std::string not_there(const Context& context) {
    const std::string& backend = context.arguments.text("backend");
    return backend.empty() ? fmt::format("no back end has a server '{}'", name_of(context))
                           : fmt::format("the back end '{}' has no server '{}'", backend, name_of(context));
}

std::vector<runtime::Footprint> every_server(const Context&) { return {{"haproxy", "*"}}; }
std::vector<runtime::Footprint> one_server(const Context& context) { return {{"haproxy", name_of(context)}}; }

}  // namespace stdlib::haproxy
