#include "stdlib/support/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

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
            return Heard::Unclear;
    }
    return Heard::Unclear;
}

bool is_there(const Reply& witness) { return heard(witness) == Heard::Answer || heard(witness) == Heard::No; }

}  // namespace

int port_of(const runtime::Context& context) {
    const std::int64_t port = context.arguments.integer("port");
    return port > 0 && port <= UINT16_MAX ? static_cast<int>(port) : 0;
}

std::vector<lang::Parameter> reach_parameters() {
    return {{"timeout", Kind::Duration, "how long the connection, and then the answer, may take together", Value(std::chrono::seconds(10))},
            {"witnesses", lang::Type::list_of(Kind::Host),
             "machines that are asked as well, for a silence is false only where one of them is there: else it may be our own network",
             Value::list({})}};
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

Value is_served(std::span<const Reply> replies, bool (*serves)(const Reply& answer)) {
    const Reply& reply = replies.front();
    const auto witnesses = replies.subspan(1);
    switch (heard(reply)) {
        case Heard::Answer:
            return serves(reply);
        case Heard::No:
            return false;
        case Heard::Unclear:
            return Value::unknown(reply.describe());
        case Heard::Nothing:
            break;
    }
    if (std::any_of(witnesses.begin(), witnesses.end(), is_there)) return false;
    return Value::unknown(
        fmt::format("{}; {}", reply.describe(),
                    witnesses.empty() ? "without a witness it may be our own network" : "nor does a witness: it may be our own network"));
}

lang::Parameter confirmed_by() {
    return {"confirmed_by", lang::Kind::Text, "what the answer begins with where it was taken; any other answer is a failure. Empty: any",
            lang::Value("")};
}

std::optional<std::string> unconfirmed(const runtime::Reply& reply, const runtime::Context& context) {
    if (reply.ending != runtime::Ending::Exited) return reply.describe();
    const std::string& expected = context.arguments.text("confirmed_by");
    if (trimmed(reply.out).starts_with(expected)) return std::nullopt;
    return fmt::format("expected an answer that begins with '{}', but {}", expected, quoted_output(reply.out));
}

}  // namespace stdlib::support
