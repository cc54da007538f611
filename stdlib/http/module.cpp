// Requests over HTTP to a service on a machine.
#include <fmt/format.h>

#include <algorithm>

#include "stdlib/support/json.hpp"
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

/// A text, or a secret that one is in: what is sent of both.
std::string bytes_of(const Value& value) {
    const auto* plain = std::get_if<lang::Text>(&value.payload());
    return plain != nullptr ? plain->value : value.secret_bytes();
}

bool is_secret(const Value& value) { return !std::holds_alternative<lang::Text>(value.payload()); }

std::optional<lang::Refusal> read_path(const Value& path, const lang::Given&) {
    auto why = runtime::no_target(bytes_of(path));
    if (!why) return std::nullopt;
    if (is_secret(path)) why = "the path of a URL begins with `/`, and a blank in it is written %20: one that a secret is in does not";
    return lang::Refusal{std::move(*why), {}};
}

std::optional<lang::Refusal> read_headers(const Value& headers, const lang::Given&) {
    for (const Value& line : headers.items()) {
        std::string why;
        if (!runtime::read_header(bytes_of(line), why)) return lang::Refusal{std::move(why), {}};
    }
    return std::nullopt;
}

lang::Reader absolute_path() {
    return support::text_reader(
        [](std::string_view path) -> std::optional<std::string> {
            if (path.starts_with('/') && !support::has_control(path)) return std::nullopt;
            return fmt::format("a file on the machine that procrun runs on has an absolute path, and this is {}", Value(path).show());
        },
        support::Empty::Taken);
}

Parameter file(std::string name, std::string doc) {
    return {.name = std::move(name), .type = Kind::Text, .doc = std::move(doc), .default_value = Value(""), .reads = absolute_path()};
}

std::vector<Parameter> parameters(std::vector<Parameter> more) {
    std::vector<Parameter> all{{.name = "path",
                                .type = Kind::Secret,
                                .doc = "path and query of the URL: \"/urs/console?backup\". One that a secret is in is not shown",
                                .reads = read_path},
                               {.name = "port",
                                .type = Kind::Int,
                                .doc = "of the service",
                                .default_value = Value(std::int64_t{80}),
                                .reads = support::port_reader()},
                               {"tls", Kind::Bool, "over HTTPS, and only to who proves to be the host's `address`", Value(false)},
                               {.name = "headers",
                                .type = lang::Type::list_of(Kind::Secret),
                                .doc = "lines of its head: [\"Accept: application/json\", \"Authorization: Bearer ${token}\"]",
                                .default_value = Value::list({}),
                                .reads = read_headers},
                               {.name = "user",
                                .type = Kind::Text,
                                .doc = "logs in by HTTP's basic authentication; empty: nobody does",
                                .default_value = Value(""),
                                .reads = support::text_reader(no_user, support::Empty::Taken)},
                               {.name = "password",
                                .type = Kind::Secret,
                                .doc = "of the user",
                                .default_value = Value(""),
                                .takes_all = "the server alone knows which is right"},
                               file("ca_file", "PEM of who vouches for the server, here; empty: whom this machine believes"),
                               file("certificate_file", "PEM of a certificate that we show, here; empty: none"),
                               file("key_file", "PEM of its key, without a passphrase, here; empty: it is in the same file")};
    for (Parameter& parameter : more) all.push_back(std::move(parameter));
    return all;
}

