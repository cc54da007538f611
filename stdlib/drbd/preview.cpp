#include "stdlib/drbd/preview.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "stdlib/support/scan.hpp"

namespace stdlib::drbd {

namespace {

using lang::Value;
using runtime::Command;
using runtime::Context;
using runtime::Reply;

/// "385D267C5E9580DD:39338FD04E5D2EC1:…:…:1:1:…", a line for each volume or peer: the current generation, the one since which the peer
/// lacks data (zero where it lacks none), two older ones, flags.
std::optional<bool> peer_lacks_data(std::string_view generations) {
    std::optional<bool> lacks;
    for (const std::string_view line : support::lines(generations)) {
        const auto is_identifier = [&](std::size_t at) {
            const std::string_view word = line.substr(std::min(at, line.size()), 16);
            return word.size() == 16 && word.find_first_not_of("0123456789ABCDEF") == std::string_view::npos;
        };
        if (!is_identifier(0) || line.substr(16, 1) != ":" || !is_identifier(17)) return std::nullopt;
        lacks = lacks.value_or(false) || line.substr(17, 16).find_first_not_of('0') != std::string_view::npos;
    }
    return lacks;
}

/// What DRBD does by itself after a split brain, by the number of Primaries: the options that are not `disconnect`.
std::optional<std::vector<std::string>> policies(std::string_view options) {
    std::vector<std::string> found;
    int seen = 0;
    for (const std::string_view line : support::lines(options)) {
        const auto words = support::words(line);
        if (words.size() < 2 || !words[0].starts_with("after-sb-")) continue;
        ++seen;
        const std::string_view policy = words[1].substr(0, words[1].find(';'));
        if (policy != "disconnect") found.push_back(fmt::format("{} {}", words[0], policy));
    }
    if (seen != 3) return std::nullopt;
    return found;
}

Value preview(std::span<const Reply> replies, const Context&) {
    const Reply &generations = replies[0], &options = replies[1];
    const auto lacks = generations.ok() ? peer_lacks_data(generations.out) : std::nullopt;
    if (!lacks) return support::unreadable("drbdadm get-gi: " + generations.describe(), generations.out);
    std::vector<Value> told;
    told.emplace_back(*lacks ? "the peer gets what was written here since the connection ended"
                             : "nothing was written here since the connection ended: what the peer has written comes here");
    const auto harmful = options.ok() ? policies(options.out) : std::nullopt;
    if (!harmful) {
        told.emplace_back("what DRBD does where both sides have written could not be read: " + options.describe());
    } else if (harmful->empty()) {
        told.emplace_back("where both sides have written, DRBD ends the connection again and throws nothing away");
    } else {
        told.emplace_back(
            fmt::format("where both sides have written, DRBD throws away what one of them has, by itself: {}", fmt::join(*harmful, ", ")));
    }
    return Value::list(std::move(told));
}

}  // namespace

runtime::Read after_connect() {
    return {.commands =
                [](const Context& context) {
                    const std::string& resource = context.arguments.text("resource");
                    return std::vector{Command::program({"drbdadm", "get-gi", resource}),
                                       Command::program({"drbdsetup", "show", resource, "--show-defaults"})};
                },
            .value = preview};
}

}  // namespace stdlib::drbd
