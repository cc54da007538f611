// HAProxy's admin socket, spoken to through socat. It has no exit status: an empty answer is success, any text an error.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/module.hpp"

namespace stdlib::balancer {

/// One line of commands, parted by ";", sent to the socket of the host's haproxy cluster (`socket`, or /run/haproxy/admin.sock).
runtime::Command send(const runtime::Context&, std::string_view line);

/// Why the socket could not be asked, and what to do; nothing where it was.
std::optional<std::string> refusal(const runtime::Reply&, const runtime::Context&);

/// After commands that answer nothing: HAProxy's words, or why it was not reached.
std::optional<std::string> complaint(const runtime::Reply&, const runtime::Context&);

}  // namespace stdlib::balancer
