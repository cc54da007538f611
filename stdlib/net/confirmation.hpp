// What a service says to a request that changes something.
#pragma once

#include <optional>
#include <string>

#include "runtime/module.hpp"

namespace stdlib::net {

/// The parameter `confirmed_by`.
lang::Parameter confirmed_by();

/// Nothing where the answer begins with what `confirmed_by` says; else what was expected and what came.
std::optional<std::string> unconfirmed(const runtime::Reply&, const runtime::Context&);

}  // namespace stdlib::net
