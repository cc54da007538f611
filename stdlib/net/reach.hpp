// Is somebody there? What a service that is down says, and what says nothing about it.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "runtime/module.hpp"

namespace stdlib::net {

/// The argument `port`; 0, which no request takes, where it cannot be one.
int port_of(const runtime::Context&);

/// The parameters of every builtin that asks so: `timeout` and `witnesses`.
std::vector<lang::Parameter> reach_parameters();

/// The request, and a connection to each witness at the port where the site logs in to it.
std::vector<runtime::Command> with_witnesses(runtime::Command request, const runtime::Context&);

/// What the replies to `with_witnesses` tell. The request got its answer: `serves(answer)`. The machine itself said no, or took the
/// connection and not a word came: false. Nobody answered at all: false only where a witness answers or refuses, for then our own
/// network works; else unknown. A name that cannot be looked up, no route, a certificate that is not believed: unknown.
lang::Value is_served(std::span<const runtime::Reply> replies, bool (*serves)(const runtime::Reply& answer));

}  // namespace stdlib::net
