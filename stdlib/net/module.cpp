// What the ports of a machine say to whoever comes without logging in.
#include <fmt/format.h>

#include "stdlib/support/readers.hpp"
#include "stdlib/support/service.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::net {

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
using runtime::Reply;
using runtime::TcpRequest;

Parameter port(std::string doc, std::optional<Value> default_value = std::nullopt) {
    return {.name = "port",
            .type = Kind::Int,
            .doc = std::move(doc),
            .default_value = std::move(default_value),
            .reads = support::port_reader()};
}

/// A second line would be a second thing said, whose answer nobody hears.
std::optional<std::string> not_one_line(std::string_view line) {
    if (line.find_first_of("\r\n") == std::string_view::npos) return std::nullopt;
    return fmt::format("it is one line, and {} has a line end in it", Value(line).show());
}

Command connection(const Context& context) { return Command::request(TcpRequest{.port = support::port_of(context)}); }

/// The server speaks first; a word of farewell keeps its log quiet. IMAP wants a tag before it, and closes without one too.
Command greeting(const Context& context) {
    Command command = Command::request(TcpRequest{.port = support::port_of(context), .greeted = true});
    command.input({runtime::Verbatim{"QUIT\r\n"}});
    return command;
}

Builtin query(std::string name, Parameter port, std::string doc, std::string example, Command (*command)(const Context&),
              std::optional<std::string> (*failing)(const Reply&)) {
    std::vector<Parameter> parameters{std::move(port)};
    for (Parameter& parameter : support::reach_parameters()) parameters.push_back(std::move(parameter));
    return {{.name = std::move(name),
             .effect = Effect::Query,
             .hosts = HostKind::Any,
             .parameters = std::move(parameters),
             .result = Kind::Bool,
             .doc = std::move(doc),
             .example = std::move(example),
             .deadline = std::chrono::minutes(1)},
            runtime::Query{
                .read = {.commands = [command](const Context& context) { return support::with_witnesses(command(context), context); },
                         .value = [failing](std::span<const Reply> replies,
                                            const Context&) { return support::why_not_served(replies, failing); },
                         .reads_silence = true},
                .reads = support::whole_machine(),
                .lists_failings = true}};
}

/// A greeting that does not begin with `word`.
std::optional<std::string> other_greeting(const Reply& reply, std::string_view word) {
    if (reply.out.starts_with(word)) return std::nullopt;
    return fmt::format("expected a greeting that begins with {}, but {}", word, support::quoted_output(reply.out));
}

Builtin answers() {
    return query("answers", port("its number"),
                 "True where something accepts a TCP connection at the port, false where the machine refuses it.",
                 "require net.answers(3306, witnesses: [acd-dbm2])", connection, [](const Reply&) { return std::optional<std::string>(); });
}

Builtin pop3() {
    return query("pop3", port("its number", Value(std::int64_t{110})),
                 "True where a POP3 service greets with `+OK`; false for any other word, for none, and where the machine refuses.",
                 "wait_until net.pop3(timeout: 60s)  within 5m", greeting, [](const Reply& reply) { return other_greeting(reply, "+OK"); });
}

Builtin smtp() {
    return query("smtp", port("its number", Value(std::int64_t{25})),
                 "True where a mail server greets with `220`; false for any other word (`421`, `554`), for none, and where the machine "
                 "refuses.",
                 "wait_until net.smtp()  within 5m", greeting, [](const Reply& reply) { return other_greeting(reply, "220"); });
}

Builtin imap() {
    return query(
        "imap", port("its number", Value(std::int64_t{143})),
        "True where an IMAP service greets with `* OK`; false for any other word (`* BYE`), for none, and where the machine refuses.",
        "wait_until net.imap(timeout: 60s)  within 5m", greeting, [](const Reply& reply) { return other_greeting(reply, "* OK"); });
}

Builtin say() {
    return {
        {.name = "say",
         .effect = Effect::Action,
         .hosts = HostKind::Any,
         .parameters = {port("of the service that listens for it"),
                        {.name = "line",
                         .type = Kind::Text,
                         .doc = "what is said; a line end follows",
                         .reads = support::text_reader(not_one_line, support::Empty::Taken)},
                        support::confirmed_by()},
         .result = Kind::Nothing,
         .doc = "Says a line to a service over TCP and waits for the line that it answers. No answer before the deadline, or a connection "
                "that ends without one, is an unknown outcome: it may have done what it was told. What it did is not known here: "
                "`done_when` says what it is to reach.",
         .example = "net.say(7890, \"SHUTDOWN_YOUR_SERVICE\", confirmed_by: \"OK\")  within 1m  done_when not net.pop3()",
         .deadline = std::chrono::minutes(1),
         .unverified = true},
        Action{.probe = {},
               .judge = {},
               .command =
                   [](const Value&, const Context& context) {
                       Command command =
                           Command::request(TcpRequest{.port = support::port_of(context), .answer = TcpRequest::Answer::Line});
                       command.input({runtime::Quoted{context.arguments.text("line")}, runtime::Verbatim{"\n"}});
                       return command;
                   },
               .complaint = support::unconfirmed,
               .arrived = {},
               .touches = support::whole_machine()}};
}

}  // namespace

runtime::Module module() {
    return {.name = "net",
            .doc =
                "What a machine says to whoever comes over TCP, without logging in: asked by the machine that procrun runs on. A "
                "machine that does not answer at all may be dead, or our own network is: that is unknown, unless one of `witnesses` "
                "shows that our network works; then it is false. So a watch fires for a dead master, and not for a pulled cable of "
                "its own. Choose as witness what is as near to the master as can be and does not fail with it.",
            .builtins = {answers(), pop3(), imap(), smtp(), say()},
            .sources = {"RFC 1939 (POP3), section 4; RFC 5321 (SMTP), section 3.1; RFC 9051 (IMAP), section 7.1"},
            .evidence = {{runtime::Evidence::How::Real, "TCP of Linux"}, {runtime::Evidence::How::Manual, "RFC 1939, RFC 5321, RFC 9051"}},
            .rights = runtime::programs_only};
}

}  // namespace stdlib::net
