// What a service says: whether it is there, and whether it took what changes something.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/module.hpp"

namespace stdlib::support {

/// The argument `port`; 0, which no request takes, where it cannot be one.
int port_of(const runtime::Context&);

/// The parameters of every builtin that asks so: `timeout` and `witnesses`.
std::vector<lang::Parameter> reach_parameters();

/// The request, and a connection to each witness at the port where the site logs in to it.
std::vector<runtime::Command> with_witnesses(runtime::Command request, const runtime::Context&);

/// What the replies to `with_witnesses` tell, as a query that lists failings has it: an empty list, or why not. The request got its answer:
/// `failing(answer)`. The machine itself said no, or took the connection and not a word came: that. Nobody answered at all: a failing only
/// where a witness answers or refuses, for then our own network works; else unknown. A name that cannot be looked up, no route, a
/// certificate that is not believed: unknown.
lang::Value why_not_served(std::span<const runtime::Reply> replies, std::optional<std::string> (*failing)(const runtime::Reply& answer));

/// The parameter `confirmed_by`.
lang::Parameter confirmed_by();

/// Nothing where the answer begins with what `confirmed_by` says; else what was expected and what came.
std::optional<std::string> unconfirmed(const runtime::Reply&, const runtime::Context&);

}  // namespace stdlib::support
