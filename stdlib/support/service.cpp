#include "stdlib/support/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "stdlib/support/readers.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::support {

namespace {

using lang::Kind;
using lang::Value;
using runtime::Command;
using runtime::Ending;
using runtime::Reply;

/// For a witness: it is there, or it is not.
constexpr lang::Duration patience_with_a_witness = std::chrono::seconds(5);

/// Where the site logs in to a machine: if anything of it answers, then there.
constexpr int ssh_port = 22;

enum class Heard {
    Answer,   ///< the whole of it
    No,       ///< the machine is there; the service is not, or does not speak
    Nothing,  ///< nobody answered
    Unclear,  ///< it could not even be asked
};

Heard heard(const Reply& reply) {
    switch (reply.ending) {
        case Ending::Exited:
            return Heard::Answer;
        case Ending::LinkLost:
        case Ending::Deadline:
            // Once the connection was made; who was greeted, and lost then, has heard what there is to hear.
            return reply.out.empty() ? Heard::No : Heard::Answer;
        case Ending::NotSent:
            if (reply.code == ECONNREFUSED || reply.code == ECONNRESET || reply.code == ETIME) return Heard::No;
            if (reply.code == ETIMEDOUT || reply.code == EHOSTUNREACH) return Heard::Nothing;
            return Heard::Unclear;
        case Ending::Doubtful:
        case Ending::Signalled:
        case Ending::Cancelled:
        case Ending::NotSimulated:
            return Heard::Unclear;
    }
    return Heard::Unclear;
}

bool is_there(const Reply& witness) { return heard(witness) == Heard::Answer || heard(witness) == Heard::No; }

}  // namespace

int port_of(const runtime::Context& context) {
    const std::int64_t port = context.arguments.integer("port");
    return runtime::no_port(port) ? 0 : static_cast<int>(port);
}

std::vector<lang::Parameter> reach_parameters() {
    return {
        {.name = "timeout",
         .type = Kind::Duration,
         .doc = "how long the connection, and then the answer, may take together",
         .default_value = Value(std::chrono::seconds(10)),
         .reads = longer_than_nothing()},
        {.name = "witnesses",
         .type = lang::Type::list_of(Kind::Host),
         .doc = "machines that are asked as well, for a silence is false only where one of them is there: else it may be our own network",
         .default_value = Value::list({}),
         .takes_all = "any machine can be asked, and the one that is judged is left out"}};
}

std::vector<Command> with_witnesses(Command request, const runtime::Context& context) {
    request.no_longer_than(context.arguments["timeout"].duration());
    std::vector<Command> commands{std::move(request)};
    for (const Value& witness : context.arguments["witnesses"].items()) {
        const lang::Host& host = witness.host();
        if (&host == context.host) continue;
        commands.push_back(Command::request(runtime::TcpRequest{.port = host.port != 0 ? host.port : ssh_port}));
        commands.back().to(host).no_longer_than(patience_with_a_witness);
    }
    return commands;
}

Value why_not_served(std::span<const Reply> replies, std::optional<std::string> (*failing)(const Reply& answer)) {
    const Reply& reply = replies.front();
    const auto witnesses = replies.subspan(1);
    switch (heard(reply)) {
        case Heard::Answer: {
            const auto why = failing(reply);
            return Value::list(why ? std::vector{Value(*why)} : std::vector<Value>{});
        }
        case Heard::No:
            return Value::list({reply.describe()});
        case Heard::Unclear:
            return Value::unknown(reply.describe());
        case Heard::Nothing:
            break;
    }
    if (std::any_of(witnesses.begin(), witnesses.end(), is_there)) return Value::list({reply.describe()});
    return Value::unknown(
        fmt::format("{}; {}", reply.describe(),
                    witnesses.empty() ? "without a witness it may be our own network" : "nor does a witness: it may be our own network"));
}

lang::Parameter confirmed_by() {
    return {.name = "confirmed_by",
            .type = lang::Kind::Text,
            .doc = "what the answer begins with where it was taken; any other answer is a failure. Empty: any",
            .default_value = lang::Value(""),
            .reads = text_reader(
                [](std::string_view words) -> std::optional<std::string> {
                    if (!trimmed(words.substr(0, 1)).empty()) return std::nullopt;
                    return fmt::format("the blanks before an answer are not read, so that none begins with {}", lang::Value(words).show());
                },
                Empty::Taken)};
}

std::optional<std::string> unconfirmed(const runtime::Reply& reply, const runtime::Context& context) {
    if (reply.ending != runtime::Ending::Exited) return reply.describe();
    const std::string& expected = context.arguments.text("confirmed_by");
    if (trimmed(reply.out).starts_with(expected)) return std::nullopt;
    return fmt::format("expected an answer that begins with '{}', but {}", expected, quoted_output(reply.out));
}

}  // namespace stdlib::support