HttpRequest request(std::string method, const Context& context) {
    const Value& path = context.arguments["path"];
    HttpRequest made{.method = std::move(method),
                     .target = bytes_of(path),
                     .target_is_secret = is_secret(path),
                     .port = support::port_of(context),
                     .tls = context.arguments.boolean("tls"),
                     .files = {.ca = context.arguments.text("ca_file"),
                               .certificate = context.arguments.text("certificate_file"),
                               .key = context.arguments.text("key_file")},
                     .user = context.arguments.text("user"),
                     .password = {bytes_of(context.arguments["password"])}};
    for (const Value& line : context.arguments["headers"].items()) {
        std::string why;
        auto header = runtime::read_header(bytes_of(line), why);
        if (!header) continue;  // read_headers has refused it
        header->is_secret = is_secret(line);
        made.headers.push_back(std::move(*header));
    }
    return made;
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
            runtime::Query{{.commands = [](const Context& context) { return std::vector{Command::request(request("GET", context))}; },
                            .value = [](std::span<const Reply> replies, const Context&) { return body(replies.front()); }},
                           support::whole_machine()}};
}

std::optional<std::string> not_good(const Reply& answer) { return answer.code == 0 ? std::nullopt : std::optional(answer.describe()); }

Builtin answers() {
    return {
        {.name = "answers",
         .effect = Effect::Query,
         .hosts = HostKind::Any,
         .parameters = parameters(support::reach_parameters()),
         .result = Kind::Bool,
         .doc = "True where a GET is answered with a status of 200 to 299; false for any other status, and as `net.answers` is. A "
                "certificate that does not prove the host leaves it unknown.",
         .example = "wait_until http.answers(\"/health\", port: 8080)  within 5m",
         .deadline = std::chrono::minutes(1)},
        runtime::Query{
            .read = {.commands =
                         [](const Context& context) { return support::with_witnesses(Command::request(request("GET", context)), context); },
                     .value = [](std::span<const Reply> replies, const Context&) { return support::why_not_served(replies, not_good); },
                     .reads_silence = true},
            .reads = support::whole_machine(),
            .lists_failings = true}};
}

std::optional<std::string> complaint(const Reply& reply, const Context& context) {
    if (reply.code != 0) return reply.describe();
    return support::unconfirmed(reply, context);
}

std::optional<lang::Refusal> read_json(const Value& written, const lang::Given& all) {
    const std::string text = bytes_of(written);
    if (text.empty()) return std::nullopt;
    if (auto why = support::no_json(text)) return lang::Refusal{std::move(*why), "\"{\\\"name\\\": ${name}}\""};
    if (const Value* body = all["body"]; body != nullptr && !bytes_of(*body).empty())
        return lang::Refusal{"a request has one body: `body` or `json`", {}};
    return std::nullopt;
}

Command order(const Context& context) {
    HttpRequest made = request(context.arguments.text("method"), context);
    const Value& json = context.arguments["json"];
    const bool is_json = !bytes_of(json).empty();
    const auto is_type = [](const runtime::HttpHeader& header) { return runtime::same_header(header.name, "Content-Type"); };
    if (is_json && std::none_of(made.headers.begin(), made.headers.end(), is_type))
        made.headers.push_back({.name = "Content-Type", .value = "application/json"});
    Command command = Command::request(std::move(made));
    const Value& body = is_json ? json : context.arguments["body"];
    if (is_secret(body)) {
        command.input_secret(body);
    } else if (!body.text().empty()) {
        command.input({runtime::Quoted{body.text()}});
    }
    return command;
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
                                        .type = Kind::Secret,
                                        .doc = "what is sent, in the form that a `Content-Type` among the headers names",
                                        .default_value = Value(""),
                                        .takes_all = "what a body means, the server alone knows"},
                                       {.name = "json",
                                        .type = Kind::Secret,
                                        .doc = "what is sent in place of `body`, as JSON; a value in a hole is written as JSON writes it, "
                                               "with its quotes",
                                        .default_value = Value(""),
                                        .holes_through = "text.to_json",
                                        .reads = read_json},
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
                   .command = [](const Value&, const Context& context) { return order(context); },
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
            .sources = {"RFC 9110 (HTTP semantics), RFC 7617 (basic authentication), RFC 8259 (JSON)"},
            .evidence = {{runtime::Evidence::How::Real, "HTTP/1.1 and TLS of libcurl 7.88"}},
            .rights = runtime::programs_only};
}

}  // namespace stdlib::http
