#include "stdlib/net/confirmation.hpp"

#include <fmt/format.h>

#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::net {

lang::Parameter confirmed_by() {
    return {"confirmed_by", lang::Kind::Text, "what the answer begins with where it was taken; any other answer is a failure. Empty: any",
            lang::Value("")};
}

std::optional<std::string> unconfirmed(const runtime::Reply& reply, const runtime::Context& context) {
    if (reply.ending != runtime::Ending::Exited) return reply.describe();
    const std::string& expected = context.arguments.text("confirmed_by");
    if (support::trimmed(reply.out).starts_with(expected)) return std::nullopt;
    return fmt::format("expected an answer that begins with '{}', but {}", expected, support::quoted_output(reply.out));
}

}  // namespace stdlib::net
