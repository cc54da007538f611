// Requests over HTTP to a service on a machine.
#include <fmt/format.h>

#include "stdlib/support/readers.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/service.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::http {

namespace {

using lang::Effect;
using lang::HostKind;
using lang::Kind;
using lang::Parameter;
using lang::Value;
using runtime::Action;
using runtime::Builtin;
using runtime::Command;
using runtime::Context;
using runtime::HttpRequest;
using runtime::Reply;

/// RFC 7617, section 2: the first colon ends the name.
std::optional<std::string> no_user(std::string_view user) {
    if (user.find(':') == std::string_view::npos && !support::has_control(user)) return std::nullopt;
    return fmt::format("a name with which somebody logs in has no colon and no line end in it, and this is {}", Value(user).show());
}

std::vector<Parameter> parameters(std::vector<Parameter> more) {
    std::vector<Parameter> all{{.name = "path",
                                .type = Kind::Text,
                                .doc = "path and query of the URL: \"/urs/console?backup\"",
                                .reads = support::text_reader(runtime::no_target)},
                               {.name = "port",
                                .type = Kind::Int,
                                .doc = "of the service",
                                .default_value = Value(std::int64_t{80}),
                                .reads = support::port_reader()},
                               {"tls", Kind::Bool, "over HTTPS, and only to who proves to be the host's `address`", Value(false)},
                               {.name = "user",
                                .type = Kind::Text,
                                .doc = "logs in by HTTP's basic authentication; empty: nobody does",
                                .default_value = Value(""),
                                .reads = support::text_reader(no_user, support::Empty::Taken)},
                               {.name = "password",
                                .type = Kind::Secret,
                                .doc = "of the user",
                                .default_value = Value(""),
                                .takes_all = "the server alone knows which is right"}};
    for (Parameter& parameter : more) all.push_back(std::move(parameter));
    return all;
}

Command request(std::string method, const Context& context) {
    const Value& password = context.arguments["password"];
    const auto* plain = std::get_if<lang::Text>(&password.payload());
    return Command::request(HttpRequest{.method = std::move(method),
                                        .target = context.arguments.text("path"),
                                        .port = support::port_of(context),
                                        .tls = context.arguments.boolean("tls"),
                                        .user = context.arguments.text("user"),
                                        .password = {plain != nullptr ? plain->value : password.secret_bytes()}});
}

Value body(const Reply& reply) {
    if (reply.code != 0) return support::unreadable(reply.describe(), reply.out);
    std::string_view text = reply.out;
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

Builtin query() {
    return {{.name = "query",
             .effect = Effect::Query,
             .hosts = HostKind::Any,
             .parameters = parameters({}),
             .result = Kind::Text,
             .doc = "What a GET answers, without the line ends at its end. Unknown where its status is not one of 200 to 299. It must only "
                    "read: it is also sent by `plan`, and as often as a condition is looked at.",
             .example = "require http.query(\"/health\", port: 8080).line(1) == \"UP\"",
             .deadline = std::chrono::seconds(30)},
            runtime::Query{{.commands = [](const Context& context) { return std::vector{request("GET", context)}; },
                            .value = [](std::span<const Reply> replies, const Context&) { return body(replies.front()); }},
                           support::whole_machine()}};
}

Builtin answers() {
    return {{.name = "answers",
             .effect = Effect::Query,
             .hosts = HostKind::Any,
             .parameters = parameters(support::reach_parameters()),
             .result = Kind::Bool,
             .doc = "True where a GET is answered with a status of 200 to 299; false for any other status, and as `net.answers` is. A "
                    "certificate that does not prove the host leaves it unknown.",
             .example = "wait_until http.answers(\"/health\", port: 8080)  within 5m",
             .deadline = std::chrono::minutes(1)},
            runtime::Query{
                {.commands = [](const Context& context) { return support::with_witnesses(request("GET", context), context); },
                 .value = [](std::span<const Reply> replies,
                             const Context&) { return support::is_served(replies, [](const Reply& reply) { return reply.code == 0; }); },
                 .reads_silence = true},
                support::whole_machine()}};
}

std::optional<std::string> complaint(const Reply& reply, const Context& context) {
    if (reply.code != 0) return reply.describe();
    return support::unconfirmed(reply, context);
}

Builtin act() {
    return {{.name = "action",
             .effect = Effect::Action,
             .hosts = HostKind::Any,
             .parameters = parameters({{.name = "method",
                                        .type = Kind::Text,
                                        .doc = "HTTP's",
                                        .default_value = Value("POST"),
                                        .one_of = {"POST", "PUT", "DELETE", "GET"}},
                                       {.name = "body",
                                        .type = Kind::Text,
                                        .doc = "what is sent: a form, as its `name=value&…` is written",
                                        .default_value = Value(""),
                                        .takes_all = "what a body means, the server alone knows"},
                                       support::confirmed_by()}),
             .result = Kind::Nothing,
             .doc = "A request that changes something; a GET can. A status that is not one of 200 to 299 is a failure; redirects are not "
                    "followed. Whether it has done its work is not known here: `done_when` says what it is to reach. Without that it is "
                    "not verified, and resuming after a lost link asks a person.",
             .example = "http.action(\"/urs/console?rollover\", port: 5580, method: \"GET\", confirmed_by: \"urs\")  within 1m",
             .deadline = std::chrono::minutes(1),
             .unverified = true},
            Action{.probe = {},
                   .judge = {},
                   .command =
                       [](const Value&, const Context& context) {
                           const std::string& body = context.arguments.text("body");
                           Command command = request(context.arguments.text("method"), context);
                           if (!body.empty()) command.input({runtime::Quoted{body}});
                           return command;
                       },
                   .complaint = complaint,
                   .arrived = {},
                   .touches = support::whole_machine()}};
}

}  // namespace

runtime::Module module() {
    return {.name = "http",
            .doc =
                "Requests to a service on a machine, sent by the machine that procrun runs on; no proxy is used. What may change the "
                "world is an `action`, even where it is a GET.",
            .builtins = {query(), answers(), act()},
            .sources = {"RFC 9110 (HTTP semantics), RFC 7617 (basic authentication)"},
            .evidence = {{runtime::Evidence::How::Real, "HTTP/1.1 and TLS of libcurl 7.88"}}};
}

}  // namespace stdlib::http
